"""The number phrase and the unit-of-measure phrase: which numbers of a sentence count something, and what."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from danvan.lib import numbers
from danvan.narrative import lexicon
from danvan.narrative.reading import dates, days
from danvan.narrative.reading.document import Qualifier
from danvan.narrative.reading.scan import Phrases, Scan, Sentence, is_number, is_word

PERCENT = "%"
MONEY = "đồng"
_SCALES = {"nghìn", "ngàn", "triệu", "tỷ", "vạn", "trăm"}
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_GROUP = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})*")
_IN_WORDS = {*numbers.ONES, "mười", "mươi", "trăm", "nghìn", "ngàn", "triệu", "tỷ", "linh", "lẻ"}
_NO_NUMBER_WORD_AFTER = {"thứ", "lần", "khóa", "tháng", "quý", "năm", "điều", "mấy", "cấp", "đầu", "ngày"}
# "một" is mostly the article and "năm" mostly the year: both count only inside a longer number.
_NUMBER_WORDS = (frozenset(numbers.ONES) | {"mười"}) - {"không", "một", "mốt", "tư", "năm", "lăm", "nhăm"}

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
_DOCUMENT_NUMBERS = (  # with words one of which a text must hold for the pattern to be worth seeking
    (re.compile(rf"(?:{_KINDS})\s+(?:trung ương\s+|tw\s+|số\s*:?\s*)\d+(?:\s*(?:,|và|-|/)\s*\d+)*"), frozenset[str]()),
    (
        re.compile(  # "Quyết định 217, 218 của Bộ Chính trị"
            rf"(?:{_BINDING})\s+\d{{2,3}}(?:\s*(?:,|và|-)\s*(?:số\s+)?\d{{2,3}})*(?!\d)"
            r"(?=\s*(?:[,.;:)(/-]|của|về|ngày|và|khóa|tw))"
        ),
        frozenset(["định", "chỉ", "nghị", "kết"]),
    ),
    (re.compile(r"số(?<!tổng số)\s*:?\s*\d+\s?/\s?(?:\d{4}(?!\d)|[^\W\d_]\S*)"), frozenset(["số"])),
    (re.compile(r"(?:điều|khoản)\s+\d+(?:\s*(?:,|và|-)\s*\d+)*"), frozenset(["điều", "khoản"])),
    (re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,60}@\S{1,60}"), frozenset(["http", "https", "www", "@"])),
    (re.compile(rf"{_RUN}(?:[.,]\d++)?\s?[x×]\s?\d+"), frozenset("x×")),
)
_TELEPHONE = re.compile(
    r"[(01](?:(?<![\d.,].)(?:(?<=\()0|(?<=0))\d{1,3}\)?[\s.]?\d{2,4}[\s.]\d{3,4}(?:[\s.]\d{2,4})?"
    r"|(?<=\b0)\d{8,10}\b|(?<=\b1)[89]00[\s.]?\d{4,6})"
)
_MOST_WORDS = 17  # of a number in words: 999.999.999 has as many
_LABEL = 5  # words of an item's label
_HEAD = 12  # tokens before a colon in which the head of a list is sought
_MEASURED = frozenset(["cách", "rộng", "cao", "sâu", "dày", "kính", "phạm"])  # sizes and distances
_QUOTED = re.compile(r"\"[^\"\n]{1,90}\"")


@dataclass(slots=True)
class Figure:
    """A number that counts something. Token indices; first: hedge or number, last: after the measure.

    number..number_end: the digits with multiplier. decimals: digits printed behind the comma.
    ratio_of: for b in a/b, the place of a; after_slash: for b in a lượt/b người.
    """

    sentence: int
    first: int
    number: int
    number_end: int
    last: int
    value: Decimal
    unit: str
    qualifier: Qualifier
    per: str = ""
    known: bool = True
    ratio_of: int | None = None
    after_slash: bool = False
    elliptical: bool = False
    decimals: int = 0

    @property
    def head(self) -> str:
        """The first word of the unit: "lượt" of "lượt người"."""
        return self.unit.partition(" ")[0]


class _Amount(NamedTuple):
    """after: the token behind. scaled: a multiplier or a percent sign belongs to it. places: decimals printed."""

    value: Decimal
    after: int
    scaled: bool
    places: int


@dataclass(frozen=True, slots=True)
class _Words:
    hedges: Phrases
    hedge_of: dict[str, Qualifier]
    longest_hedge: int
    hedge_ends: frozenset[str]
    measures: Phrases
    measure_of: dict[str, str]
    names: frozenset[tuple[str, ...]]
    weak: frozenset[tuple[str, ...]]
    not_names: frozenset[tuple[str, ...]]
    stop: frozenset[str]
    not_counted: frozenset[str]
    furniture: Phrases
    not_hedges: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = lexicon.load()
    grammar = data.grammar
    hedge_of: dict[str, Qualifier] = {said: kind for kind, phrases in grammar["hedges"].items() for said in phrases}
    glued = {said.replace(" ", ""): unit for said, unit in data.measures.items() if " " in said and "," not in said}
    return _Words(
        hedges=Phrases(hedge_of),
        hedge_of=hedge_of,
        longest_hedge=max(len(said.split()) for said in hedge_of),
        hedge_ends=frozenset(said.split()[-1] for said in hedge_of),
        measures=Phrases({**glued, **data.measures}, commas=False),
        measure_of={**glued, **data.measures},
        names=frozenset(tuple(said.split()) for said in grammar["names"]),
        weak=frozenset(tuple(said.split()) for said in grammar["weak_names"]),
        not_names=frozenset(tuple(said.split()) for said in grammar["not_names"]),
        stop=frozenset(grammar["stop"]),
        not_counted=frozenset(grammar["not_counted"]),
        furniture=Phrases(grammar["furniture"]),
        not_hedges=frozenset(grammar["not_hedges"]),
    )


def silent(scan: Scan, found: list[days.Day], periods: list[dates.Found]) -> bytearray:
    """One byte a token: 1 where numbers are days, hours, document numbers, telephone numbers or inside a quotation."""
    text = scan.folded.text
    spans = [(day.start, day.end) for day in found]
    stretches = dates.around((scan.starts[at], scan.ends[at]) for at in scan.numbers)
    patterns = [pattern for pattern, needed in _DOCUMENT_NUMBERS if not (needed and needed.isdisjoint(scan.places))]
    if any(len(scan.words[at]) > 2 and scan.words[at][0] in "01" for at in scan.numbers):
        patterns.append(_TELEPHONE)
    for start, end in stretches:
        for pattern in patterns:
            spans += [match.span() for match in pattern.finditer(text, start, end)]
        for match in _SIGN.finditer(text, start, end):
            if scan.folded.cased[match.start("sign")].isupper():
                spans.append(match.span())
    spans += [match.span() for match in _QUOTED.finditer(text) if any(c.isdigit() for c in match[0])]
    spans += [(period.start, period.end) for period in periods]
    quiet = bytearray(len(scan.words))
    for start, end in spans:
        index = scan.token_at(start)
        while index < len(quiet) and scan.starts[index] < end:
            quiet[index] = 1
            index += 1
    return quiet


def is_furniture(scan: Scan, sentence: Sentence) -> bool:
    """A line of the portal: a counter, a rating, an address."""
    words = scan.words
    if not any(is_word(words[i]) for i in range(sentence.first, sentence.last)):
        return True
    if not sentence.line_start or sentence.last - sentence.first > 14:
        return False
    counter = is_number(words[sentence.first])  # "642 người đang online"
    return any(
        sum(map(is_word, words[sentence.first : hit.start])) <= counter
        or _counter_behind(words, hit.end, sentence.last)
        for hit in _words().furniture.within(scan, sentence.first, sentence.last)
    )


def _counter_behind(words: list[str], index: int, stop: int) -> bool:
    """ "lượt truy cập: 1.234"."""
    if index < stop and words[index] == ":":
        index += 1
    return index < stop and is_number(words[index])


def numerals(scan: Scan, quiet: bytearray) -> list[int]:
    """The tokens of a text with which a number may begin, in digits or in words."""
    return [at for at in sorted(scan.numbers + scan.where(_NUMBER_WORDS)) if not quiet[at]]


def figures(scan: Scan, begins: list[int], number: int, before: Sequence[Figure] = ()) -> list[Figure]:
    """The figures of one sentence, left to right. begins: the text's numerals. before: those of the sentence before."""
    sentence = scan.sentences[number]
    found: list[Figure] = []
    bare: list[Figure] = []
    index = sentence.first
    first = bisect_left(begins, sentence.first)
    for at in begins[first : bisect_left(begins, sentence.last, first)]:
        if at < index:
            continue
        if not found and not bare and index == sentence.first and is_furniture(scan, sentence):
            return []
        index = _figure_at(scan, sentence, number, at, found, bare)
    if bare:
        _give_nouns(scan, sentence, found, bare, _whole_before(scan, sentence, before))
        found.sort(key=lambda figure: (figure.number, figure.ratio_of is not None))
    return found


def _figure_at(scan: Scan, sentence: Sentence, number: int, index: int, found: list[Figure], bare: list[Figure]) -> int:
    """Reads the figure whose number begins at this token, if it is one; gives the token to go on from."""
    words = scan.words
    amount = _amount(scan, index, sentence.last)
    if amount is None:
        return index + 1
    if _is_code(scan, index, amount.after, sentence) or _numbers_row(scan, index, amount.after, sentence):
        return amount.after
    second = _second(scan, amount, sentence.last)
    after, between = amount.after, False
    if second:
        after = second.after
        if words[amount.after] != "/":  # a range: its upper end
            amount, second, between = second, None, True
    measure = _measure(scan, after, sentence.last)
    named = _after_name(words, index, sentence.first)
    if named == "strong" or (named and not _counts_after_name(scan, measure, sentence)):
        return after
    first, qualifier = _hedge(words, index, sentence.first)
    if between and qualifier == "exact":
        qualifier = "about"
    figure = Figure(number, first, index, after, after, amount.value, "", qualifier, decimals=amount.places)
    if measure and not measure[2] and amount.scaled and words[after - 1] in ("tỷ", "triệu"):
        measure = None  # "hỗ trợ 1,6 tỷ xây nhà": money, and not a thing that nobody knows
    if measure is None:
        _without_measure(scan, figure, amount, sentence, found, bare)
        return after
    figure.unit, figure.last, figure.known = measure
    if not _counts(scan, figure, amount.scaled) or _is_threshold(words, figure, sentence):
        return figure.last
    figure.per = _per(scan, figure.last, sentence.last) or _each(scan, figure, sentence)
    figure.after_slash = second is None and index > sentence.first and words[index - 1] == "/"
    found.append(figure)
    if second:
        figure.number_end = amount.after
        whole = Figure(number, amount.after, amount.after + 1, after, figure.last, second.value, figure.unit, "exact")
        whole.ratio_of, whole.known = len(found) - 1, figure.known
        found.append(whole)
    return figure.last


def _numbers_row(scan: Scan, index: int, after: int, sentence: Sentence) -> bool:
    """The first cell of a table's row gives its number."""
    return index == sentence.first and sentence.line_start and after < sentence.last and scan.opens_cell(after)


def _second(scan: Scan, amount: _Amount, stop: int) -> _Amount | None:
    """b of "22/29 vụ việc", or the upper end of "5-7 hộ"; a measure has to follow."""
    words, after = scan.words, amount.after
    if after + 1 >= stop or not is_number(words[after + 1]):
        return None
    if (words[after] == "/" and not amount.scaled) or words[after] in ("-", "đến"):
        other = _amount(scan, after + 1, stop)
        if other and (words[after] == "/" or other.value > amount.value) and _measure(scan, other.after, stop):
            return other
    return None


def _without_measure(
    scan: Scan, figure: Figure, amount: _Amount, sentence: Sentence, found: list[Figure], bare: list[Figure]
) -> None:
    """ "26 tỷ" is money; another number may take its measure from the list that it stands in."""
    words = scan.words
    written = words[figure.number]
    if amount.scaled and words[amount.after - 1] in ("tỷ", "triệu"):
        figure.unit = MONEY
        found.append(figure)
    elif is_number(written) and not _year_like(written) and _may_stand_alone(words, amount.after, sentence.last):
        if noun := _noun_of_bullet(scan, figure, sentence):
            figure.unit, figure.last, figure.known = noun
            found.append(figure)
        else:
            bare.append(figure)


def _noun_of_bullet(scan: Scan, figure: Figure, sentence: Sentence) -> tuple[str, int, bool] | None:
    """ "2.946 - số mô hình": a line that puts the number first and says behind a dash what it counts."""
    words = scan.words
    opens = sentence.line_start and figure.first - sentence.first <= 1
    at = figure.last + 1
    if not opens or at >= sentence.last or words[figure.last] != "-" or scan.opens_cell(figure.last):
        return None
    while at < sentence.last and words[at] in ("tổng", "số"):
        at += 1
    measure = _measure(scan, at, sentence.last)
    return measure if measure and measure[2] else None


def _per(scan: Scan, index: int, stop: int) -> str:
    """ "hộ" in "1,2 triệu đồng/hộ"."""
    words = scan.words
    if index + 1 >= stop or words[index] != "/" or not is_word(words[index + 1]):
        return ""
    measure = _measure(scan, index + 1, stop)
    return measure[0] if measure and measure[2] else words[index + 1]


def _each(scan: Scan, figure: Figure, sentence: Sentence) -> str:
    """ "suất", as written, in "mỗi suất trị giá 500.000 đồng"."""
    words, begin = scan.words, max(sentence.first, figure.first - 5)
    if figure.unit != MONEY or "mỗi" not in words[begin : figure.first]:
        return ""
    at = begin + words[begin : figure.first].index("mỗi") + 1
    if any(not is_word(word) for word in words[at : figure.first]):
        return ""
    measure = _measure(scan, at, figure.first)
    return words[at] if measure and measure[2] else ""


def _counts_after_name(scan: Scan, measure: tuple[str, int, bool] | None, sentence: Sentence) -> bool:
    """ "cấp xã 2.466 cuộc" counts; "khu 4 tổ chức ..." and "xóm 6 xã Quỳnh Vinh" do not."""
    if measure is None or not measure[2] or measure[0] in ("tổ chức", "tổ"):
        return False
    place = measure[0] in ("xã", "phường", "thị trấn", "huyện", "quận", "tỉnh", "thôn")
    return not (place and measure[1] < sentence.last and scan.upper(measure[1]))


def _amount(scan: Scan, index: int, stop: int) -> _Amount | None:
    """The number phrase that begins at this token."""
    words = scan.words
    if not is_number(words[index]):
        return _amount_in_words(words, index, stop)
    written, after = _with_thousands(scan, index, stop)
    scaled = after < stop and (words[after] in _SCALES or words[after] == PERCENT)
    try:
        value = numbers.parse(written, scaled=scaled)
    except numbers.NotANumber:
        return None
    places = len(written.rpartition(",")[2]) if "," in written else 0
    if scaled and words[after] == PERCENT:
        if "." in written and "," not in written:  # "12.5%"
            value, places = Decimal(written.replace(".", "", written.count(".") - 1)), len(written.rpartition(".")[2])
        return _Amount(value, after, True, places)
    while after < stop and words[after] in _SCALES:
        value *= numbers.MULTIPLIERS[words[after]]
        after += 1
    if scaled and after + 1 < stop and is_number(words[after]) and words[after + 1] in _SCALES:
        rest = _amount(scan, after, stop)  # "1 tỷ 250 triệu"
        if rest and rest.value < numbers.MULTIPLIERS.get(words[after - 1], 0):
            value, after = value + rest.value, rest.after
    return _Amount(value, after, scaled, places)


def _with_thousands(scan: Scan, index: int, stop: int) -> tuple[str, int]:
    """Digits as written, with thousands set apart by a space put together: "1 354 mô hình"."""
    words = scan.words
    written, after = words[index], index + 1
    if index and words[index - 1] in ("năm", "tháng", "ngày", "quý", "số", "lần"):
        return written, after
    while (
        after < stop
        and len(words[after]) == 3
        and words[after].isdecimal()
        and _GROUP.fullmatch(written)
        and scan.starts[after] - scan.ends[after - 1] == 1
        and not scan.opens_cell(after)
    ):
        written = f"{written}.{words[after]}"
        after += 1
    return written, after


def _amount_in_words(words: list[str], index: int, stop: int) -> _Amount | None:
    """A number in words, only where a known measure follows: "hai đoàn", "mười hai lớp"."""
    after = index
    while after < min(stop, index + _MOST_WORDS) and words[after] in _IN_WORDS:
        after += 1
    before = words[index - 1] if index else ""
    while after > index and before not in _NO_NUMBER_WORD_AFTER:
        try:
            value = numbers.from_words(words[index:after])
        except numbers.NotANumber:
            after -= 1
            continue
        if after < stop and _words().measures.longest_at(words, after, stop):
            return _Amount(Decimal(value), after, words[after - 1] in _SCALES, 0)
        break
    return None


def _measure(scan: Scan, index: int, stop: int) -> tuple[str, int, bool] | None:
    """(unit, token after, whether the lexicon knows it) of the measure that begins here."""
    if index >= stop:
        return None
    words, know = scan.words, _words()
    if words[index] == PERCENT:
        return PERCENT, index + 1, True
    if words[index] == "phần" and words[index + 1 : index + 2] == ["trăm"]:
        return PERCENT, index + 2, True
    if words[index] in "\"'" and index + 1 < stop:
        index += 1
    found = know.measures.longest_at(words, index, stop)
    if found:
        return know.measure_of[found[1]], found[0], True
    word = words[index]
    if not is_word(word) or word in know.stop or word in know.not_counted or scan.upper(index):
        return None
    end = index + 1
    if end < stop and is_word(words[end]) and words[end] not in know.stop and not scan.upper(end):
        end += 1
    return " ".join(words[index:end]), end, False


def _counts(scan: Scan, figure: Figure, scaled: bool) -> bool:
    """Whether number and measure together are a figure."""
    words, unit, known = scan.words, figure.unit, figure.known
    written = words[figure.number]
    following = words[figure.number_end]
    if following in _words().not_counted and not (known and " " in unit):
        return following == "đ" and (scaled or _GROUPED.fullmatch(written) is not None)
    if unit == MONEY and figure.value == 0:
        return False  # "gian hàng 0 đồng"
    if _year_like(written) and not scaled and not known and figure.first == figure.number:
        return False
    if unit == "m" and scan.starts[figure.number_end] == scan.ends[figure.number_end - 1]:
        return False  # "13,5m đường": a width, not a count
    if unit in ("m", "km") and _MEASURED & set(words[max(0, figure.first - 4) : figure.first]):
        return False
    return known or figure.value == figure.value.to_integral_value() or scaled


def _year_like(written: str) -> bool:
    return len(written) == 4 and written.isdecimal() and 1900 <= int(written) <= 2100


def _is_code(scan: Scan, index: int, after: int, sentence: Sentence) -> bool:
    """Glued to a letter or a dash: 9B, 1A, Covid-19, H5N1. Glued to a word of the sentence it is a slip: "có2.011"."""
    words, know = scan.words, _words()
    if index > sentence.first and scan.ends[index - 1] == scan.starts[index]:
        before = words[index - 1]
        if is_word(before):
            return (
                len(before) == 1
                or scan.upper(index - 1)
                or not (before in know.stop or before in know.hedge_of or len(before) > 2)
            )
        if before in "-_" and index - 2 >= sentence.first and scan.ends[index - 2] == scan.starts[index - 1]:
            return is_word(words[index - 2])
        if before in "#+":
            return True
    if after < sentence.last and scan.ends[after - 1] == scan.starts[after]:
        behind = words[after]
        if is_word(behind):
            return know.measures.longest_at(words, after, sentence.last) is None and len(behind) < 3
        if behind in "-_" and after + 1 < sentence.last and scan.ends[after] == scan.starts[after + 1]:
            return is_word(words[after + 1])
    return False


def _after_name(words: list[str], index: int, first: int) -> str:
    """ "strong" where the number belongs to the name before it, "weak" where it may, else ""."""
    know = _words()
    if tuple(words[max(first, index - 2) : index]) in know.not_names and not _year_like(words[index]):
        return ""
    for size in (3, 2, 1):
        if index - size >= first and (before := tuple(words[index - size : index])) in know.names:
            return "weak" if before in know.weak else "strong"
    return ""


def _hedge(words: list[str], index: int, first: int) -> tuple[int, Qualifier]:
    know = _words()
    if words[index - 1] not in know.hedge_ends:
        return index, "exact"
    for size in range(know.longest_hedge, 0, -1):
        if index - size >= first:
            said = " ".join(words[index - size : index])
            if said in know.hedge_of and " ".join(words[max(first, index - size - 1) : index]) not in know.not_hedges:
                return index - size, know.hedge_of[said]
    return index, "exact"


def _is_threshold(words: list[str], figure: Figure, sentence: Sentence) -> bool:
    """ "từ 100 triệu đồng trở lên", "mức trên 500 triệu đồng": a limit, not a result."""
    tail = words[figure.last : min(figure.last + 5, sentence.last)]
    if "trở" in tail and ("lên" in tail or "xuống" in tail or "về" in tail):
        return True
    before = words[figure.first - 1] if figure.first > sentence.first else ""
    if figure.unit == PERCENT and before == "dưới":
        return True
    return before == "mức" and figure.first < figure.number


def _may_stand_alone(words: list[str], after: int, stop: int) -> bool:
    return (
        after >= stop
        or words[after] in (",", ";", ".", ")", "và", "/", "(", "-", "|")
        or words[after] in ("so", "tăng", "giảm", "lên", "xuống")
    )


def _whole_before(scan: Scan, sentence: Sentence, before: Sequence[Figure]) -> str:
    """ "... có 1.862 mô hình. Trong đó: kinh tế 640; văn hóa 713.": the noun of the whole, one sentence back."""
    opens = scan.words[sentence.first : sentence.first + 2] in (["trong", "đó"], ["bao", "gồm"], ["cụ", "thể"])
    wholes = [figure.unit for figure in before if figure.unit not in (PERCENT, MONEY)] if opens else []
    return wholes[-1] if wholes else ""


def _give_nouns(scan: Scan, sentence: Sentence, found: list[Figure], bare: list[Figure], whole_before: str) -> None:
    """Numbers without a measure of their own take it from the list that they stand in, else they are no figures."""
    words = scan.words
    lists = _nouns_of_lists(scan, sentence, found, bare)
    for figure in reversed(bare):
        unit = (
            _noun_after(words, figure, found)
            or _noun_before(scan, figure, sentence)
            or lists.get(figure.number)
            or _noun_of_row(scan, figure, sentence)
            or _noun_of_whole(scan, figure, sentence, found)
            or (whole_before if is_word(words[figure.first - 1]) else "")
        )
        if unit:
            figure.unit, figure.elliptical = unit, True
            found.append(figure)


def _noun_after(words: list[str], figure: Figure, found: list[Figure]) -> str | None:
    """ "12, 15 và 20 mô hình": the noun once, at the end."""
    following = min((f for f in found if f.first > figure.number), key=lambda f: f.first, default=None)
    if following and following.first == figure.last + 1 and words[figure.last] in (",", "và", "lên", "xuống"):
        return following.unit if following.unit != PERCENT else None
    return None


def _noun_of_row(scan: Scan, figure: Figure, sentence: Sentence) -> str | None:
    """A table's row with one number: its label says what is counted. Several columns would need their heads read."""
    last = sentence.last
    if not sentence.line_start or not scan.opens_cell(figure.first):
        return None
    numbered = [i for i in range(sentence.first + 1, last) if is_number(scan.words[i]) and scan.opens_cell(i)]
    if [i for i in numbered if i + 1 == last or scan.opens_cell(i + 1)] != [figure.number]:
        return None
    first = next(_words().measures.all(scan.words, sentence.first, figure.first), None)
    return _words().measure_of[first[2]] if first else None


def _nouns_of_lists(scan: Scan, sentence: Sentence, found: list[Figure], bare: list[Figure]) -> dict[int, str]:
    """ "Kết nạp hội viên: phụ nữ 62, nông dân 48", "8 vụ, thành 7, không thành 1": labels and numbers under one head.

    Two such items at least make a list. Gives the noun for the token of each number in it.
    """
    nouns: dict[int, str] = {}
    if len(bare) < 2:
        return nouns
    runs: list[tuple[int, list[Figure]]] = []
    for figure in bare:
        begin = _label(scan.words, figure, sentence)
        if begin is None:
            continue
        if runs and runs[-1][1][-1].last == begin - 1:
            runs[-1][1].append(figure)
        else:
            runs.append((begin, [figure]))
    for begin, run in runs:
        if len(run) > 1 and (noun := _head_of_list(scan, begin, sentence, found)):
            nouns.update((figure.number, noun) for figure in run)
    return nouns


def _head_of_list(scan: Scan, begin: int, sentence: Sentence, found: list[Figure]) -> str | None:
    """The noun before the colon that opens the list, or that of the figure right before it."""
    words, know = scan.words, _words()
    if words[begin - 1] == ":":
        heads = list(know.measures.all(words, max(sentence.first, begin - _HEAD), begin - 1))
        if heads and heads[-1][1] == begin - 1:
            return know.measure_of[heads[-1][2]]
    wholes = (f for f in found if f.last == begin - 1 and f.unit not in (PERCENT, MONEY))
    return next((f.unit for f in wholes), None)


def _label(words: list[str], figure: Figure, sentence: Sentence) -> int | None:
    """The token where the item's label begins, if it is a short one between separators: "; nông dân 48"."""
    begin = figure.first
    if begin > sentence.first and words[begin - 1] == ":":
        begin -= 1
    end = begin
    while begin > sentence.first and is_word(words[begin - 1]) and end - begin <= _LABEL:
        begin -= 1
    if not 0 < end - begin <= _LABEL or begin == sentence.first or words[begin - 1] not in ",;:(":
        return None
    return begin


def _noun_before(scan: Scan, figure: Figure, sentence: Sentence) -> str | None:
    """ "Tổng số đơn tiếp nhận: 29": the noun before, with "số" or a colon between it and the number."""
    words, know = scan.words, _words()
    left = figure.first - 1
    if left < sentence.first or words[left] not in (":", "là", "=", "được", "có", "lên"):
        return None
    begin = left
    while begin > sentence.first and words[begin - 1] not in (",", ";", "(", ")") and left - begin < 14:
        begin -= 1
    counted = "số" in words[begin:left] or "lượng" in words[begin:left]
    last = None
    for _, _, phrase in know.measures.all(words, begin, left):
        if last is None or not counted:
            last = know.measure_of[phrase]
    return last if last and (counted or words[left] in ":=") else None


def _noun_of_whole(scan: Scan, figure: Figure, sentence: Sentence, found: list[Figure]) -> str | None:
    """ "55 mô hình (kinh tế 16, văn hóa 21)": a label before the number and a whole before the bracket or colon."""
    words = scan.words
    if not is_word(words[figure.first - 1]) or figure.first == sentence.first:
        return None
    begin = figure.first - 1
    while (
        begin > sentence.first and words[begin] not in ("(", ":", "gồm") and words[begin - 2 : begin] != ["trong", "đó"]
    ):
        begin -= 1
    wholes = [f for f in found if f.last <= begin and not f.elliptical and f.unit != PERCENT]
    if begin == sentence.first or not wholes:
        return None
    return max(wholes, key=lambda f: f.number).unit
