"""Misspelt words. A syllable that Vietnamese spelling does not allow, or that the vocabulary does not know here, is
held against the words of two syllables that its neighbours make: a suggestion is given only where exactly one of them
is one letter or one mark away.

vocabulary.txt: the words; confusions.yaml: words that sound alike, told apart by their neighbours.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from danvan.lib.datafiles import from_yaml
from danvan.lib.vietnamese import fold, one_spelling
from danvan.narrative import lexicon
from danvan.narrative.reading.scan import Scan, Sentence, is_number, is_word
from danvan.narrative.reading.slips.slip import Found

_TONES = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_VOWELS = frozenset("aăâeêioôơuưy")
_MOST = 24  # letters: two syllables written as one are shorter, and a run of letters must not take long
_LEAST = 3  # letters of a word that is judged without its neighbours

# The orthography: what opens a syllable, and what may follow.
_ONSETS = ("ngh", "ng", "nh", "ch", "gh", "gi", "kh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx")
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang
    oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oc oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uynh uyên uyêt uyt uyu
    uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ych
    ynh yt yn
    """.split()  # noqa: SIM905 -- read as a table
)
_STOPS = ("c", "ch", "p", "t")


@lru_cache(maxsize=20_000)
def key(syllable: str) -> str:
    """The letters without the tone, and the tone: "hoàn" and "hòan" have one key."""
    letters, tone = [], ""
    for character in unicodedata.normalize("NFD", syllable):
        if character in _TONES:
            tone += _TONES[character]
        else:
            letters.append(character)
    return unicodedata.normalize("NFC", "".join(letters)) + tone


@lru_cache(maxsize=20_000)
def legal(syllable: str) -> bool:
    """Whether Vietnamese spelling allows this syllable, wherever its tone mark stands."""
    letters = key(syllable)
    tone = "".join(c for c in letters if c.isdigit())
    letters = letters.rstrip("12345")
    if len(tone) > 1:
        return False
    onsets = [onset for onset in ("", *_ONSETS) if letters.startswith(onset)]
    return any(_fits(onset, letters.removeprefix(onset), tone) for onset in onsets)


def _fits(onset: str, rime: str, tone: str) -> bool:
    front = rime[:1] in tuple("eêiy")
    if onset == "gi" and rime[:1] in ("", "n", "m", "ê"):
        return rime in ("", "n", "êng", "êt", "êm", "êc") and (not rime.endswith(_STOPS) or tone in ("2", "5"))
    wrong = {
        "k": not front,
        "c": front,
        "gh": not front,
        "ngh": not front,
        "g": rime[:1] in ("e", "ê", "i"),
        "ng": front and rime[:1] != "y",
        "qu": rime[:1] in ("o", "u", "ô", "ư"),
    }.get(onset, False)
    if wrong or rime not in _RIMES:
        return False
    return tone in ("2", "5") or not rime.endswith(_STOPS)


@dataclass(slots=True)
class _Vocabulary:
    """pairs: words of two syllables. behind, before: syllable -> those that make a word with it.

    spelt: key -> spelling. close: shape -> syllables one edit from it.
    """

    alone: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    behind: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    before: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    spelt: dict[str, str] = field(default_factory=dict)
    close: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    known = _Vocabulary()
    words, alone = one_spelling(_data("vocabulary.txt")).split("alone:\n")
    for line in words.splitlines():
        first, *others = ["#"] if line.startswith("#") else line.split()
        for other in others:
            known.pairs.add((first, other))
            known.behind[first].add(other)
            known.before[other].add(first)
    known.alone.update(alone.split())
    for syllable in {*known.alone, *known.behind, *known.before}:
        known.spelt.setdefault(key(syllable), syllable)
        for shape in _shapes(key(syllable)):
            known.close[shape].add(syllable)
    return known


def _data(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _shapes(word: str) -> Iterable[str]:
    """What is left when one letter or mark is taken out: two words one edit apart share a shape."""
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
    if not word[-1:].isdigit():
        yield f"{word}0"


@lru_cache(maxsize=20_000)
def near(syllable: str) -> frozenset[str]:
    """The known syllables one letter, one mark or two changed neighbours away."""
    known, own = _vocabulary(), key(syllable)
    some = {other for shape in _shapes(own) for other in known.close.get(shape, ())}
    return frozenset(other for other in some if other != syllable and _one_edit(own, key(other)))


def _one_edit(a: str, b: str) -> bool:
    tone_a, tone_b = a[-1:] if a[-1:].isdigit() else "", b[-1:] if b[-1:].isdigit() else ""
    a, b = a.removesuffix(tone_a), b.removesuffix(tone_b)
    if tone_a != tone_b:
        return a == b
    if len(a) > len(b):
        a, b = b, a
    if len(a) < len(b):
        return len(b) - len(a) == 1 and any(b[:i] + b[i + 1 :] == a for i in range(len(b)))
    other = [i for i in range(len(a)) if a[i] != b[i]]
    swapped = len(other) == 2 and other[1] == other[0] + 1 and a[other[0]] == b[other[1]] and a[other[1]] == b[other[0]]
    return len(other) <= 1 or swapped


def misspelt(scan: Scan) -> Iterator[Found]:
    """The misspelt words of a text."""
    for sentence in scan.sentences:
        for at in range(sentence.first, sentence.last):
            if _common(scan, sentence, at) and (written := _instead(scan, sentence, at)):
                size, reason, write = written
                start, end = scan.starts[at], scan.ends[at + size - 1]
                capital = scan.folded.cased[start].isupper()
                yield Found("spelling", start, end, reason, write[0].upper() + write[1:] if capital else write)


def _common(scan: Scan, sentence: Sentence, at: int) -> bool:
    """Whether this is a word and no part of a name, an abbreviation or an address."""
    if not is_word(scan.words[at]) or len(scan.words[at]) > _MOST or not _VOWELS & set(key(scan.words[at])):
        return False
    text, start, end = scan.folded.cased, scan.starts[at], scan.ends[at]
    before, behind = text[max(0, start - 1) : start], text[end : end + 1]
    if before in tuple("@/._-") or behind in tuple("@/_-") or (behind == "." and text[end + 1 : end + 2].isalnum()):
        return False
    if not scan.upper(at):
        return text[start:end].islower()
    following = scan.words[at + 1] if at + 1 < sentence.last else ""
    return at == sentence.first and text[start + 1 : end].islower() and not (following and scan.upper(at + 1))


def _instead(scan: Scan, sentence: Sentence, at: int) -> tuple[int, str, str] | None:
    """(tokens that are replaced, why, what to write)"""
    words, known = scan.words, _vocabulary()
    word = words[at]
    before, after = _neighbour(scan, sentence, at, -1), _neighbour(scan, sentence, at, 1)
    if found := _confused(scan, sentence, at, before, after):
        return found
    if word not in known.alone and (spelt := known.spelt.get(key(word))) and spelt != word:
        return 1, "dấu thanh đặt sai chỗ", spelt
    if not legal(word):
        if parts := _glued(word):
            return 1, "hai chữ viết dính nhau", parts
    elif covered(before, word, after):
        return None
    fitting = {w for w in near(word) if (before, w) in known.pairs or (w, after) in known.pairs}
    if word in known.alone:
        # A word that stands alone elsewhere is wrong by a mark only, and never where it is one of grammar.
        fitting = {w for w in fitting if fold(w) == fold(word) and _anchors(scan, sentence, at, w, before, after)}
        fitting -= fitting if word in lexicon.load().grammar["stop"] else set()
    elif word in known.behind or word in known.before:
        fitting = {w for w in fitting if not _taken(scan, sentence, at, w, before, after)}
    if len(fitting) == 1:
        (write,) = fitting
        pair = f"{before} {write}" if (before, write) in known.pairs else f"{write} {after}"
        return 1, f"có lẽ là “{pair}”", write
    marked = len(word) >= _LEAST and not word.isascii()  # else a foreign word
    if not fitting and marked and not legal(word) and len(near(word)) == 1:
        (write,) = near(word)
        return 1, "không phải chữ tiếng Việt", write
    return None


def _neighbour(scan: Scan, sentence: Sentence, at: int, step: int) -> str:
    """The word right beside this one, with nothing but a space between; "" for none."""
    other = at + step
    if not sentence.first <= other < sentence.last or not is_word(scan.words[other]):
        return ""
    left = min(at, other)
    gap = scan.folded.cased[scan.ends[left] : scan.starts[left + 1]]
    return scan.words[other] if gap.isspace() else ""


def covered(before: str, word: str, after: str) -> bool:
    """Whether a syllable makes a known word with the one before or the one after."""
    pairs = _vocabulary().pairs
    return (before, word) in pairs or (word, after) in pairs


def _anchors(scan: Scan, sentence: Sentence, at: int, write: str, before: str, after: str) -> bool:
    """Whether the neighbour stands in words of two syllables only, and makes none here: "bí" of "bí thứ"."""
    known = _vocabulary()
    bound = before if (before, write) in known.pairs else after
    return bound not in known.alone and not _taken(scan, sentence, at, write, before, after)


def _taken(scan: Scan, sentence: Sentence, at: int, write: str, before: str, after: str) -> bool:
    """Whether the neighbour that this suggestion leans on already makes a word with its other neighbour."""
    if (before, write) in _vocabulary().pairs:
        return covered(_neighbour(scan, sentence, at - 1, -1), before, "")
    return covered("", after, _neighbour(scan, sentence, at + 1, 1))


def _glued(word: str) -> str:
    cuts = [(word[:i], word[i:]) for i in range(1, len(word))]
    found = [f"{a} {b}" for a, b in cuts if (a, b) in _vocabulary().pairs]
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=1)
def _confusions() -> dict[str, list[dict[str, Any]]]:
    rules: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for rule in from_yaml(_data("confusions.yaml")):
        rules[one_spelling(rule["for"]).split()[0]].append(rule)
    return rules


def _confused(scan: Scan, sentence: Sentence, at: int, before: str, after: str) -> tuple[int, str, str] | None:
    words = scan.words
    for rule in _confusions().get(words[at], ()):
        said = one_spelling(rule["for"]).split()
        if words[at : at + len(said)] != said:
            continue
        behind = " ".join(words[at + len(said) : min(at + len(said) + 2, sentence.last)])
        follows = next((w for w in rule.get("before", ()) if f"{behind} ".startswith(f"{one_spelling(w)} ")), "")
        leads = next((w for w in rule.get("after", ()) if before == one_spelling(w)), "")
        counted = bool(rule.get("counted")) and at > sentence.first and is_number(words[at - 1])
        if follows or leads or not {"before", "after"} & rule.keys():
            return len(said), f"viết “{' '.join(filter(None, (leads, rule['write'], follows)))}”", rule["write"]
        if counted and not covered("", words[at], after):
            return len(said), f"sau số đếm viết “{rule['write']}”", rule["write"]
    return None
