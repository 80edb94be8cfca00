"""The number phrase and the unit-of-measure phrase: which numbers of a sentence count something, and what."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from danvan.lib import numbers
from danvan.narrative.reading import nouns
from danvan.narrative.reading.counting import MONEY, PERCENT, Figure, measure_at, vocabulary
from danvan.narrative.reading.document import Qualifier
from danvan.narrative.reading.scan import Scan, Sentence, is_number, is_word

_SCALES = {"nghìn", "ngàn", "triệu", "tỷ", "vạn", "trăm"}
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_GROUP = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})*")
_IN_WORDS = {*numbers.ONES, "mười", "mươi", "trăm", "nghìn", "ngàn", "triệu", "tỷ", "linh", "lẻ"}
_NO_NUMBER_WORD_AFTER = {"thứ", "lần", "khóa", "tháng", "quý", "năm", "điều", "mấy", "cấp", "đầu", "ngày"}
# "một" is mostly the article and "năm" mostly the year: both count only inside a longer number.
_NUMBER_WORDS = (frozenset(numbers.ONES) | {"mười"}) - {"không", "một", "mốt", "tư", "năm", "lăm", "nhăm"}

_CLAUSE = 8  # tokens
_MOST_WORDS = 17  # of a number in words: 999.999.999 has as many
_PRICED = frozenset(["giá", "tiền", "phí", "mức"])  # before an amount that leaves its dong out
_WORTH = frozenset(["trị", "giá", "(", ",", "với", "tiền", "mức", "trên", "hơn", "tương", "đương"])
_TERRITORIES = frozenset(["tỉnh", "huyện", "quận", "phường", "thị trấn"])
_EACH = frozenset(["mỗi"])
_ALL = frozenset(
    [";", "thành", "tính", "tổng", "tất", "toàn", "cộng", "số", "kinh"]
)  # behind these a sum is of all, and no price
_TO_PRICE = 18  # tokens from "mỗi" to a price
_MEASURED = frozenset(["cách", "rộng", "cao", "sâu", "dày", "kính", "phạm"])  # sizes and distances


class _Amount(NamedTuple):
    """after: the token behind. scaled: a multiplier or a percent sign belongs to it. places: decimals printed."""

    value: Decimal
    after: int
    scaled: bool
    places: int


def is_furniture(scan: Scan, sentence: Sentence) -> bool:
    """A line of the portal: a counter, a rating, an address."""
    words = scan.words
    if not any(map(is_word, words[sentence.first : sentence.last])):
        return True
    if words[sentence.last - 1] not in ".!?;" and _has_counter(scan, sentence):
        return True
    if not sentence.line_start or sentence.last - sentence.first > 14:
        return False
    counter = is_number(words[sentence.first])  # "642 người đang online"
    return any(
        sum(map(is_word, words[sentence.first : start])) <= counter or _counter_behind(words, end, sentence.last)
        for start, end, _ in vocabulary().furniture.all(words, sentence.first, sentence.last)
    )


def _has_counter(scan: Scan, sentence: Sentence) -> bool:
    """ "16/07/2024 07:20 - 1.482 lượt xem", "Lượt xem: 604 - Cập nhật lần cuối ..."."""
    words = scan.words
    return any(
        (start > sentence.first and is_number(words[start - 1])) or _counter_behind(words, end, sentence.last)
        for start, end, _ in vocabulary().counters.all(words, sentence.first, sentence.last)
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
        nouns.give(scan, sentence, found, bare, nouns.of_whole_before(scan, sentence, before, bare))
        found.sort(key=lambda figure: figure.number)
        for index, figure in enumerate(found):
            if figure.ratio_of is not None:
                figure.ratio_of = index - 1  # b of a/b stands right behind its a
    return found


def _figure_at(scan: Scan, sentence: Sentence, number: int, index: int, found: list[Figure], bare: list[Figure]) -> int:
    """Reads the figure whose number begins at this token, if it is one; gives the token to go on from."""
    words = scan.words
    amount = _amount(scan, index, sentence.last)
    if amount is None:
        return index + 1
    if _is_code(scan, index, amount.after, sentence):
        return amount.after
    if index == sentence.first and _numbers_row(scan, amount.after, sentence):
        return amount.after
    second = _second(scan, amount, sentence.last)
    after, between = amount.after, False
    if second:
        after = second.after
        if words[amount.after] != "/":  # a range: its upper end
            amount, second, between = second, None, True
    measure = _measure(scan, index, after, sentence, found)
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
    figure.per = (
        _per(scan, figure.last, sentence.last) or _each(scan, figure, sentence) or _of_one(words, figure, found)
    )
    figure.after_slash = second is None and index > sentence.first and words[index - 1] == "/"
    found.append(figure)
    if second:
        figure.number_end = amount.after
        whole = Figure(number, amount.after, amount.after + 1, after, figure.last, second.value, figure.unit, "exact")
        whole.ratio_of, whole.known = len(found) - 1, figure.known
        found.append(whole)
    return figure.last


def _measure(
    scan: Scan, index: int, after: int, sentence: Sentence, found: list[Figure]
) -> tuple[str, int, bool] | None:
    """What stands behind the number at this token, or behind "là" there: "203 là mô hình tập thể"."""
    words = scan.words
    if (
        after < len(words)
        and words[after] == "ngày"
        and (_of_receptions(words, index, sentence.first) or (found and found[-1].unit == "ngày tiếp công dân"))
    ):
        return "ngày tiếp công dân", after + 1, True
    measure = measure_at(scan, after, sentence.last)
    written = words[index]
    if measure is None and words[after : after + 1] == ["là"] and is_number(written) and not _year_like(written):
        said = measure_at(scan, after + 1, sentence.last)
        return said if said and said[2] else None
    return measure


def _of_receptions(words: list[str], index: int, first: int) -> bool:
    """ "tiếp công dân định kỳ 18 ngày": days that count, and no length of time."""
    before = " ".join(words[max(first, index - _CLAUSE) : index])
    if before.endswith((" tiếp", " tiếp :")):
        return True
    said = max(before.rfind("tiếp công dân"), before.rfind("tiếp dân"), before.rfind("phải tiếp"))
    return said >= 0 and not any(mark in before[said:].removesuffix(" :") for mark in ",;:.()")


def _numbers_row(scan: Scan, after: int, sentence: Sentence) -> bool:
    """The first cell of a table's row gives its number."""
    return sentence.line_start and after < sentence.last and scan.opens_cell(after)


def _second(scan: Scan, amount: _Amount, stop: int) -> _Amount | None:
    """b of "22/29 vụ việc", or the upper end of "5-7 hộ"; a measure has to follow."""
    words, after = scan.words, amount.after
    if after + 1 >= stop or words[after] not in ("/", "-", "đến") or not is_number(words[after + 1]):
        return None
    if words[after] != "/" or not amount.scaled:
        other = _amount(scan, after + 1, stop)
        if other is None or (words[after] != "/" and other.value <= amount.value):
            return None
        if measure_at(scan, other.after, stop) or words[other.after : other.after + 1] == ["ngày"]:
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
    elif _is_price(scan, figure, amount, sentence):
        figure.unit, figure.per = MONEY, _each(scan, replace(figure, unit=MONEY), sentence)
        found.append(figure)
    elif is_number(written) and not _year_like(written) and _may_stand_alone(words, amount.after, sentence.last):
        if noun := _noun_of_bullet(scan, figure, sentence):
            figure.unit, figure.last, figure.known = noun
            found.append(figure)
        else:
            bare.append(figure)


def _is_price(scan: Scan, figure: Figure, amount: _Amount, sentence: Sentence) -> bool:
    """ "mỗi suất 400.000", "trị giá 300 nghìn": money that leaves its dong out."""
    words = scan.words
    if amount.value < 1000 or not (amount.scaled or _GROUPED.fullmatch(words[figure.number])):
        return False
    if words[amount.after - 1] == PERCENT or figure.first == sentence.first:
        return False
    before = words[figure.first - 1]
    return before in _PRICED or bool(_each(scan, replace(figure, unit=MONEY), sentence))


def _of_one(words: list[str], figure: Figure, found: list[Figure]) -> str:
    """ "1 giỏ quà trị giá 700.000 đồng": the price of one."""
    if figure.unit != MONEY or not found or found[-1].value != 1 or found[-1].unit != "phần quà":
        return ""
    one = found[-1]
    return words[one.number_end] if _WORTH.issuperset(words[one.last : figure.first]) else ""


def _noun_of_bullet(scan: Scan, figure: Figure, sentence: Sentence) -> tuple[str, int, bool] | None:
    """ "2.946 - số mô hình": a line that puts the number first and says behind a dash what it counts."""
    words = scan.words
    opens = sentence.line_start and figure.first - sentence.first <= 1
    at = figure.last + 1
    if not opens or at >= sentence.last or words[figure.last] != "-" or scan.opens_cell(figure.last):
        return None
    while at < sentence.last and words[at] in ("tổng", "số"):
        at += 1
    measure = measure_at(scan, at, sentence.last)
    return measure if measure and measure[2] else None


def _per(scan: Scan, index: int, stop: int) -> str:
    """ "hộ" in "1,2 triệu đồng/hộ"."""
    words = scan.words
    if index + 1 >= stop or words[index] != "/" or not is_word(words[index + 1]):
        return ""
    measure = measure_at(scan, index + 1, stop)
    return measure[0] if measure and measure[2] else words[index + 1]


def _each(scan: Scan, figure: Figure, sentence: Sentence) -> str:
    """ "suất", as written, in "mỗi suất trị giá 500.000 đồng"."""
    words, begin = scan.words, max(sentence.first, figure.first - 5)
    if "mỗi" not in words[begin : figure.first]:
        return _each_of_all(scan, figure, sentence) if figure.unit == MONEY else ""
    if figure.unit != MONEY:
        begin = max(begin, figure.first - 3)  # "mỗi cuộc chừng 70 người", but not "mỗi xã giám sát 2 cuộc"
        if "mỗi" not in words[begin : figure.first]:
            return ""
    at = begin + words[begin : figure.first].index("mỗi") + 1
    if any(not is_word(word) for word in words[at : figure.first]):
        return ""
    measure = measure_at(scan, at, figure.first)
    return words[at] if measure and measure[2] else ""


def _each_of_all(scan: Scan, figure: Figure, sentence: Sentence) -> str:
    """ "Mỗi phần quà gồm gạo, mì và tiền mặt 500.000 đồng": the price of one in a clause that opens with "mỗi"."""
    words = scan.words
    for at in reversed(scan.between(_EACH, max(sentence.first, figure.first - _TO_PRICE), figure.first)):
        between = words[at + 1 : figure.first]
        measure = measure_at(scan, at + 1, figure.first)
        if measure and measure[2] and _ALL.isdisjoint(between):
            return words[at + 1]
        break
    return ""


def _counts_after_name(scan: Scan, measure: tuple[str, int, bool] | None, sentence: Sentence) -> bool:
    """ "cấp xã 2.466 cuộc" counts; "khu 4 tổ chức ...", "xóm 6 xã Quỳnh Vinh" and "tổ 12 ấp 3" do not."""
    if measure is None or not measure[2] or measure[0] in ("tổ chức", "tổ"):
        return False
    place = measure[0] in ("xã", "phường", "thị trấn", "huyện", "quận", "tỉnh", "thôn")
    named = measure[1] < sentence.last and (scan.upper(measure[1]) or is_number(scan.words[measure[1]]))
    return not (place and named)


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
        if after < stop and vocabulary().measures.longest_at(words, after, stop):
            return _Amount(Decimal(value), after, words[after - 1] in _SCALES, 0)
        break
    return None


def _counts(scan: Scan, figure: Figure, scaled: bool) -> bool:
    """Whether number and measure together are a figure."""
    words, unit, known = scan.words, figure.unit, figure.known
    written = words[figure.number]
    following = words[figure.number_end]
    if following in vocabulary().not_counted:
        several = " " in unit or figure.last - figure.number_end > 1  # "ngày công", "khóa tập huấn"
        if not (known and several):
            return following == "đ" and (scaled or _GROUPED.fullmatch(written) is not None)
    nobody_knows = not known and figure.first == figure.number
    if (nobody_knows or unit in _TERRITORIES) and not scaled and _year_like(written):
        return False  # "Riêng 2023 huyện công nhận ..."
    if unit == MONEY and figure.value == 0:
        return False  # "gian hàng 0 đồng"
    if unit in ("m", "km") and _MEASURED & set(words[max(0, figure.first - 4) : figure.first]):
        return False
    return known or figure.value == figure.value.to_integral_value() or scaled


def _year_like(written: str) -> bool:
    return len(written) == 4 and written.isdecimal() and 1900 <= int(written) <= 2100


def _is_code(scan: Scan, index: int, after: int, sentence: Sentence) -> bool:
    """Glued to a letter or a dash: 9B, 1A, Covid-19, H5N1. Glued to a word of the sentence it is a slip: "có2.011"."""
    words, know = scan.words, vocabulary()
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
    know = vocabulary()
    if words[index - 1] not in know.name_ends:
        return ""
    if tuple(words[max(first, index - 2) : index]) in know.not_names and not _year_like(words[index]):
        return ""
    for size in (3, 2, 1):
        if index - size >= first and (before := tuple(words[index - size : index])) in know.names:
            return "weak" if before in know.weak else "strong"
    return ""


def _hedge(words: list[str], index: int, first: int) -> tuple[int, Qualifier]:
    know = vocabulary()
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
        or words[after] in ("mới", "cũ", "duy", "nâng")  # "16 mới, 28 duy trì"
        or words[after] in ("so", "tăng", "giảm", "lên", "xuống", "với", "cho", "tại", "ở", "của", "do", "về", "thuộc")
    )
