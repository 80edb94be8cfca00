"""A province of 98 communes, 120 lines and two quarters across a reform: filing, consolidating, opening a number."""

from __future__ import annotations

from datetime import date

from bench.common import Row, fresh_database, measure, table

COMMUNES = 98
BY = "bench"
BEFORE, NOW = "2025-Q3", "2026-Q3"
START, DAY = date(2010, 1, 1), date(2026, 7, 1)


def main() -> None:
    fresh_database()
    from django.db import transaction  # noqa: PLC0415 -- needs Django set up

    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up

    with transaction.atomic(), scope.system("bench"):
        table(_rows())
        transaction.set_rollback(True)


def _rows() -> list[Row]:
    from django.db import connection  # noqa: PLC0415 -- needs Django set up

    from danvan.figures import actions, queries  # noqa: PLC0415 -- needs Django set up

    actions.ship_forms(by=BY)
    province, old, new = _reform()
    lines = _lines()
    then = [actions.FilingInput(unit, BEFORE, _cells(lines, unit.pk)) for unit in old]
    now = [actions.FilingInput(unit, NOW, _cells(lines, unit.pk)) for unit in new]
    size = f"{len(now)} communes, {len(lines)} lines"
    filed = measure(lambda: actions.file_many(form="dan_van", filings=now, by=BY, replace=True), 3)
    actions.file_many(form="dan_van", filings=then, by=BY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE figures_submission, figures_cell, units_unitversion, units_succession")

    found = queries.consolidated("dan_van", province, NOW, compare="restated")
    compared = sum(row.comparison is not None and row.comparison.delta is not None for row in found.rows)
    if len(found.filed) < COMMUNES or compared < 100:
        raise RuntimeError(f"bench: {len(found.filed)} filed and {compared} lines compared; something is not measured")
    both = f"{size}; {len(then)} communes the year before, {compared} lines compared"
    quarters = [f"{year}-Q3" for year in range(2021, 2027)]
    return [
        Row("File a quarter of every commune at once", size, filed),
        Row("Consolidate a quarter", size, measure(lambda: queries.consolidated("dan_van", province, NOW))),
        Row(
            "Consolidate, the same quarter restated",
            both,
            measure(lambda: queries.consolidated("dan_van", province, NOW, compare="restated")),
            0.150,
        ),
        Row("A number's story", size, measure(lambda: queries.story("dan_van", province, NOW, "rec.turns"))),
        Row(
            "A series over the reform",
            "6 quarters",
            measure(lambda: queries.series("dan_van", province, "rec.turns", periods=quarters)),
        ),
        Row("Figures of earlier units found again", size, measure(lambda: queries.restated_history(province, BEFORE))),
        Row("Who has filed", size, measure(lambda: queries.who_filed("dan_van", province, NOW))),
    ]


def _reform():
    """Two provinces become one, four of their communes two; gives the province, the old communes and the new."""
    from danvan.units import actions as units  # noqa: PLC0415 -- needs Django set up

    country = units.establish(name="Việt Nam", level="country", on=START, by=BY)
    north, south = (
        units.establish(name=name, level="province", parent=country, on=START, by=BY)
        for name in ("Tỉnh Bắc", "Tỉnh Nam")
    )
    old = [
        units.establish(name=f"Xã {n}", level="commune", parent=(north, south)[n % 2], on=START, by=BY)
        for n in range(COMMUNES + 2)
    ]
    units.merge(units=[south], into=north, on=DAY, by=BY)
    merged = [
        units.merge(units=old[n : n + 2], into=units.Founding(name=f"Xã mới {n}", parent=north), on=DAY, by=BY)
        for n in (0, 2)
    ]
    return north, old, [*merged, *old[4:]]


def _lines() -> list[tuple[str, str]]:
    from danvan.figures.models import Form  # noqa: PLC0415 -- needs Django set up

    sections = Form.objects.get(code="dan_van").sections
    return [(row["indicator"], row["breakdown"]) for section in sections for row in section["rows"]]


def _cells(lines, seed: int):
    from danvan.figures import catalogue  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.actions import CellInput  # noqa: PLC0415 -- needs Django set up

    cells = []
    for place, (code, breakdown) in enumerate(lines):
        value = (seed * 7 + place * 13) % 90
        if catalogue.load()[code].kind.code == "ratio":
            cells.append(CellInput(code, breakdown=breakdown, numerator=value, denominator=100))
        else:
            cells.append(CellInput(code, value, breakdown=breakdown))
    return cells
