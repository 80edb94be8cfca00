"""What a text claims beside its sums and shares: n at a price, one change said twice, a part and its whole, one fact
said again.

A claim that fails is raised only where the text leaves no other meaning: one count, one price and one total in a
sentence; a change in numbers beside the same change in percent; "trong đó" before the larger number; a headline and a
body that differ in nothing but the number. A number printed rounded holds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from danvan.lib import numbers
from danvan.lib.vietnamese import one_spelling
from danvan.narrative import lexicon
from danvan.narrative.reading.checks import Item, alike, check_of
from danvan.narrative.reading.counting import MONEY, PERCENT, Figure, vocabulary
from danvan.narrative.reading.document import Change, Check
from danvan.narrative.reading.scan import Phrases, Scan, is_word

_EACH = 7  # tokens from "mỗi suất" to its price, from "tổng" to the sum of money
_WHOLE = 14  # tokens from a whole to its "trong đó"
_SEPARATORS = frozenset(",;:.()!?|")
_OTHER_TIME = frozenset(["lũy", "kế", "nâng", "nay", "trước", "tồn", "chuyển", "cùng", "kỳ", "so", "bình", "quân"])
_LEAST_ROUNDED = 100  # below it a number is not rounded without a word that says so
_TYPO = (Decimal("0.5"), Decimal(2))  # outside it two numbers are two facts
_AMONG = frozenset(["đó"])
_NEAR = Decimal(20)  # a hedge speaks of a number within a twentieth
# What may be said in one place and left out in the other without another fact being meant.
_NEUTRAL = frozenset(
    """
    toàn cả tỉnh thành phố huyện quận thị xã phường đặc khu địa phương bàn đơn vị trên ở kết quả tổng số chung các cấp
    tổ chức thực hiện đã được công tác hợp sơ tháng quý năm đầu cuối báo cáo kỳ này nay
    """.split()  # noqa: SIM905 -- read as a line
)


def run(scan: Scan, items: list[Item], lead: int, unit: str) -> list[Check]:
    """The claims of a document. lead: number of the sentence that opens its running text. unit: who reports."""
    named = frozenset(one_spelling(unit).split())
    repeats = _repeats(scan, items, lead, named)
    return [*_products(scan, items), *_changes(scan, items), *_parts(scan, items), *repeats]


def rounds_to(said: Figure, value: Decimal, words: list[str]) -> bool:
    """Whether a number is another one as printed here: "60,5 triệu" for 60.480.000, "2.000" for 2.011."""
    step = Decimal(1).scaleb(-said.decimals)
    scale = next(
        (numbers.MULTIPLIERS[w] for w in words[said.number : said.number_end] if w in numbers.MULTIPLIERS), None
    )
    if scale is not None:
        step *= scale
    elif not said.decimals and said.value >= _LEAST_ROUNDED:
        digits = str(int(said.value))
        step = Decimal(10) ** (len(digits) - len(digits.rstrip("0")))
    return value == said.value or (step > 1 and abs(value - said.value) <= min(step / 2, value / _NEAR))


def _by_sentence(items: list[Item]) -> list[list[int]]:
    sentences: dict[int, list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        sentences[item.named.figure.sentence].append(i)
    return list(sentences.values())


# n at a price


def _products(scan: Scan, items: list[Item]) -> list[Check]:
    found = []
    for here in _by_sentence(items):
        money = [i for i in here if items[i].unit == MONEY]
        if len(money) != 2:
            continue  # a third sum of money: what belongs to what is anybody's guess
        prices = [i for i in money if _each(scan, items[i].named.figure)]
        totals = [i for i in money if _total(scan, items[i].named.figure)]
        if len(prices) == len(totals) == 1 and prices != totals:
            price, total = prices[0], totals[0]
            counts = [i for i in here if i not in money and _priced(scan, items[i].named.figure, items[price])]
            if len(counts) == 1 and (check := _product(scan, items, counts[0], price, total)):
                found.append(check)
    return found


def _each(scan: Scan, figure: Figure) -> str:
    """What one pays the price for, as written: "mỗi suất trị giá 500.000 đồng", "500.000 đồng/suất"."""
    if figure.per:
        return figure.per
    words = scan.words
    for at in range(figure.first - 1, max(scan.sentences[figure.sentence].first, figure.first - _EACH) - 1, -1):
        if words[at] in ("mỗi", "từng"):
            return words[at + 1]
        if words[at] in _SEPARATORS:
            break
    return ""


def _total(scan: Scan, figure: Figure) -> bool:
    first = max(scan.sentences[figure.sentence].first, figure.first - _EACH)
    before = scan.words[first : figure.first]
    return "tổng" in before and not {"mỗi", "từng"} & set(before) and not figure.per


def _priced(scan: Scan, figure: Figure, price: Item) -> bool:
    said = _each(scan, price.named.figure)
    return said in (figure.unit, scan.words[figure.number_end] if figure.number_end < len(scan.words) else "")


def _product(scan: Scan, items: list[Item], count: int, price: int, total: int) -> Check | None:
    if not (items[count].exact and items[price].exact):
        return None
    said, product = items[total].named.figure, items[count].value * items[price].value
    holds = rounds_to(said, product, scan.words) or _within_hedge(said, product)
    written = f"{numbers.digits(items[count].value)} × {numbers.digits(items[price].value)}"
    message = f"{written} = {numbers.digits(product)} đồng"
    if product != said.value:
        message += f", văn bản ghi {numbers.digits(said.value)} đồng"
    return check_of(scan, items, "product", holds, message, (count, price, total))


def _within_hedge(said: Figure, value: Decimal) -> bool:
    off = value - said.value
    near = abs(off) <= abs(value) / _NEAR
    return {"exact": off == 0, "over": off >= 0, "nearly": off <= 0, "about": near}[said.qualifier]


# One change said twice


def _changes(scan: Scan, items: list[Item]) -> list[Check]:
    """ "tăng 20 lượt (25%)": the change in numbers and in percent are one change."""
    found = []
    for now, item in enumerate(items):
        if item.change is None:
            continue
        said = [change for change in (item.change, *item.also) if change.delta is not None]
        counted = [change for change in said if change.unit != PERCENT]
        if not item.exact or item.unit == PERCENT or len(counted) != 1:
            continue
        share = next((change for change in said if _one_change(change, counted[0])), None)
        beside = None if share else _beside(scan, items, now, counted[0])
        if share is not None and share.delta is not None:
            found += _change_in_percent(scan, items, now, counted[0], share.delta, None)
        elif beside is not None:
            found += _change_in_percent(scan, items, now, counted[0], items[beside].value, beside)
    return found


def _one_change(change: Change, counted: Change) -> bool:
    same = change.direction == counted.direction and change.versus == counted.versus
    return change.unit == PERCENT and same and abs(change.start - counted.end) <= 30


def _beside(scan: Scan, items: list[Item], now: int, change: Change) -> int | None:
    """The percentage in the bracket right behind a change."""
    if now + 1 >= len(items) or items[now + 1].unit != PERCENT or not items[now + 1].exact:
        return None
    figure, words = items[now + 1].named.figure, scan.words
    behind = figure.last < len(words) and words[figure.last] == ")"
    close = 0 <= scan.folded.start(scan.starts[figure.first]) - change.end <= 12
    return now + 1 if close and behind and "(" in words[max(0, figure.first - 2) : figure.first] else None


def _change_in_percent(
    scan: Scan, items: list[Item], now: int, change: Change, said: Decimal, beside: int | None
) -> list[Check]:
    delta = change.delta or Decimal(0)
    before = items[now].value - delta if change.direction == "up" else items[now].value + delta
    if before <= 0 or change.direction == "same":
        return []
    exponent = said.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    true = numbers.percent(delta, before, places)
    word = "tăng" if change.direction == "up" else "giảm"
    message = f"{word} {numbers.digits(delta)} so với {numbers.digits(before)} là {numbers.digits(true)}%"
    if said != true:
        message += f", văn bản ghi {numbers.digits(said)}%"
    parts = (now,) if beside is None else (now, beside)
    return [check_of(scan, items, "difference", said == true, message, parts)]


# A part and its whole


def _parts(scan: Scan, items: list[Item]) -> list[Check]:
    """ "200 mô hình, trong đó 250 mô hình tiêu biểu"; "đã giải quyết 32/29 vụ việc"."""
    found = []
    among = [at - 1 for at in scan.where(_AMONG) if at and scan.words[at - 1] == "trong"]
    for whole, item in enumerate(items if among else ()):
        if item.unit == PERCENT or item.named.figure.ratio_of is not None or item.named.figure.qualifier == "over":
            continue
        larger = _larger_part(scan, items, whole, among)
        if larger is not None:
            message = f"phần {numbers.digits(items[larger].value)} lớn hơn tổng {numbers.digits(item.value)}"
            found.append(check_of(scan, items, "part", False, message, (whole, larger)))
    for part, (a, b) in enumerate(pairwise(items)):
        over = b.named.figure.ratio_of is not None and a.unit == b.unit and a.value > b.value and a.exact and b.exact
        if over and a.named.state == "resolved" and not _percent_behind(items, part + 1):
            message = f"phần {numbers.digits(a.value)} lớn hơn tổng {numbers.digits(b.value)}"
            found.append(check_of(scan, items, "part", False, message, (part, part + 1)))
    return found


def _percent_behind(items: list[Item], index: int) -> bool:
    following = items[index + 1] if index + 1 < len(items) else None
    here = items[index].named.figure
    return following is not None and following.unit == PERCENT and following.named.figure.sentence == here.sentence


def _turns_away(words: list[str], first: int, stop: int) -> bool:
    """Whether these words speak of something else: another clause, a sum, another period; "định kỳ" is none."""
    for at in range(first, stop):
        word = words[at]
        if word in (";", "tổng") or (word in _OTHER_TIME and not (word == "kỳ" and words[at - 1] == "định")):
            return True
    return False


def _larger_part(scan: Scan, items: list[Item], whole: int, among: list[int]) -> int | None:
    """The figure behind a whole and its "trong đó" that is larger. among: the tokens where the text says "trong đó"."""
    words, figure = scan.words, items[whole].named.figure
    place = bisect_left(among, figure.last)
    if place == len(among):
        return None
    looked_at, last = among[place], scan.sentences[figure.sentence].last
    following = items[whole + 1].named.figure.first if whole + 1 < len(items) else last
    if looked_at + 1 >= min(figure.last + _WHOLE, following, last) or ";" in words[figure.last : looked_at]:
        return None
    for i in range(whole + 1, len(items)):
        part = items[i].named.figure
        if part.first >= last or _turns_away(words, looked_at, part.first):
            return None
        looked_at = max(looked_at, part.first)
        same = alike(part.unit, figure.unit) and (part.unit == figure.unit or "lượt" not in part.unit)
        certain = part.qualifier in ("exact", "over") and items[i].period == items[whole].period
        if same and certain and part.per == figure.per and part.ratio_of is None and part.value > figure.value:
            return i
    return None


# One fact said again


def _repeats(scan: Scan, items: list[Item], lead: int, unit: frozenset[str]) -> list[Check]:
    """A headline or an opening, and the body that says the same of the same, with another number."""
    found: list[Check] = []
    opening = [i for i, item in enumerate(items) if item.named.figure.sentence <= lead and _alone(items, i)]
    if not opening:
        return found
    for again, item in enumerate(items):
        if item.named.figure.sentence <= lead or not item.exact:
            continue
        for first in opening:
            earlier = items[first]
            said, value = earlier.named.figure, item.value
            if said.value == value or not _one_thing(earlier, item):
                continue
            if _alone(items, again) and _same_words(scan, items, first, again, unit):
                low, high = _TYPO
                if not low <= said.value / max(value, Decimal(1)) <= high:
                    continue
                if said.qualifier == "exact":
                    holds = rounds_to(said, value, scan.words)
                elif abs(said.value - value) <= abs(value) / _NEAR:
                    holds = _within_hedge(said, value)
                else:
                    continue
                message = f"mở đầu ghi {_as_said(said)}, sau đó ghi {numbers.digits(value)} {item.unit}"
                found.append(check_of(scan, items, "repeat", holds, message, (first, again), around=again))
                break
    return found


def _as_said(figure: Figure) -> str:
    hedge = {"exact": "", "over": "trên ", "nearly": "gần ", "about": "khoảng "}[figure.qualifier]
    return f"{hedge}{numbers.digits(figure.value)} {figure.unit}"


def _alone(items: list[Item], i: int) -> bool:
    """Whether the sentence names this indicator once, as a whole."""
    item = items[i]
    if item.named.entry is None or item.named.entry.code is None or item.part_of is not None or item.unit == PERCENT:
        return False
    if item.named.figure.ratio_of is not None or item.named.figure.after_slash:
        return False
    near = (items[j] for j in (i - 2, i - 1, i + 1, i + 2) if 0 <= j < len(items))
    sentence = item.named.figure.sentence
    return not any(o.named.figure.sentence == sentence and o.named.entry is item.named.entry for o in near)


def _one_thing(a: Item, b: Item) -> bool:
    x, y = a.named, b.named
    same = x.entry is y.entry and x.labels == y.labels and x.breakdown == y.breakdown
    return same and a.unit == b.unit and a.period == b.period and x.figure.per == y.figure.per


@lru_cache(maxsize=1)
def _bodies() -> Phrases:
    return Phrases(lexicon.load().grammar["bodies"])


def _same_words(scan: Scan, items: list[Item], first: int, again: int, unit: frozenset[str]) -> bool:
    """Whether both clauses say the same but for neutral words, and no other body is spoken of."""
    a, b = items[first].named.figure, items[again].named.figure
    if (_clause(scan, items, first) ^ _clause(scan, items, again)) - _NEUTRAL - unit:
        return False
    sentence = b.sentence
    paragraph = scan.sentences[sentence].paragraph
    while sentence > a.sentence + 1 and scan.sentences[sentence - 1].paragraph >= paragraph - 1:
        sentence -= 1
    start, stop = scan.sentences[sentence].first, b.last
    return not _bodies().all(scan.words, start, stop)


def _clause(scan: Scan, items: list[Item], index: int) -> set[str]:
    """The words around a figure up to the next mark or figure, without numbers and names of times."""
    words, figure = scan.words, items[index].named.figure
    sentence = scan.sentences[figure.sentence]
    floor = items[index - 1].named.figure.last if index else 0
    ceiling = items[index + 1].named.figure.first if index + 1 < len(items) else sentence.last
    first, last = figure.first, figure.last
    while first > max(sentence.first, floor) and words[first - 1] not in _SEPARATORS:
        first -= 1
    while last < min(sentence.last, ceiling) and words[last] not in _SEPARATORS:
        last += 1
    said = (*words[first : figure.first], *words[figure.number_end : last])
    return {word for word in said if is_word(word)} - vocabulary().stop
