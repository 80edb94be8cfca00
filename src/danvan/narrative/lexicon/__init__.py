"""How things are said: one lexicon for reading and for writing, kept as data beside this file.

`load()` gives it, read once. The files, by what they hold:

grammar.yaml     words of the sentence: hedges, words that end a noun phrase, nouns that take a number into a name,
                 words of plans and of portal furniture.
measures.yaml    what can be counted: the words of a unit of measure -> other spellings of it.
states.yaml      what has become of the thing counted (received, resolved, pending, new, kept, ...) -> how it is said.
breakdowns.yaml  dimension -> value -> how it is said ("field" -> "economy" -> "kinh tế").
<register>.yaml  rec, pet, dlg, iss, mod, awd, vis, trn, prp, sup, doc, org, other: one register each:

    cues:                       # words by which one knows that this register's work is spoken of -> strength 1..3;
                                # 0: a word that holds a cue and is none ("tiếp thu" holds "tiếp")
      tiếp công dân: 3
    indicators:
      rec.turns:                # catalogue code; in other.yaml a dash and a name: known, but not in the catalogue
                                # "code@way": another way to say it, with conditions of its own
        nouns: {lượt công dân: 3, lượt: 1}    # measures that count it; 3: enough alone, 1: needs a cue nearby
        states: [resolved]      # optional: one of these must govern the figure
        not_states: [pending]   # optional: none of these may
        near: {đột xuất: 2}     # optional: words close to the figure; a negative weight speaks against it
        must: [đột xuất]        # optional: one of these must stand close to the figure; in angle brackets what the
                                # grammar sees (reading/around.py): <owner has>, <gifts to>, <of another kind>,
                                # <of a pair>, <for>, <cost>, <organizes>; and <rec.groups>: a figure of that code
                                # stands before in the sentence. All of these may stand in near, too.
        after: [rec.groups]     # optional: it goes on with a figure of one of these indicators
        sets: {mode: regular}   # optional: breakdown that the noun itself implies
        ask: true               # optional: near the indicator and not quite it; named for people to decide
        say:                    # for writing; reading knows these words again

A figure gets the indicator with the highest sum of noun, cue and near words, if it reaches `THRESHOLD`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from danvan.figures import catalogue
from danvan.lib.datafiles import from_yaml
from danvan.lib.vietnamese import one_spelling

THRESHOLD = 2.2
_SHARED = ("grammar", "measures", "states", "breakdowns", "places")


@dataclass(frozen=True, slots=True)
class Entry:
    """How one indicator is said. code: None for what is known but not in the catalogue. See the module's head."""

    code: str | None
    register: str
    nouns: dict[str, float]
    states: frozenset[str]
    not_states: frozenset[str]
    near: dict[str, float]
    must: frozenset[str]
    sets: dict[str, str]
    after: frozenset[str] = frozenset()
    say: Any = None
    ask: bool = False
    near_words: frozenset[str] = frozenset()  # of near
    tag: str = ""  # as `must` of another entry asks for it: <rec.groups>
    dims: frozenset[tuple[str, str]] = frozenset()  # (dimension, value) pairs that the catalogue breaks it down by


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The whole of it. Words are in one spelling (lib.vietnamese.one_spelling), lower case.

    grammar: name -> words. measures: spelling -> unit of measure. states: phrase -> state.
    breakdowns: phrase -> (dimension, value) pairs.
    cues: phrase -> {register: strength}. entries: by name. places: as in places.yaml.
    """

    grammar: dict[str, Any]
    places: dict[str, Any]
    measures: dict[str, str]
    states: dict[str, str]
    breakdowns: dict[str, list[tuple[str, str]]]
    cues: dict[str, dict[str, float]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """The lexicon of the data files. Raises ValueError naming file and entry when one does not fit the form."""
    files = {
        path.name.removesuffix(".yaml"): path.read_text("utf-8")
        for path in resources.files(__package__).iterdir()
        if path.name.endswith(".yaml")
    }
    data = {name: from_yaml(text) for name, text in files.items()}
    lexicon = Lexicon(
        grammar=_spelt(data["grammar"]),
        places=data["places"],
        measures={_spelt(said): _spelt(unit) for unit, also in data["measures"].items() for said in [unit, *also]},
        states={_spelt(said): state for state, phrases in data["states"].items() for said in phrases},
        breakdowns={},
    )
    for dimension, values in data["breakdowns"].items():
        for value, phrases in values.items():
            for said in phrases:
                lexicon.breakdowns.setdefault(_spelt(said), []).append((dimension, value))
    for register in sorted(set(data) - set(_SHARED)):
        for said, strength in (data[register].get("cues") or {}).items():
            lexicon.cues.setdefault(_spelt(said), {})[register] = float(strength)
        for name, said in data[register]["indicators"].items():
            lexicon.entries[name] = _entry(register, name, said, lexicon)
    return lexicon


def entry(code: str) -> Entry:
    """How an indicator of the catalogue is said; a bare entry where the lexicon does not know it.

    Raises catalogue.CatalogueError for a code that is none.
    """
    known = load().entries.get(code)
    return known if known is not None else _entry(code.partition(".")[0], code, {}, load())


def _entry(register: str, name: str, said: dict[str, Any], lexicon: Lexicon) -> Entry:
    unknown = set(said) - {"nouns", "states", "not_states", "near", "must", "after", "sets", "say", "ask"}
    states = frozenset(said.get("states", ())), frozenset(said.get("not_states", ()))
    unknown |= (states[0] | states[1]) - set(lexicon.states.values())
    nouns = {_spelt(noun): float(weight) for noun, weight in said.get("nouns", {}).items()}
    unknown |= set(nouns) - set(lexicon.measures.values())
    if unknown:
        raise ValueError(f"lexicon/{register}.yaml, {name}: không rõ {', '.join(sorted(unknown))}")
    code = None if name.startswith("-") else name.partition("@")[0]
    dims = frozenset((v.key, value) for v in catalogue.load()[code].dims for value in v.values) if code else frozenset()
    near = {_spelt(word): float(weight) for word, weight in said.get("near", {}).items()}
    return Entry(
        code=code,
        register=register,
        nouns=nouns,
        states=states[0],
        not_states=states[1],
        near=near,
        near_words=frozenset(near),
        must=frozenset(map(_spelt, said.get("must", ()))),
        after=frozenset(said.get("after", ())),
        sets={dimension: value for dimension, value in said.get("sets", {}).items() if (dimension, value) in dims},
        say=said.get("say"),
        ask=bool(said.get("ask")),
        tag=f"<{code or name}>",
        dims=dims,
    )


def _spelt(value: Any) -> Any:
    if isinstance(value, str):
        return one_spelling(value)
    if isinstance(value, list):
        return [_spelt(item) for item in value]
    if isinstance(value, dict):
        return {key: _spelt(item) for key, item in value.items()}
    return value
