"""Words written twice, and spaces around marks: before a comma, behind an opening bracket, none behind a comma."""

from __future__ import annotations

import re
from collections.abc import Iterator

from danvan.narrative.reading.scan import Scan, is_word
from danvan.narrative.reading.slips.slip import Found
from danvan.narrative.reading.slips.spelling import covered

_LONGEST = 4  # words that are said twice in a row: "so với cùng kỳ so với cùng kỳ"
# One word said twice is mostly meant so (luôn luôn, nhà nhà); these never are.
_NEVER_TWICE = frozenset(
    "của và với là được đã đang sẽ các những trong tại cho về để theo trên do bởi vì khi đến có không này mà thì như "  # noqa: SIM905
    "cũng bằng giữa số công ban so tổ hội huyện tỉnh quý việc hoặc".split()
)
_EACH = frozenset(["từng", "mỗi", "ngày", "càng", "ai"])  # "từng bước từng bước"
_BEFORE = re.compile(r"(?<=[^\W_])[ \u00a0]+(?=[,;:!?)](?:\s|$)|\.(?:\s|$))")
_AFTER = re.compile(r"(?<=\()[ \u00a0]+(?=\w)")
_NONE_BEHIND = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,24},(?=[^\W\d_]{2})")
_NO_STOP = re.compile(r"(?<![\w./@])[^\W\d_]{3,24}\.(?=[^\W\d_]{2,} )")


def doubled(scan: Scan) -> Iterator[Found]:
    """ "so với so với": the second time is one too many."""
    words = scan.words
    for sentence in scan.sentences:
        at = sentence.first
        while at < sentence.last:
            word = words[at] if is_word(words[at]) else ""
            again = (n for n in range(_LONGEST, 0, -1) if at + n < sentence.last and words[at + n] == word)
            size = next((n for n in again if _twice(scan, at, n, sentence.last)), 0)
            if size:
                start, end = scan.starts[at], scan.ends[at + 2 * size - 1]
                once = scan.folded.cased[start : scan.ends[at + size - 1]]
                yield Found("doubled", start, end, f"viết lặp “{' '.join(words[at : at + size])}”", once)
            at += 2 * size or 1


def _twice(scan: Scan, at: int, size: int, last: int) -> bool:
    words, cased = scan.words, scan.folded.cased
    first, second = words[at : at + size], words[at + size : at + 2 * size]
    if at + 2 * size > last or first != second or not all(is_word(word) for word in first):
        return False
    if first[0] in _EACH or (size == 1 and first[0] not in _NEVER_TWICE) or (size > 1 and len(set(first)) == 1):
        return False
    gaps = (cased[scan.ends[i] : scan.starts[i + 1]] for i in range(at, at + 2 * size - 1))
    if size == 1 and (covered(words[at - 1], first[0], "") or covered("", first[0], words[min(at + 2, last - 1)])):
        return False  # "thi công công trình"
    return not scan.upper(at + size) and all(gap and gap.isspace() and gap.count("\n") < 2 for gap in gaps)


def marks(scan: Scan) -> Iterator[Found]:
    """Spaces where none belong, and none where one does. The columns of a table are left alone."""
    cased = scan.folded.cased
    for match in _BEFORE.finditer(cased):
        start, sign = _word_before(cased, match.start()), cased[match.end()]
        if sign != ":" or len(match[0]) == 1:
            write = cased[start : match.start()] + sign
            yield Found("spacing", start, match.end() + 1, f"thừa dấu cách trước “{sign}”", write)
    for match in _AFTER.finditer(cased):
        word = re.compile(r"\w+").match(cased, match.end())
        end = word.end() if word else match.end()
        yield Found("spacing", match.start() - 1, end, "thừa dấu cách sau “(”", "(" + cased[match.end() : end])
    for match in _NONE_BEHIND.finditer(cased):
        yield from _apart(cased, match, "thiếu dấu cách sau “{}”")
    for match in _NO_STOP.finditer(cased):
        following = re.compile(r"[^\W\d_]+").match(cased, match.end())
        if match[0][:-1].islower() and following and following[0][0].isupper() and following[0][1:].islower():
            yield from _apart(cased, match, "thiếu dấu cách sau “{}”")


def _apart(cased: str, match: re.Match[str], reason: str) -> Iterator[Found]:
    following = re.compile(r"[^\W\d_]+").match(cased, match.end())
    if following and "www" not in match[0] and "@" not in cased[match.start() : following.end() + 1]:
        write = f"{match[0]} {following[0]}"
        yield Found("spacing", match.start(), following.end(), reason.format(match[0][-1]), write)


def _word_before(cased: str, end: int) -> int:
    start = end
    while start > 0 and (cased[start - 1].isalnum()):
        start -= 1
    return start
