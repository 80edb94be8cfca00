""" "giảm 20 lượt (15 vụ việc) so với cùng kỳ": such figures are no counts, but what other figures changed by."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from danvan.narrative.reading.counting import PERCENT, Figure
from danvan.narrative.reading.document import Change, Direction
from danvan.narrative.reading.scan import Scan, is_number, is_word

_UP = {"tăng"}
_DOWN = {"giảm"}
_COMPARED: dict[str, Direction] = {"nhiều": "up", "cao": "up", "ít": "down", "thấp": "down"}  # ... hơn
_MARKS = frozenset([*_UP, *_DOWN, *_COMPARED])
# With these the word is no comparison: tăng cường, giảm nghèo.
_NOT_AFTER = {
    "cường",
    "trưởng",
    "nghèo",
    "thu",
    "tốc",
    "gia",
    "sút",
    "thiểu",
    "nhẹ",
    "năng",
    "ni",
    "tải",
    "phát",
    "giá",
    "tỷ",
    "dần",
    "sinh",
    "bớt",
}
_NOT_BEFORE = {"gia", "suy", "cắt", "tinh", "miễn", "xóa", "thuyên"}
_LEVELS = {"lên", "xuống", "còn", "từ", "đến"}  # "giảm còn 5": the figure is a level
_PERIODS = {"năm", "quý", "tháng"}  # a sentence that names another period does not speak of the figure before
_FILLER = 14
_TO_PLAN = 5  # tokens from "vượt" to its percentage
_SAME = re.compile(
    r"(?:tương đương|bằng|ngang bằng|giữ nguyên|không tăng,? không giảm|không thay đổi)\s+(?:so\s+)?(?:với\s+)?"
    r"(?P<versus>cùng kỳ[^,.;:()]*)"
)
_TIMES = re.compile(
    r"[,()]\s*(?:và\s+)?(?:tăng\s+)?(gấp\s+(?:(?P<times>\d+(?:,\d+)?)\s+lần|đôi))(?![^\W\d_])"
    r"(?:\s+(?:so\s+)?(?:với\s+)?(?P<versus>[^,.;:()]+))?"
)
_FROM, _TIMES_OF, _SAME_AS = "từ", "gấp", "kỳ"
_TELLING = _MARKS | {_FROM, _TIMES_OF, _SAME_AS}
_VERSUS = re.compile(r"(?:so\s+(?:với\s+)?)+(?P<versus>(?!so\s|với\s)[^,.;:()]+)")


@dataclass(slots=True)
class Shift:
    """A change and the figure that changed, by its place among the sentence's figures.

    since: the place of the earlier value, where the text gives it ("từ 41 lên 58").
    """

    of: int
    change: Change
    since: int | None = None


def _direction(words: list[str], index: int) -> Direction | None:
    word = words[index]
    if word in _UP or word in _DOWN:
        after = words[index + 1] if index + 1 < len(words) else ""
        if after in _NOT_AFTER or (index and words[index - 1] in _NOT_BEFORE):
            return None
        return "up" if word in _UP else "down"
    return _COMPARED.get(word) if words[index + 1 : index + 2] == ["hơn"] else None


def find(scan: Scan, figures: list[Figure], before: list[Figure]) -> tuple[list[Shift], set[int], list[Shift]]:
    """Changes stated in the sentence of these figures.

    before: figures of the sentence before, which a sentence that opens with the comparison speaks of.
    Gives the shifts of this sentence's figures, the indices of figures that are no counts but changes, and the shifts
    of the figures before.
    """
    sentence = scan.sentences[figures[0].sentence]
    words = scan.words
    shifts: list[Shift] = []
    earlier_shifts: list[Shift] = []
    deltas: set[int] = set()
    telling = scan.among(_TELLING, sentence)
    for index in telling:
        if words[index] not in _MARKS or (direction := _direction(words, index)) is None:
            continue
        run = _run(scan, figures, index, deltas)
        if not run:
            continue
        bases = [i for i, f in enumerate(figures) if f.number < index and i not in deltas]
        versus = _versus(scan, index, figures[run[-1]].last, sentence.last) or _versus_before(
            scan, sentence.first, index
        )
        taken: set[int] = set()
        for place, delta in enumerate(run):
            if place and figures[delta].unit == PERCENT and figures[run[0]].unit != PERCENT:
                deltas.add(delta)  # "giảm 20 lượt (15,2%)": the same change as a rate, said of the same figure
                if shifts and taken:
                    shifts.insert(
                        -1, replace(shifts[-1], change=_change(scan, figures[delta], direction, versus, index))
                    )
                continue
            base = _base(scan, figures, _named(scan, figures, bases, figures[delta]), figures[delta], taken)
            if base is not None:
                taken.add(base)
                shifts.append(Shift(base, _change(scan, figures[delta], direction, versus, index)))
            elif (
                place == 0
                and (far := _base(scan, before, list(range(len(before))), figures[delta], set())) is not None
                and versus
                and _PERIODS.isdisjoint(words[sentence.first : index])
            ):
                earlier_shifts.append(Shift(far, _change(scan, figures[delta], direction, versus, index)))
            elif not versus and figures[delta].unit == PERCENT and figures[delta].first == index + 1:
                pass  # "số lượt tăng 11%": what grew is not counted here, but the rate is no count either
            elif not versus or place:
                break
            deltas.add(delta)
    shifts += _rates(scan, figures, deltas)
    shifts += _otherwise(scan, figures, deltas, shifts, {words[index] for index in telling})
    return shifts, deltas, earlier_shifts


def _otherwise(
    scan: Scan, figures: list[Figure], deltas: set[int], before: list[Shift], said: Container[str]
) -> list[Shift]:
    """Changes said without their amount; before: those told already. A sentence without the word says no such thing."""
    shifts = _levels(scan, figures, deltas) if _FROM in said else []
    if _SAME_AS in said:
        shifts += _same(scan, figures, deltas)
    if _TIMES_OF in said:
        shifts += _times(scan, figures, deltas | {shift.of for shift in (*before, *shifts)})
    return shifts


def _rates(scan: Scan, figures: list[Figure], deltas: set[int]) -> list[Shift]:
    """Percentages that compare; they become no counts."""
    shifts = []
    for i, figure in enumerate(figures):
        if figure.unit == PERCENT and i not in deltas and (change := _against(scan, figure)) is not None:
            deltas.add(i)
            base = _base(scan, figures, [b for b in range(i) if b not in deltas], figure, set())
            if base is not None and figures[base].unit != PERCENT and change.versus:
                shifts.append(Shift(base, change))
    return shifts


def _against(scan: Scan, figure: Figure) -> Change | None:
    """ "bằng 112% so với năm 2010", "vượt kế hoạch 10%": a rate of another period's count or of a plan."""
    words = scan.words
    sentence = scan.sentences[figure.sentence]
    before = words[max(sentence.first, figure.first - _TO_PLAN) : figure.first]
    if "vượt" in before and not any(word in ".;:()," for word in before[before.index("vượt") :]):
        return replace(_change(scan, figure, "up", "", figure.first), versus="")
    if before[-1:] not in (["bằng"], ["đạt"]):
        return None
    behind = words[figure.last : figure.last + 4]
    compared = behind[:2] == ["so", "với"] and figure.last + 2
    start = compared or figure.last
    if words[start : start + 2] != ["cùng", "kỳ"] and not (
        words[start : start + 1] == ["năm"] and before[-1:] == ["bằng"]
    ):
        return None
    text = scan.folded.text[scan.starts[start] : scan.ends[min(sentence.last, start + 6) - 1]]
    change = _change(
        scan, figure, "up" if figure.value >= 100 else "down", _trim(re.split(r"[,.;:()]", text)[0]), figure.first
    )
    return replace(change, delta=abs(figure.value - 100))


def _run(scan: Scan, figures: list[Figure], index: int, deltas: set[int]) -> list[int]:
    """The figures that stand behind the word of change as its amount: "20 lượt (15 vụ việc)"."""
    words = scan.words
    following = [i for i, f in enumerate(figures) if f.first > index and i not in deltas]
    if not following or figures[following[0]].first - index > _FILLER:
        return []
    first = figures[following[0]]
    between = words[index + 1 : first.first]
    if any(word in _LEVELS for word in between[:1]) or any(word in ".;:()" for word in between):
        return []
    compared = between[:1] == ["hơn"] and between[-1:] == ["là"]  # "ít hơn cùng kỳ năm 2017 là 31 lượt"
    if len(between) > 3 and "so" not in between and not compared:
        return []
    run = [following[0]]
    for i in following[1:]:
        gap = words[figures[run[-1]].last : figures[i].first]
        if figures[i].ratio_of is not None or len(gap) > 4 or not gap or gap[0] not in (",", "(", "/", "và", "-"):
            if not (gap and all(is_word(word) for word in gap[:-1]) and gap[-1] in (",", "(") and len(gap) <= 3):
                break
        elif any(is_word(word) and word not in ("và", "giảm", "tăng") for word in gap):
            break
        if any(word in ("giảm", "tăng", "từ", "lên", "xuống") for word in gap):
            break
        run.append(i)
    return run


def _named(scan: Scan, figures: list[Figure], bases: list[int], delta: Figure) -> list[int]:
    """ "tăng 15,5% số lượt": the thing that grew is said behind the percentage."""
    behind = scan.words[delta.last : delta.last + 2]
    if delta.unit == PERCENT and behind[:1] == ["số"]:
        return [i for i in bases if figures[i].unit.split()[0] == behind[-1]] or bases
    return bases


def _base(scan: Scan, figures: list[Figure], bases: list[int], delta: Figure, taken: set[int]) -> int | None:
    """The figure that changed: the nearest before that counts the same thing; for a percentage the nearest count.

    What stands in a bracket that has closed is passed over where the count before the bracket can have changed:
    "33 mô hình (20 tập thể, 13 cá nhân), tăng 4 mô hình".
    """
    best: tuple[int, int, int] | None = None
    depth = scan.depth
    for i in bases:
        if i in taken or figures[i].ratio_of is not None:
            continue
        likeness = _likeness(figures[i].unit, delta.unit)
        outside = depth[figures[i].number] <= depth[delta.number]
        if likeness and (best is None or (likeness, outside, i) >= best):
            best = likeness, outside, i
    return best[2] if best else None


def _likeness(unit: str, delta: str) -> int:
    if delta == PERCENT:
        return 2 if unit != PERCENT else 1
    if unit == delta:
        return 3
    if unit.startswith(delta + " ") or delta.startswith(unit + " "):
        return 2
    return 1 if unit.split()[0] == delta.split()[0] else 0


def _change(scan: Scan, delta: Figure, direction: Direction, versus: str, index: int) -> Change:
    folded = scan.folded
    return Change(
        delta=delta.value,
        direction=direction,
        unit=delta.unit,
        versus=versus,
        start=folded.start(scan.starts[index]),
        end=folded.end(scan.ends[delta.last - 1]),
    )


def _versus(scan: Scan, index: int, after: int, last: int) -> str:
    """What it is compared with: the words behind "so với", up to a comma, a bracket or the next figure."""
    text = scan.folded.text[scan.starts[index] : scan.ends[last - 1]]
    limit = scan.starts[after] - scan.starts[index] + 60 if after < last else len(text)
    match = _VERSUS.search(text[:limit])
    return _trim(match["versus"]) if match else ""


def _versus_before(scan: Scan, first: int, index: int) -> str:
    text = scan.folded.text[scan.starts[first] : scan.starts[index]]
    matches = list(_VERSUS.finditer(text))
    return _trim(matches[-1]["versus"]) if matches else ""


def _trim(versus: str) -> str:
    versus = re.split(r"\s(?:đã|tăng|giảm|là|thì|có|cả|số)\s", f"{versus} ")[0]
    return " ".join(versus.split())


def _levels(scan: Scan, figures: list[Figure], deltas: set[int]) -> list[Shift]:
    """ "tăng từ 41 lên 58 mô hình": both are figures of the text, and the later one rose by what lies between."""
    words, shifts = scan.words, list[Shift]()
    for i, (a, b) in enumerate(pairwise(figures)):
        direction = _direction(words, a.first - 2) if a.first > 1 and words[a.first - 1] == "từ" else None
        moved = (b.value - a.value) * (1 if direction == "up" else -1)
        reached = {"lên", "xuống", "còn", "đến"} & set(words[a.last : b.number])
        if direction and reached and moved > 0 and a.unit == b.unit and deltas.isdisjoint((i, i + 1)):
            versus = _versus(scan, a.first, b.last, scan.sentences[b.sentence].last)
            change = replace(_change(scan, b, direction, versus, a.first - 2), delta=moved)
            shifts.append(Shift(i + 1, change, since=i))
    return shifts


def _times(scan: Scan, figures: list[Figure], taken: set[int]) -> list[Shift]:
    """ "1.865 cuộc, tăng gấp 1,8 lần nhiệm kỳ trước": a clause of its own, said of the count before it."""
    folded, sentence = scan.folded, scan.sentences[figures[0].sentence]
    shifts: list[Shift] = []
    for match in _TIMES.finditer(folded.text, scan.starts[sentence.first], scan.ends[sentence.last - 1]):
        at, rise = scan.token_at(match.start(1)), (Decimal((match["times"] or "2").replace(",", ".")) - 1).scaleb(2)
        bases = [i for i, f in enumerate(figures) if f.number < at and scan.depth[f.number] <= scan.depth[at]]
        if bases and bases[-1] not in taken and rise > 0 and figures[bases[-1]].unit != PERCENT:
            start, end = folded.start(match.start(1)), folded.end(match.end(1))
            shifts.append(Shift(bases[-1], Change(rise, "up", PERCENT, _trim(match["versus"] or ""), start, end)))
    return shifts


def _same(scan: Scan, figures: list[Figure], deltas: set[int]) -> list[Shift]:
    """ "tương đương cùng kỳ năm 2016": no change."""
    shifts: list[Shift] = []
    sentence = scan.sentences[figures[0].sentence]
    start = scan.starts[sentence.first]
    text = scan.folded.text[start : scan.ends[sentence.last - 1]]
    for match in _SAME.finditer(text):
        at = start + match.start()
        bases = [i for i, f in enumerate(figures) if scan.starts[f.number] < at and i not in deltas]
        if bases and not any(is_number(word) for word in match["versus"].split()[:2]):
            folded = scan.folded
            level = scan.depth[scan.token_at(at)]
            shifts.append(
                Shift(
                    next((i for i in reversed(bases) if scan.depth[figures[i].number] <= level), bases[-1]),
                    Change(None, "same", "", _trim(match["versus"]), folded.start(at), folded.end(start + match.end())),
                )
            )
    return shifts


def previous(value: Decimal, unit: str, change: Change) -> Decimal | None:
    """The earlier value that an exact change implies: 46, down 20: 66. None for a rate, which is rounded."""
    if change.direction == "same":
        return value
    if change.delta is None or (change.unit == PERCENT and unit != PERCENT):
        return None
    return value - change.delta if change.direction == "up" else value + change.delta
