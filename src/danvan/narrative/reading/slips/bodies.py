"""Names of bodies and places that are no more on the report's day, from a dated list. What is told of the past is left
alone: "cũ", "trước đây", "nguyên", a year before that day in the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from danvan.lib.datafiles import from_yaml
from danvan.lib.vietnamese import one_spelling
from danvan.narrative.reading.scan import Phrases, Scan, Sentence
from danvan.narrative.reading.slips.slip import Found

_PAST = frozenset(["cũ", "nguyên", "cựu"])
_PHRASES = ("trước đây", "trước khi", "tiền thân", "giải thể", "kết thúc hoạt động", "hợp nhất", "sáp nhập", "lịch sử")


@dataclass(frozen=True, slots=True)
class _Ended:
    """Since which day, what stands in its place, why, whether a name must follow, whether the source was read."""

    since: date
    now: str
    why: str
    named: bool
    checked: bool


@lru_cache(maxsize=1)
def _list() -> tuple[Phrases, dict[str, _Ended]]:
    text = resources.files(__package__).joinpath("bodies.yaml").read_text("utf-8")
    ended: dict[str, _Ended] = {}
    for entry in from_yaml(text):
        one = _Ended(entry["from"], entry["now"], entry["why"], entry.get("named", False), entry["checked"])
        ended.update(dict.fromkeys(map(one_spelling, entry["said"]), one))
    return Phrases(ended), ended


def ended(scan: Scan, on: date | None) -> Iterator[Found]:
    """Bodies of the text that had ended on that day."""
    if on is None:
        return
    phrases, known = _list()
    for sentence in scan.sentences:
        for start, end, phrase in phrases.all(scan.words, sentence.first, sentence.last):
            body = known[phrase]
            last = end
            if body.named:
                while last < min(sentence.last, end + 4) and scan.words[last].isalpha() and scan.upper(last):
                    last += 1
                if last == end:
                    continue
            if on >= body.since and not _of_the_past(scan, sentence, body.since):
                unsure = "" if body.checked else " (chưa đối chiếu văn bản)"
                yield Found("body", scan.starts[start], scan.ends[last - 1], f"{body.why}{unsure}", body.now)


def _of_the_past(scan: Scan, sentence: Sentence, since: date) -> bool:
    words = scan.words[sentence.first : sentence.last]
    if _PAST & set(words) or any(phrase in " ".join(words) for phrase in _PHRASES):
        return True
    return any(word.isdecimal() and len(word) == 4 and 1945 <= int(word) <= since.year for word in words)
