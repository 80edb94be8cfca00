"""Where numbers are no figures: days and hours, signs of documents, telephones, what stands in a quotation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from danvan.narrative.reading import dates, days
from danvan.narrative.reading.scan import Scan, is_number

# What the signs of documents begin with: 25-NQ/TW, 84/BC-TTT, 1940/2008/CT-TTg, 13-HD/BTGDVTU.
_SIGNS = (
    "nq|ct|qđ|kl|tb|hd|bc|kh|ctr|tt|nđ|qh|ttlt|cv|cđ|đa|ubnd|qc|tr|nqlt|cp|lđ|hn|btg|mttq|qđi|bdv|tu|tw|ttg|hđnd|vp|"
    "sl|ub|hđ|đu|hu|bttt"
)
_KINDS = (
    "nghị quyết|chỉ thị|quyết định|kết luận|quy định|thông tư|nghị định|hướng dẫn|thông báo|công văn|công điện|luật|"
    "pháp lệnh|thông tri|kế hoạch|chương trình|đề án|báo cáo|tờ trình"
)
_BINDING = "quyết định|quy định|chỉ thị|nghị quyết|kết luận|nghị định"
_RUN = r"\d(?<!\d.)\d*+"  # a whole run of digits, never tried again from its middle: a long one would take for ever
_SIGN = re.compile(
    rf"{_RUN}(?:\s?/\s?\d{{4}})?\s?[-/]\s?(?P<sign>{_SIGNS})[a-zđ]*\d*(?:\s?[-/]\s?[a-zđ]+\d*)*(?![^\W\d_])"
)
_DOCUMENT_NUMBERS = (  # with the ends of the word right before a number for which the pattern is worth seeking
    (
        re.compile(rf"(?:{_KINDS})\s+(?:trung ương\s+|tw\s+|số\s*:?\s*)\d+(?:\s*(?:,|và|-|/)\s*\d+)*"),
        ("số", ":", "ương", "tw"),
    ),
    (
        re.compile(  # "Quyết định 217, 218 của Bộ Chính trị"
            rf"(?:{_BINDING})\s+\d{{2,3}}(?:\s*(?:,|và|-)\s*(?:số\s+)?\d{{2,3}})*(?!\d)"
            r"(?=\s*(?:[,.;:)(-]|/(?!\s?\d)|của|về|ngày|và|khóa|tw))"
        ),
        ("định", "thị", "quyết", "luận"),
    ),
    (re.compile(r"số(?<!tổng số)\s*:?\s*\d+\s?/\s?(?:\d{4}(?!\d)|[^\W\d_]\S*)"), ("số", ":")),
    (re.compile(r"(?:điều|khoản)\s+\d+(?:\s*(?:,|và|-)\s*\d+)*"), ("điều", "khoản")),
)
_ENDS = tuple({end for _, ends in _DOCUMENT_NUMBERS for end in ends})
_OTHER_NUMBERS = (  # with words one of which a text must hold
    (re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,60}@\S{1,60}"), frozenset(["http", "https", "www", "@"])),
    (re.compile(rf"{_RUN}(?:[.,]\d++)?\s?[x×]\s?\d+"), frozenset("x×")),
)
_TELEPHONE = re.compile(
    r"[(01](?:(?<![\d.,].)(?:(?<=\()0|(?<=0))\d{1,3}\)?[\s.]?\d{2,4}[\s.]\d{3,4}(?:[\s.]\d{2,4})?"
    r"|(?<=\b0)\d{8,10}\b|(?<=\b1)[89]00[\s.]?\d{4,6})"
)
_DASHES = frozenset("-/")
_QUOTED = re.compile(r"\"[^\"\n]{1,90}\"")


def _opens_long(word: str) -> bool:
    return word[0] in "01" and len(word) > 2


def _opens_telephone(word: str) -> bool:
    """Whether one may begin with this number or within it: 0912, 1.0912345678, 1900."""
    return word[0] == "0" or (is_number(word) and (len(word) > 8 or "00" in word))


def _quoted(scan: Scan) -> Iterator[tuple[int, int]]:
    """Short quotations. Where the marks say which of them open, what stands between two quotations is none."""
    text, cased = scan.folded.text, scan.folded.cased
    for match in _QUOTED.finditer(text):
        start, end = match.span()
        if cased[start] == "”" and cased[end - 1] == "“":
            following = _QUOTED.match(text, end - 1)
            if following:
                yield following.span()
        else:
            yield start, end


def silent(scan: Scan, found: list[days.Day], periods: list[dates.Found]) -> bytearray:
    """One byte a token: 1 where numbers are days, hours, document numbers, telephone numbers or inside a quotation."""
    text, words, starts, numbers = scan.folded.text, scan.words, scan.starts, scan.numbers
    spans = [(day.start, day.end) for day in found] + [(period.start, period.end) for period in periods]
    numbered = [starts[at] for at in numbers]
    stretches = dates.around([(starts[at], scan.ends[at]) for at in numbers])
    before = [(word, starts[at]) for at in numbers if (word := words[at - 1]).endswith(_ENDS)]
    for pattern, ends in _DOCUMENT_NUMBERS if before else ():
        behind = [start for word, start in before if word.endswith(ends)]
        for start, end in dates.holding(stretches, behind):
            spans += [match.span() for match in pattern.finditer(text, start, end)]
    signed = [starts[at - 1] for at in scan.where(_DASHES) if at and is_number(words[at - 1])]
    for start, end in dates.holding(stretches, signed):
        for match in _SIGN.finditer(text, start, end):
            if scan.folded.cased[match.start("sign")].isupper():
                spans.append(match.span())
    patterns = [pattern for pattern, needed in _OTHER_NUMBERS if scan.where(needed)]
    dialled = [starts[at] for at in scan.where(_opens_telephone)] if scan.where(_opens_long) else []
    for start, end in dates.holding(stretches, dialled):
        spans += [match.span() for match in _TELEPHONE.finditer(text, start, end)]
    for pattern in patterns:
        for start, end in stretches:
            spans += [match.span() for match in pattern.finditer(text, start, end)]
    spans += [(start, end) for start, end in _quoted(scan) if bisect_left(numbered, start) < bisect_left(numbered, end)]
    quiet = bytearray(len(words))
    for start, end in spans:
        first, last = scan.token_at(start), bisect_left(starts, end)
        quiet[first:last] = b"\1" * (last - first)
    return quiet
