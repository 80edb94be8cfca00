"""Reports that nobody wrote: any figures of the catalogue, what the writer says of them, and what of it was lost when
the report was read again. The tests and the bench share it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from danvan.figures import catalogue
from danvan.figures.catalogue import Indicator
from danvan.lib.periods import Period
from danvan.narrative import writing
from danvan.narrative.reading.document import Document
from danvan.narrative.writing import Contribution, Figure, Issuer, ReportData, Row, Section, outlines
from danvan.narrative.writing.meanings import sayings
from danvan.narrative.writing.model import Qualifier
from danvan.narrative.writing.numerals import percent
from danvan.narrative.writing.numerals import said as spoken

Cell = tuple[str, str]  # indicator, breakdown

PERIODS = ("2026-Q1", "2018-Y", "2019-H1", "2022-H2", "2025-9M", "2026-Q3", "2021-M07", "2024-Q4")
# What is left over after a ratio: drawn freely it would contradict it.
RESTS = (
    ("prg.completion_rate", "prg.tasks_overdue_end"),
    ("iss.resolution_rate", "iss.open_end"),
    ("pet.resolution_rate", "pet.pending_end"),
    ("pet.resolution_rate", "pet.prolonged_end"),
    ("pet.ontime_rate", "pet.prolonged_end"),
    ("pet.resolution_rate", "pet.overdue_end"),
    ("pet.ontime_rate", "pet.overdue_end"),
    ("rec.resolution_rate", "pet.overdue_end"),
    ("rec.resolution_rate", "pet.prolonged_end"),
    ("dlg.resolution_rate", "dlg.opinions_pending_end"),
)
# The catalogue has them twice: models of collectives, and models by subject. Reading knows them by the second.
SAME_AS = {
    ("mod.collective", ""): ("mod.total", "subject=collective"),
    ("mod.individual", ""): ("mod.total", "subject=individual"),
}
UNITS = ("Xã Ba Bể", "Phường Phổ Yên", "Xã Tân Sơn", "Xã Chợ Mới", "Phường 4", "Xã Ia Hdreh", "Xã Cư M'gar",
         "Đặc khu Côn Đảo", "Xã Đồng Tâm", "Phường Bến Thành")  # fmt: skip
ISSUERS = (
    ("Tỉnh Thái Nguyên", Issuer("Ban Tuyên giáo và Dân vận", "Tỉnh ủy Thái Nguyên")),
    ("Xã Ba Bể", Issuer("Ban Xây dựng Đảng", "Đảng ủy xã Ba Bể")),
    ("Phường Phổ Yên", Issuer("Ủy ban Mặt trận Tổ quốc Việt Nam", "Phường Phổ Yên")),
    ("Thành phố Cần Thơ", Issuer("Ban Tuyên giáo và Dân vận", "Thành ủy Cần Thơ")),
)


@dataclass(frozen=True, slots=True)
class Case:
    """What is reported: now and, where it is known, in the same period before."""

    figures: dict[Cell, tuple[Figure, Figure | None]]
    period: str
    issuer: int = 0
    below: int = 0  # units that filed
    late: int = 0  # units that have not
    lacking: frozenset[str] = frozenset()  # indicators that the first unit below left out


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as the report says it. delta: what it is said to have changed by, signed; None where nothing is said."""

    value: Decimal
    unit: str
    qualifier: Qualifier
    delta: Decimal | None = None


@cache
def _sentences() -> list[Any]:
    """Those of the shared parts, each once."""
    parts = [part for outline in outlines.every().values() for part in outline.parts()]
    found = [sentence for part in parts for item in part.items for sentence in item.sentences if not sentence.rank]
    return list(dict.fromkeys(found))


@cache
def _indicators() -> dict[str, Indicator]:
    return {code: catalogue.load()[code] for code in sorted(sayings())}


@cache
def _terms() -> frozenset[str]:
    """What ratios are made of: such figures stand in the text beside the percentage."""
    terms = [term for i in _indicators().values() for term in (i.numerator, i.denominator)]
    return frozenset(term.code for term in terms if term)


def _count(indicator: Indicator) -> st.SearchStrategy[int]:
    if indicator.unit_vi == "đồng":
        return st.integers(1, 99_999).map(lambda millions: millions * 10**6)
    return st.one_of(st.integers(1, 99), st.integers(1, 99_999), st.integers(1900, 2100))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Some of the catalogue's figures, such that no two contradict one another."""
    codes = st.sampled_from(list(_indicators()))
    chosen = [_indicators()[code] for code in draw(st.lists(codes, min_size=1, max_size=24, unique=True))]
    values = {i.code: draw(_count(i)) for i in chosen if i.unit_vi != "%"}
    for sentence in _sentences():
        _divide(draw, values, sentence)
    for rate, rest in RESTS:
        if _indicators()[rate] in chosen:
            values.pop(rest, None)
    figures: dict[Cell, Figure] = {}
    for indicator in (i for i in chosen if i.unit_vi == "%"):
        figures[indicator.code, ""] = _ratio(draw, indicator, values)
    hedges: st.SearchStrategy[Qualifier] = st.sampled_from(("exact", "exact", "exact", "over", "nearly", "about"))
    # An occasion is not read: gifts of the Lunar New Year are the gifts of the period too.
    divided = {s.with_[0]: [by for by in s.by if by[0] != "occasion"] for s in _sentences() if s.by}
    parts_of = {key for s in _sentences() for key in (*s.of, *s.made_of)} | {
        s.with_[0] for s in _sentences() if s.made_of
    }
    for code, value in values.items():
        loose = code not in parts_of and code not in divided and value > 10
        figures[code, ""] = Figure("value", Decimal(value), qualifier=draw(hedges) if loose else "exact")
        for dimension, _ in divided.get(code, ()):
            twice = dimension == "subject" and not values.keys().isdisjoint(code for code, _ in SAME_AS)
            if value > 1 and not twice and draw(st.booleans()):
                figures.update(_by(draw, catalogue.load()[code], dimension, value))
    for code in draw(st.lists(codes, max_size=3)):
        if (code, "") not in figures:
            figures[code, ""] = Figure(draw(st.sampled_from(("not_reported", "not_applicable"))))
    whole = {cell: (now, _before(draw, cell, now)) for cell, now in figures.items()}
    below, late = draw(st.integers(0, 7)), draw(st.sampled_from((0, 0, 1, 3)))
    lacking = frozenset(draw(st.lists(codes, max_size=3))) if below else frozenset()
    period, issuer = draw(st.sampled_from(PERIODS)), draw(st.integers(0, len(ISSUERS) - 1))
    return Case(whole, period, issuer, below, late, lacking)


def _divide(draw: st.DrawFn, values: dict[str, int], sentence: Any) -> None:
    """Parts that stand behind a whole are no more than it."""
    names = sentence.names if "tổng số mô hình" in sentence.head else ()
    codes = ("mod.total",) if names else (*sentence.with_[:1], *sentence.aside)
    wholes = [values[code] for code in codes if code in values]
    if not wholes:
        return
    left = min(wholes)
    for code in (*sentence.of, *sentence.made_of, *names):
        if code in values:
            values[code] = draw(st.integers(0, left))
            left -= values[code]


def _ratio(draw: st.DrawFn, indicator: Indicator, values: dict[str, int]) -> Figure:
    """A percentage with what it is made of; those are figures of their own where the catalogue has them."""
    above, below = indicator.derived_from or ("", "")
    if indicator.numerator and indicator.numerator.code:
        above = indicator.numerator.code
    whole = values[below] if below in values else draw(st.integers(1, 9_999))
    part = values[above] if above in values and values[above] <= whole else draw(st.integers(0, whole))
    if above in values:
        values[above] = part
    return Figure("value", Decimal(100 * part) / whole, Decimal(part), Decimal(whole)) if whole else Figure()


def _by(draw: st.DrawFn, indicator: Indicator, dimension: str, whole: int) -> dict[Cell, Figure]:
    names = list(indicator.vocabulary(dimension).values)
    chosen = draw(st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=True))
    left, parts = whole, {}
    for place, name in enumerate(chosen, 1):
        part = left if place == len(chosen) else draw(st.integers(0, left))
        parts[indicator.code, f"{dimension}={name}"] = Figure("value", Decimal(part))
        left -= part
    return parts


def _before(draw: st.DrawFn, cell: Cell, now: Figure) -> Figure | None:
    if cell[1] or now.value is None or draw(st.booleans()):
        return None
    if now.denominator is not None:
        whole = draw(st.integers(1, 9_999))
        part = draw(st.integers(0, whole))
        return Figure("value", Decimal(100 * part) / whole, Decimal(part), Decimal(whole))
    earlier = st.one_of(st.just(int(now.value)), st.just(0), _count(catalogue.load()[cell[0]]))
    return Figure("value", Decimal(draw(earlier)))


def data(case: Case) -> ReportData:
    """The case as a consolidation gives it."""
    rows = []
    for (code, breakdown), (now, before) in case.figures.items():
        indicator = catalogue.load()[code]
        known = now.value is not None and before is not None and before.value is not None
        delta = now.value - before.value if known else None  # type: ignore[union-attr, operator]
        rate = 100 * delta / before.value if delta is not None and before and before.value else None
        rows.append(
            Row(
                indicator=code,
                label=indicator.name_vi,
                unit=indicator.unit_vi,
                now=now,
                breakdown=breakdown,
                part=indicator.breakdown_label(breakdown),
                before=before,
                delta=delta,
                percent=rate if indicator.unit_vi != "%" else None,
                missing=UNITS[:1] if code in case.lacking else (),
            )
        )
    period = Period.parse(case.period)
    following = Period.covering(period.end + timedelta(days=1), "quarter" if "9M" in case.period else period.kind)
    unit, issuer = ISSUERS[case.issuer]
    return ReportData(
        issuer=issuer,
        unit=unit,
        period=period.label(),
        period_code=case.period,
        same_period=period.same_last_year.label(),
        next_period=following.label(),
        sections=(Section("Số liệu", tuple(rows)),),
        year=period.end.year,
        expected=case.below + case.late,
        filed=case.below,
        missing=UNITS[case.below :][: case.late],
        contributions=tuple(one for row in rows for one in _shares(row, case.below)),
    )


def _shares(row: Row, below: int) -> Iterator[Contribution]:
    """The figure cut up among the units below, as unevenly as their places."""
    if row.breakdown or row.unit in ("%", "đồng") or row.now.value is None or not below:
        return
    left = row.now.value
    for place, unit in enumerate(UNITS[:below], 1):
        part = left if place == below else left // (2 if place < below - 1 else 1)
        left -= part
        yield Contribution(unit, row.indicator, "", row.label, row.unit, Figure("value", part), unit_id=place)


def text_of(report: writing.Report) -> str:
    """Heading and body as plain text."""
    return "\n".join([*(line.text for line in report.heading), *(paragraph.text for paragraph in report.body)])


# The words before a change, and what ends what they stand for: "tăng 2 cuộc, 127 lượt người; ...".
_MOVES = ("tăng ", "giảm ", "giảm được ", "tăng khoảng ", "giảm khoảng ", "giảm được khoảng ")
_MOVED = re.compile(r"[;.()]|trong|so với|bằng")


def said(given: ReportData, report: writing.Report) -> dict[Cell, Said]:
    """The figures that the report's sentences say: those whose printed value names their cell."""
    runs = [run for paragraph in report.body for run in paragraph.runs]
    told: dict[Cell, Said] = {}
    for row in given.rows():
        if row.now.value is None:
            continue
        delta, printed, moving = None, False, False
        for before, run in zip([None, *runs], runs, strict=False):
            if not run.cell:
                moving = run.text.endswith(_MOVES) or (moving and not _MOVED.search(run.text))
            if run.cell != row.key:
                continue
            lead = before.text if before else ""
            if moving:
                delta = row.delta
            elif not lead.endswith(("cùng kỳ có ", " (")) or row.unit == "%":
                printed = printed or run.text.endswith(_printed(row))
        if printed:
            cell = row.indicator, row.breakdown
            told[SAME_AS.get(cell, cell)] = Said(_value(row), row.unit, row.now.qualifier, delta)
    return told


def _printed(row: Row) -> str:
    value = row.now.value or Decimal(0)
    return percent(value) if row.unit == "%" else spoken(row.now, row.unit)


def _value(row: Row) -> Decimal:
    """As it is printed: a rate is rounded."""
    value = row.now.value or Decimal(0)
    return Decimal(percent(value).rstrip("%").replace(".", "").replace(",", ".")) if row.unit == "%" else value


def losses(told: dict[Cell, Said], document: Document, *, whole: bool = True) -> Counter[str]:
    """What was lost, by class; empty where all came back. whole: nothing else may have been named."""
    lost: Counter[str] = Counter()
    found: dict[Cell, list[Any]] = {}
    for reading in document.readings:
        breakdown = ";".join(f"{key}={value}" for key, value in sorted(reading.breakdown.items()))
        if reading.indicator:
            found.setdefault((reading.indicator, breakdown), []).append(reading)
    for cell, one in told.items():
        readings = [reading for reading in found.get(cell, []) if reading.value == one.value]
        name = "[".join(filter(None, cell))
        if not readings:
            lost[f"{'value' if cell in found else 'figure'} {name}"] += 1
            continue
        if not any(reading.qualifier == one.qualifier for reading in readings):
            lost[f"qualifier {name}"] += 1
        if one.delta and one.unit != "%":
            changes = [reading.change for reading in readings if reading.change]
            if not any(
                c.delta == abs(one.delta) and c.direction == ("up" if one.delta > 0 else "down") for c in changes
            ):
                lost[f"change {name}"] += 1
    if whole:
        lost += _invented(told, found) + Counter(f"alarm {check.kind}" for check in document.checks if not check.holds)
    return lost


def _invented(told: dict[Cell, Said], found: dict[Cell, list[Any]]) -> Counter[str]:
    """Figures named that were not said."""
    return Counter(
        f"invented {'['.join(filter(None, cell))}"
        for cell, readings in found.items()
        if cell[0] not in _terms() and any(cell not in told or r.value != told[cell].value for r in readings)
    )


def lost_period(case: Case, document: Document) -> bool:
    period = Period.parse(case.period)
    read = document.period
    return read is None or (read.start, read.end) != (period.start, period.end)
