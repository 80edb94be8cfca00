"""A consolidation laid down as Word, PDF, HTML and workbook, each number linked to its cell on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from django.utils import timezone

from danvan.figures import queries
from danvan.figures.catalogue import load as catalogue
from danvan.figures.consolidation import Consolidated
from danvan.figures.consolidation import Row as FigureRow
from danvan.lib.datafiles import from_yaml
from danvan.lib.vietnamese import fold
from danvan.narrative import writing
from danvan.narrative.writing import files
from danvan.narrative.writing.model import Author, Below
from danvan.units import queries as units


def publish(
    consolidated: Consolidated,
    folder: Path,
    *,
    base_url: str,
    today: date,
    name: str = "",
    fonts: Sequence[Path] = (),
) -> list[Path]:
    """Writes NAME.docx, .pdf, .html and .xlsx into the folder; gives their paths.

    base_url: where the pages are served, "http://127.0.0.1:8000/". name: of the files, made from unit and period if "".
    fonts: folders with Times New Roman or Tinos for the PDF, beside those of the system. ValueError where nothing was
    reported.
    """
    data = report_data(consolidated, base_url=base_url, today=today)
    report = writing.report(data)
    name = name or file_name(consolidated.unit.name, consolidated.period.code)
    return files.lay(report, data, folder, name, fonts=fonts)


def file_name(unit: str, period: str, more: str = "") -> str:
    """What a report's file is called, without its kind: "bao-cao-tinh-thai-nguyen-2026-q3"."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(f"bao cao {unit} {period} {more}")))


def contributions(consolidated: Consolidated) -> Iterator[writing.Contribution]:
    """What each unit one level down gave to each reported figure: what sums are made of, and which unit has most."""
    period = consolidated.period
    below = queries.side_by_side(consolidated.form, consolidated.unit.id, period)
    for row in consolidated.reported:
        for one in below:
            given = one.row(*row.key)
            if given is not None and given.figure.value is not None:
                yield writing.Contribution(
                    unit=one.unit.name,
                    indicator=row.indicator,
                    breakdown=row.breakdown,
                    label=row.label_vi,
                    measure=row.unit_vi,
                    figure=_figure(given.figure),
                    url=f"tables/{one.unit.id}/{period.code}/#{anchor(row.indicator, row.breakdown)}",
                    unit_id=one.unit.id,
                )


def report_data(
    consolidated: Consolidated, *, base_url: str, today: date, author: Author = "party", alone: bool = False
) -> writing.ReportData:
    """What the writer needs of a consolidation. author: who writes; alone: without what the units below gave."""
    page = f"tables/{consolidated.unit.id}/{consolidated.period.code}/"
    period = consolidated.period
    return writing.ReportData(
        issuer=issuer(consolidated.unit.level, consolidated.unit.name, consolidated.day, author),
        unit=consolidated.unit.name,
        period=period.label(),
        period_code=period.code,
        same_period=period.same_last_year.label(),
        next_period=period.next.label(),
        sections=tuple(
            writing.Section(section.title(), tuple(_row(row, page) for row in rows))
            for section, rows in consolidated.sections()
        ),
        year=today.year,
        expected=len(consolidated.expected),
        filed=len(consolidated.filed),
        missing=tuple(unit.name for unit in consolidated.missing),
        contributions=() if alone else tuple(contributions(consolidated)),
        below=tuple(_below(consolidated)),
        base_url=base_url,
        url=page,
        illustration=consolidated.illustration,
        form=consolidated.title_vi,
        origin=writing.Origin(
            unit=consolidated.unit.id,
            unit_name=consolidated.unit.name,
            form=consolidated.form,
            period=period.code,
            at=timezone.now(),
            compare=consolidated.compare or "",
        ),
    )


def _below(consolidated: Consolidated) -> Iterator[Below]:
    """The units that owe a report, with where they lie."""
    filed = {unit.id for unit in consolidated.filed}
    owing = [unit for unit in consolidated.expected if unit.id != consolidated.unit.id]
    there = units.on(consolidated.day).filter(unit__in=[unit.id for unit in owing], latitude__isnull=False)
    points = {unit: (lat, long) for unit, lat, long in there.values_list("unit", "latitude", "longitude")}
    for unit in owing:
        yield Below(unit.id, unit.name, unit.id in filed, points.get(unit.id))


def anchor(indicator: str, breakdown: str) -> str:
    """The place of a cell on the page of its table."""
    return f"{indicator}--{breakdown}" if breakdown else indicator


def _row(row: FigureRow, page: str) -> writing.Row:
    compared = row.comparison
    return writing.Row(
        indicator=row.indicator,
        label=row.label_vi,
        unit=row.unit_vi,
        now=_figure(row.figure),
        breakdown=row.breakdown,
        before=_figure(compared.before) if compared else None,
        delta=compared.delta if compared else None,
        percent=compared.percent if compared else None,
        comparability=compared.comparability.value if compared else "not_comparable",  # type: ignore[arg-type]
        part=catalogue()[row.indicator].breakdown_label(row.breakdown) if row.breakdown else "",
        reasons=tuple(compared.reasons) if compared else (),
        missing=tuple(unit.name for unit in row.missing),
        url=f"{page}#{anchor(row.indicator, row.breakdown)}",
    )


def _figure(figure: Any) -> writing.Figure:
    return writing.Figure(
        str(getattr(figure.state, "value", figure.state)),  # type: ignore[arg-type]
        figure.value,
        figure.numerator,
        figure.denominator,
        figure.qualifier,
    )


def issuer(level: str, name: str, day: date, author: Author = "party") -> writing.Issuer:
    """Who issues the report of a territory on a day; an issuer without a name where that is not known."""
    kind = next((k for k in _KINDS if name.lower().startswith(k + " ")), "")
    bare = name[len(kind) :].strip()
    for entry in _issuers():
        mine = entry["level"] == level and entry.get("author", "party") == author
        if mine and entry.get("from", date.min) <= day < entry.get("to", date.max):
            parent: Mapping[str, str] = entry.get("parent", {})
            pattern = parent.get(kind) or parent.get("") or ""
            return writing.Issuer(
                body=entry["body"].format(kind=kind, name=bare),
                parent=pattern.format(name=bare),
                symbol=entry["symbol"],
                place=entry.get("place", bare),
                layout=entry.get("layout", "party"),
                author=author,
            )
    return writing.Issuer(body="", author=author)


_KINDS = ("đặc khu", "thành phố", "thị trấn", "thị xã", "huyện", "phường", "quận", "tỉnh", "xã")


@lru_cache
def _issuers() -> list[dict[str, Any]]:
    text = (resources.files(writing) / "issuers.yaml").read_text(encoding="utf-8")
    issuers: list[dict[str, Any]] = from_yaml(text)["issuers"]
    return issuers
