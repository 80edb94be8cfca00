"""The arithmetic that a text itself states, done again: parts and whole, a of b and percent, now, before and change.

A check that fails is raised only where the text clearly claims the sum: a complete list behind the whole ("gồm",
"chia ra", a bracket), labels that leave no third case (new and kept), an a/b beside its percentage. "Trong đó" with
some of the parts claims nothing. Percentages are rounded half up to the digits printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from danvan.lib import numbers
from danvan.narrative import lexicon
from danvan.narrative.reading.around import Named
from danvan.narrative.reading.counting import MONEY, PERCENT
from danvan.narrative.reading.document import Change, Check, PeriodMention
from danvan.narrative.reading.scan import Scan, Sentence

_COMPLETE_STATES = ({"new", "kept"}, {"first", "repeat"}, {"eligible", "ineligible"})
_COMPLETE_LABELS = {
    "field": ({"economy", "culture_society", "defence_security", "political_system"},),
    "subject": ({"collective", "individual"},),
    "level": ({"province", "district_legacy", "commune"},),
}
_DIVIDES = {("gồm",), ("bao", "gồm"), ("chia", "ra"), ("chia", "theo"), ("phân", "ra")}
_DIVIDERS = frozenset([*(pair[0] for pair in _DIVIDES), "trong", ":"])
_AMONG = ("trong", "đó")
_SHARE_WORDS = {"đạt", "chiếm", "bằng", "tỷ", "lệ", "tương", "ứng", "(", "="}
_YEAR_BEFORE = {"cùng kỳ", "cùng kỳ năm trước", "năm trước", "kỳ trước", "quý trước", "tháng trước"}
_NEXT_TO = 10  # tokens between a count and its percentage
_ABOUT_RIGHT = Decimal(6)  # percentage points; further off the text means another whole
_LINES = 40  # that one total adds up
_LEFT = frozenset(["còn"])
_TO_LEFT = 4  # tokens from it to what is left
_REACH = 14  # tokens between a whole and the word that divides it
_PLAUSIBLE = (Decimal("0.5"), Decimal("1.5"))  # outside it the list is no partition of that whole


@dataclass(slots=True)
class Item:
    """A reading to be: its name, what it changed by, its period where it differs from the document's.

    also: changes said of it before the one that stays.
    """

    named: Named
    change: Change | None = None
    period: PeriodMention | None = None
    part_of: int | None = None
    also: list[Change] = field(default_factory=list)
    value: Decimal = field(init=False)
    unit: str = field(init=False)
    exact: bool = field(init=False)

    def __post_init__(self) -> None:
        figure = self.named.figure
        self.value, self.unit, self.exact = figure.value, figure.unit, figure.qualifier == "exact"


def run(scan: Scan, items: list[Item]) -> list[Check]:
    """All checks of a document, in the order of the text. Sets Item.part_of where a sum holds."""
    checker = _Checker(scan, items)
    found = [*checker.sums(), *checker.shares(), *checker.differences(), *checker.rests()]
    return sorted(found, key=lambda check: (check.start, check.end))


@lru_cache(maxsize=1)
def _kinds() -> dict[str, int]:
    return {noun: kind for kind, nouns in enumerate(lexicon.load().grammar["alike"]) for noun in nouns}


@lru_cache(maxsize=1)
def _totals() -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of a total, and the first of each."""
    totals = lexicon.load().grammar["totals"]
    return tuple(f"{total} " for total in totals), frozenset(total.split()[0] for total in totals)


@lru_cache(maxsize=10_000)
def alike(a: str, b: str) -> bool:
    """Whether two units of measure can count parts and whole of one thing."""
    return a == b or a.split()[0] == b.split()[0] or (a in _kinds() and _kinds()[a] == _kinds().get(b))


def _holds(holds: bool) -> str:
    return "khớp" if holds else "không khớp"


def check_of(
    scan: Scan,
    items: list[Item],
    kind: str,
    holds: bool,
    message: str,
    parts: Iterable[int],
    *,
    around: int | None = None,
) -> Check:
    """A check that spans its figures, or only one of them where they stand far apart (around)."""
    parts = tuple(parts)
    figures = [items[i].named.figure for i in (parts if around is None else (around,))]
    start = scan.folded.start(min(scan.starts[f.first] for f in figures))
    end = scan.folded.end(max(scan.ends[f.last - 1] for f in figures))
    return Check(kind, holds, start, end, f"{message}: {_holds(holds)}", parts)  # type: ignore[arg-type]


def _opens_total(words: list[str], first: int, figure: int) -> bool:
    """Whether the line begins with the word of a total: "Cộng: 474 cuộc, 40.055 lượt người"."""
    begin = first + (words[first] in "-+*•")
    totals, firsts = _totals()
    return words[begin] in firsts and f"{' '.join(words[begin : min(begin + 3, figure)])} ".startswith(totals)


class _Checker:
    def __init__(self, scan: Scan, items: list[Item]) -> None:
        self._scan, self._items = scan, items

    def _check(self, kind: str, holds: bool, message: str, parts: Iterable[int]) -> Check:
        return check_of(self._scan, self._items, kind, holds, message, parts)

    # Parts and whole

    def sums(self) -> list[Check]:
        found: list[Check] = []
        used: set[int] = set()
        known: set[tuple[int, ...]] = set()
        for whole, item in enumerate(self._items):
            if item.unit == PERCENT or item.named.figure.ratio_of is not None:
                continue
            for parts, strong in filter(None, self._claims(whole)):
                if item.part_of is not None and any(self._items[i].part_of == item.part_of for i in parts):
                    continue  # parts of one whole are no parts of each other
                check = self._sum(whole, parts, strong)
                if check and tuple(parts) not in known and (check.holds or not used & set(parts)):
                    found.append(check)
                    known.add(tuple(parts))
                    if check.holds:
                        used |= set(parts)
                        for part in parts:
                            if self._items[part].part_of is None:
                                self._items[part].part_of = whole
        settled = {part for check in found if check.holds for part in check.parts[1:]}
        return [check for check in found if check.holds or not settled & set(check.parts[1:])]

    def _sum(self, whole: int, parts: list[int], strong: bool) -> Check | None:
        items = self._items
        total = sum((items[i].value for i in parts), Decimal(0))
        holds = total == items[whole].value
        exact = all(items[i].exact for i in (whole, *parts))
        if not holds:
            low, high = _PLAUSIBLE
            claimed = strong and exact and alike(items[parts[0]].unit, items[whole].unit)
            if not claimed or not low <= total / max(items[whole].value, Decimal(1)) <= high:
                return None
        written = " + ".join(numbers.digits(items[i].value) for i in parts)
        message = f"{written} = {numbers.digits(total)}"
        if not holds:
            message += f", văn bản ghi {numbers.digits(items[whole].value)}"
        return self._check("sum", holds, message, (whole, *parts))

    def _claims(self, whole: int) -> list[tuple[list[int], bool] | None]:
        """Figures that the text may mean as the parts of this one, and whether it says that they are all of it."""
        items = self._items
        figure = items[whole].named.figure
        sentence = self._scan.sentences[figure.sentence]
        following = items[whole + 1].named.figure.first if whole + 1 < len(items) else sentence.last
        found = [self._added_up(whole, sentence), *self._runs(whole)]
        if following < sentence.last:
            found[:0] = self._bracket(whole, sentence, following), self._division(whole, sentence, following)
        return found

    def _bracket(self, whole: int, sentence: Sentence, following: int) -> tuple[list[int], bool] | None:
        """ "55 mô hình (kinh tế 16 mô hình; ...)"."""
        words, figure = self._scan.words, self._items[whole].named.figure
        opening = figure.last
        stop = min(figure.last + 10, following)
        if "(" not in words[opening : stop + 1]:
            return None
        while opening < stop and words[opening] != "(":
            if words[opening] in (";", ":", "."):
                return None
            opening += 1
        if opening >= sentence.last or words[opening] != "(":
            return None
        closing = opening
        while closing < sentence.last and words[closing] != ")":
            closing += 1
        parts = self._between(whole, opening, closing)
        if len(parts) < 2 or not all(alike(self._items[i].unit, self._items[parts[0]].unit) for i in parts):
            return None
        inside = words[opening:closing]
        strong = not any(tuple(inside[i : i + 2]) == _AMONG for i in range(min(6, len(inside))))
        strong = strong and all(self._items[i].period is None for i in parts)
        return parts, strong or self._leaves_no_third(parts)

    def _division(self, whole: int, sentence: Sentence, following: int) -> tuple[list[int], bool] | None:
        """ "2.011 mô hình, trong đó có 1.354 mô hình đăng ký mới, 657 mô hình duy trì"."""
        words, figure = self._scan.words, self._items[whole].named.figure
        stop = min(figure.last + _REACH, following)
        for index in self._scan.between(_DIVIDERS, figure.last, stop):
            pair = tuple(words[index : index + 2])
            among = pair == _AMONG
            if among or pair in _DIVIDES or pair[:1] in _DIVIDES or words[index] == ":":
                end = self._end_of_list(index, sentence.last)
                unit = self._items[whole].unit
                parts = [i for i in self._between(whole, index, end) if alike(self._items[i].unit, unit)]
                others = [i for i in self._between(whole, index, end) if not alike(self._items[i].unit, unit)]
                if (
                    others
                    and words[index] != ":"
                    and sum(self._items[i].value for i in (*parts, *others)) == self._items[whole].value
                ):
                    return sorted((*parts, *others)), False  # "14 văn bản, trong đó 3 kế hoạch, 11 công văn"
                if len(parts) < 2:
                    return None
                strong = not among and words[index] != ":" and not others and unit != MONEY
                return parts, strong or self._leaves_no_third(parts)
        return None

    def _added_up(self, whole: int, sentence: Sentence) -> tuple[list[int], bool] | None:
        """ "Cộng: 464 cuộc" below the lines that it adds up, each with one figure of that kind."""
        items, figure = self._items, self._items[whole].named.figure
        if not (sentence.line_start and _opens_total(self._scan.words, sentence.first, figure.first)):
            return None
        parts: list[int] = []
        line = figure.sentence - 1
        for i in range(whole - 1, -1, -1):
            other = items[i].named.figure
            if other.sentence < line or len(parts) >= _LINES:
                break
            if other.unit == figure.unit and other.ratio_of is None and other.sentence <= line:
                if parts and items[parts[-1]].named.figure.sentence == other.sentence:
                    return None
                parts.append(i)
                line = other.sentence - 1
        return (parts[::-1], True) if len(parts) > 1 else None

    def _end_of_list(self, index: int, last: int) -> int:
        """A list of parts ends with the sentence or where a new whole follows a semicolon."""
        words = self._scan.words
        for at in range(index + 1, last):
            if words[at] == "(" or (
                words[at] == ";" and ("tổng" in words[at : at + 4] or "trong" in words[at : at + 4])
            ):
                return at
        return last

    def _runs(self, whole: int) -> list[tuple[list[int], bool]]:
        """Figures of the same thing one after the other, soon after the whole, that make exactly it."""
        items, sentences = self._items, self._scan.sentences
        unit, value, sentence = items[whole].unit, items[whole].value, items[whole].named.figure.sentence
        if value < 10 or not items[whole].exact:
            return []
        paragraph, last, stop = sentences[sentence].paragraph, sentence, min(sentence + 2, len(sentences) - 1)
        while last < stop and sentences[last + 1].paragraph - paragraph <= 1:
            last += 1
        by_unit: dict[str, list[int]] = {}
        for i, item in enumerate(items[whole + 1 : whole + 24], whole + 1):
            other = item.named.figure
            if other.sentence > last:
                break
            if other.ratio_of is None and item.value < value and alike(item.unit, unit):
                by_unit.setdefault(other.head, []).append(i)
        claims = []
        for same in by_unit.values():
            for begin in range(len(same) - 1):
                parts = self._exact_run(same, begin, whole)
                if parts:
                    claims.append((parts, False))
        return claims

    def _exact_run(self, same: list[int], begin: int, whole: int) -> list[int]:
        """The figures of one sentence from here on that make the whole, if they do."""
        items = self._items
        total = Decimal(0)
        for end in range(begin, len(same)):
            if items[same[end]].named.figure.sentence != items[same[begin]].named.figure.sentence:
                return []
            total += items[same[end]].value
            if total >= items[whole].value:
                return same[begin : end + 1] if total == items[whole].value and end > begin else []
        return []

    def _between(self, whole: int, first: int, last: int) -> list[int]:
        found = []
        for i in range(whole + 1, len(self._items)):
            figure = self._items[i].named.figure
            if figure.first >= last:
                break
            if first <= figure.first and figure.ratio_of is None and figure.unit != PERCENT:
                found.append(i)
        return found

    def _leaves_no_third(self, parts: list[int]) -> bool:
        items = self._items
        states = {state for i in parts if (state := items[i].named.state)}
        if len(parts) == len(states) and states in _COMPLETE_STATES:
            return True
        for dimension, complete in _COMPLETE_LABELS.items():
            values = [items[i].named.labels.get(dimension, "") for i in parts]
            if len(set(values)) == len(values) and set(values) in complete:
                return True
        return False

    # a of b, and percent

    def shares(self) -> list[Check]:
        found = []
        for percent, item in enumerate(self._items):
            if item.unit != PERCENT:
                continue
            if pair := self._pair(percent):
                part, whole = pair
                if self._items[whole].value:
                    found.append(self._share(part, whole, percent))
            elif check := self._share_of_earlier(percent):
                found.append(check)
        return found

    def _share_of_earlier(self, percent: int) -> Check | None:
        """ "hòa giải 1.742 vụ, thành công 1.511 vụ, đạt 86,7%": part and whole counted one after the other.

        What the whole is, the text leaves to the reader: only a percentage that is about right is held against it.
        """
        items, words = self._items, self._scan.words
        figure = items[percent].named.figure
        part = percent - 1
        if part < 1 or items[part].named.figure.ratio_of is not None or not items[part].named.figure.known:
            return None
        last = items[part].named.figure.last
        gap = words[last : figure.first]
        stop = self._scan.sentences[figure.sentence].last
        ended = figure.last >= stop or words[figure.last] in ",;.)"
        if not ended or len(gap) > _NEXT_TO or not {"đạt", "bằng", "chiếm", "(", "lệ"} & set(gap) or ";" in gap:
            return None
        here = items[part].named.figure
        whole = next((i for i in range(part - 1, max(-1, part - 4), -1) if alike(items[i].unit, here.unit)), None)
        if whole is None or here.sentence != figure.sentence or not all(items[i].exact for i in (part, whole, percent)):
            return None
        there = items[whole].named.figure
        same = there.sentence == here.sentence and there.ratio_of is None
        if not same or items[whole].part_of is not None or items[part].value > items[whole].value:
            return None
        off = abs(figure.value - Decimal(100) * here.value / there.value)
        step = Decimal(1).scaleb(-figure.decimals)
        return self._share(part, whole, percent) if off <= step / 2 or step < off <= _ABOUT_RIGHT else None

    def _pair(self, percent: int) -> tuple[int, int] | None:
        """The a/b that a percentage speaks of: right before it, or in a bracket right behind it."""
        items, words = self._items, self._scan.words
        figure = items[percent].named.figure
        if percent >= 2:
            before = items[percent - 1].named.figure
            gap = words[before.last : figure.first]
            if before.sentence == figure.sentence and len(gap) <= _NEXT_TO and not _SHARE_WORDS.isdisjoint(gap):
                if self._is_pair(percent - 2, percent - 1):
                    return percent - 2, percent - 1
                if self._out_of(percent - 2, percent - 1):
                    return percent - 1, percent - 2
        if percent + 2 < len(items) and self._is_pair(percent + 1, percent + 2):
            gap = words[figure.last : items[percent + 1].named.figure.first]
            if gap and gap[-1] == "(" and len(gap) <= 6:
                return percent + 1, percent + 2
        return None

    def _is_pair(self, a: int, b: int) -> bool:
        part, whole = self._items[a], self._items[b]
        slash = whole.named.figure.ratio_of is not None or whole.named.figure.after_slash
        return slash and part.unit == whole.unit and part.named.figure.sentence == whole.named.figure.sentence

    def _out_of(self, whole: int, part: int) -> bool:
        """ "trong tổng số 412 ý kiến, có 389 ý kiến được trả lời"."""
        a, b = self._items[whole], self._items[part]
        before = self._scan.words[max(0, a.named.figure.first - 3) : a.named.figure.first]
        same = a.unit == b.unit and a.named.figure.sentence == b.named.figure.sentence
        return same and b.value <= a.value and "số" in before and ("tổng" in before or "trong" in before)

    def _share(self, part: int, whole: int, percent: int) -> Check:
        items = self._items
        a, b, said = items[part].value, items[whole].value, items[percent].value
        figure = items[percent].named.figure
        true = numbers.percent(a, b, figure.decimals)
        exact = Decimal(100) * a / b
        holds = {
            "exact": said == true,
            "over": said <= exact,
            "nearly": said >= exact,
            "about": abs(said - exact) <= 1,
        }[figure.qualifier]
        shown = numbers.digits(numbers.percent(a, b, figure.decimals + 2))
        message = f"{numbers.digits(a)}/{numbers.digits(b)} = {shown}%"
        if figure.qualifier == "exact" and true != exact:
            message += f", làm tròn {numbers.digits(true)}%"
        if said != true:
            message += f", văn bản ghi {numbers.digits(said)}%"
        if not holds and 0 <= exact - said < Decimal(1).scaleb(-figure.decimals):
            message += " (cắt bỏ phần lẻ)"
        return self._check("share", holds, message, (part, whole, percent))

    # now, before, change

    def differences(self) -> list[Check]:
        found = []
        for now, item in enumerate(self._items):
            if item.change is None:
                continue
            said = [change for change in (*item.also, item.change) if change.delta is not None]
            if not said or not item.exact:
                continue
            before = self._earlier_value(now)
            if before is None or not self._items[before].exact:
                continue
            found += [self._difference(now, before, one) for one in said if one.versus == said[-1].versus]
        return found

    def _earlier_value(self, now: int) -> int | None:
        """The figure of the period before that the text prints beside this one."""
        items = self._items
        here = items[now].named.figure
        for i in range(now + 1, min(len(items), now + 10)):
            other = items[i]
            if other.named.figure.sentence - here.sentence > 1:
                break
            if other.unit != items[now].unit:
                continue
            if (other.period is not None and items[now].period is None) or self._in_versus(now, i):
                return i
        return None

    def _in_versus(self, now: int, other: int) -> bool:
        """ "312 lượt người, giảm 48 lượt so với cùng kỳ năm trước (360 lượt người)"."""
        figure, here = self._items[other].named.figure, self._items[now].named.figure
        words = self._scan.words[here.last : figure.first]
        if other != now + 1 or figure.sentence != here.sentence or words.count("(") != 1 or len(words) > _REACH:
            return False
        bracket = words.index("(")
        before, inside = " ".join(words[:bracket]), " ".join(words[bracket + 1 :])
        return (not inside and "so với" in before) or inside.rstrip(" :là") in _YEAR_BEFORE

    def _difference(self, now: int, before: int, change: Change) -> Check:
        a, b = self._items[now].value, self._items[before].value
        delta = change.delta or Decimal(0)
        sign = 1 if change.direction == "up" else -1
        word = "tăng" if sign > 0 else "giảm"
        if change.unit == PERCENT and self._items[now].unit != PERCENT:
            exponent = delta.as_tuple().exponent
            places = -exponent if isinstance(exponent, int) else 0
            true = numbers.percent(a - b, b, places) if b else Decimal(0)
            holds = true == sign * delta
            done = f"{numbers.digits(a)} so với {numbers.digits(b)} là {numbers.digits(true)}%"
            message = f"{done}, văn bản ghi {word} {numbers.digits(delta)}%"
        else:
            holds = a - b == sign * delta
            done = f"{numbers.digits(a)} - {numbers.digits(b)} = {numbers.digits(a - b)}"
            message = f"{done}, văn bản ghi {word} {numbers.digits(delta)}"
        return self._check("difference", holds, message, (now, before))

    # what is left

    def rests(self) -> list[Check]:
        found = []
        words = self._scan.words
        behind = {at + step for at in self._scan.where(_LEFT) for step in range(1, _TO_LEFT + 1)}
        for rest, item in enumerate(self._items):
            figure = item.named.figure
            if figure.first not in behind:
                continue
            before = words[max(0, figure.first - _TO_LEFT) : figure.first]
            if (
                item.unit == PERCENT
                or item.named.state == "overdue"  # some of what is left, beside what still has time
                or (before[-1] == "còn" and "lại" not in before and rest < 2)
            ):
                continue
            pair = self._pair_before(rest)
            if pair is None or not item.exact:
                continue
            part, whole = pair
            a, b = self._items[part].value, self._items[whole].value
            holds = b - a == item.value
            message = f"{numbers.digits(b)} - {numbers.digits(a)} = {numbers.digits(b - a)}"
            message += f", văn bản ghi còn lại {numbers.digits(item.value)}"
            found.append(self._check("rest", holds, message, (part, whole, rest)))
        return found

    def _pair_before(self, rest: int) -> tuple[int, int] | None:
        items = self._items
        here = items[rest].named.figure
        for whole in range(rest - 1, max(0, rest - 4), -1):
            figure = items[whole].named.figure
            if here.sentence - figure.sentence > 1:
                break
            if self._is_pair(whole - 1, whole) and alike(items[whole].unit, items[rest].unit):
                return whole - 1, whole
            if items[whole].unit != PERCENT:
                break
        return None
