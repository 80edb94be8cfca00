"""The annexes: every figure with its unit of measure, the same period, the change and the note; who has not filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from string import ascii_lowercase
from typing import NamedTuple
from urllib.parse import urljoin

from danvan.lib.numbers import digits
from danvan.narrative.writing import numerals
from danvan.narrative.writing.model import (
    Annex,
    Aspect,
    Chart,
    Column,
    Figure,
    Language,
    ReportData,
    Row,
    Run,
    TableRow,
)

WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "figures": "BIỂU TỔNG HỢP SỐ LIỆU",
        "pictures": "BIỂU ĐỒ, BẢN ĐỒ",
        "missing": "DANH SÁCH ĐƠN VỊ CHƯA GỬI BÁO CÁO",
        "annex": "Phụ lục",
        "with": "(Kèm theo Báo cáo {report})",
        "number": "TT",
        "indicator": "Chỉ tiêu",
        "measure": "Đơn vị tính",
        "delta": "Tăng, giảm",
        "percent": "Tỷ lệ tăng, giảm",
        "note": "Ghi chú",
        "unit": "Đơn vị",
        "not_reported": "chưa báo cáo",
        "not_applicable": "không áp dụng",
        "not_due": "chưa đến hạn",
        "lacking": "thiếu số liệu của",
        "units": "đơn vị",
        "not_compared": "Không so sánh",
        "points": "điểm %",
        "silent": "{count} chỉ tiêu khác của biểu chưa có đơn vị nào báo cáo ở cả hai kỳ",
    },
    "en": {
        "figures": "TABLE OF FIGURES",
        "pictures": "CHARTS AND MAPS",
        "missing": "UNITS THAT HAVE NOT FILED",
        "annex": "Annex",
        "with": "",
        "number": "No.",
        "indicator": "Indicator",
        "measure": "Unit of measure",
        "delta": "Change",
        "percent": "Change in %",
        "note": "Note",
        "unit": "Unit",
        "not_reported": "not reported",
        "not_applicable": "not applicable",
        "not_due": "not due",
        "lacking": "lacks",
        "units": "units",
        "not_compared": "Not compared",
        "points": "points",
        "silent": "{count} more indicators of the form that no unit reported in either period",
    },
}
_OFTEN = 3  # lines with the same note
_NAMED = 3  # so many missing units are named in a note, more are counted


def annexes(data: ReportData, drawn: tuple[Chart, ...], *, long_list: bool, report: str) -> tuple[Annex, ...]:
    """The table of figures; the pictures; where the list is long, the units that have not filed.

    report: its number and day.
    """
    found = [_figures(data), *([_pictures(data, drawn)] if drawn else []), *([_missing(data)] if long_list else [])]
    word, note = WORDS[data.language]["annex"], WORDS[data.language]["with"].format(report=report)
    several = len(found) > 1
    return tuple(
        replace(annex, number=f"{word} {number}" if several else word, note=note)
        for number, annex in enumerate(found, 1)
    )


def _pictures(data: ReportData, drawn: tuple[Chart, ...]) -> Annex:
    return Annex("", WORDS[data.language]["pictures"], "", (), (), charts=drawn)


def note(row: Row, language: Language = "vi") -> str:
    """What a reader of the line must know: why not compared, what the comparison rests on, who is missing."""
    words = WORDS[language]
    if row.now.state != "value":
        return ""  # the cell itself says so
    notes = ""
    if row.before is not None and row.before.state == "value":
        notes = "; ".join(reason.rstrip(". ") for reason in row.reasons)
        if notes and row.comparability == "not_comparable":
            notes = f"{words['not_compared']}: {notes[0].lower()}{notes[1:]}"
    if row.missing and not notes:
        who = ", ".join(row.missing) if len(row.missing) <= _NAMED else f"{len(row.missing)} {words['units']}"
        notes = f"{words['lacking']} {who}"
    return notes[:1].upper() + notes[1:]


class Numbered(NamedTuple):
    """A section of the table: each row with its number and label."""

    title: str
    rows: list[tuple[Row, str, str]]


def numbered(data: ReportData) -> Iterator[Numbered]:
    """The rows as the table shows them: a breakdown under its whole is a dash and takes no number of its own."""
    number = 0
    for section in data.sections:
        rows = []
        above = ""
        for row in section.rows:
            under = bool(row.breakdown and row.indicator == above)
            number += not under
            rows.append((row, "" if under else str(number), f"– {row.part or row.label}" if under else row.label))
            above = row.indicator if under or not row.breakdown else ""
        if rows:
            yield Numbered(section.title, rows)


def compared(row: Row) -> bool:
    return row.comparability != "not_comparable" and row.delta is not None


def _figures(data: ReportData) -> Annex:
    words = WORDS[data.language]
    columns = (
        Column(words["number"], 4, "center"),
        Column(words["indicator"], 30),
        Column(words["measure"], 9, "center"),
        Column(_first_upper(data.period), 15, "right"),  # wide enough for hundreds of billions of đồng
        Column(_first_upper(data.same_period), 15, "right"),
        Column(words["delta"], 15, "right"),
        Column(words["percent"], 11, "right"),
        Column(words["note"], 19),
    )
    rows: list[TableRow] = []
    told = tuple(replace(s, rows=tuple(row for row in s.rows if _told(row))) for s in data.sections)
    signs = _signs([note(row, data.language) for section in told for row in section.rows])
    for section in numbered(replace(data, sections=told)):
        rows.append(TableRow(title=section.title))
        rows += [_line(row, number, label, data, signs) for row, number, label in section.rows]
    rows += [TableRow(title=f"{sign} {said}") for said, sign in signs.items()]
    silent = sum(not row.breakdown and not _told(row) for row in data.rows())
    if silent:
        rows.append(TableRow(title=words["silent"].format(count=silent)))
    return Annex("", words["figures"], "", columns, tuple(rows), landscape=True)


def _signs(notes: list[str]) -> dict[str, str]:
    """What stands in the place of a note that many lines have, which is then said once below them."""
    often = [said for said, count in Counter(notes).items() if said and count >= _OFTEN]
    return {said: f"({letter})" for said, letter in zip(often, ascii_lowercase, strict=False)}


def _told(row: Row) -> bool:
    """Whether anything was said of it, now or the year before. On paper the rest would bury what was."""
    return any(figure is not None and figure.state != "not_reported" for figure in (row.now, row.before))


def _line(row: Row, number: str, label: str, data: ReportData, signs: dict[str, str]) -> TableRow:
    words = WORDS[data.language]
    url = urljoin(data.base_url, row.url) if row.url else ""
    delta = percent = ""
    if compared(row) and row.delta is not None:
        delta = _signed(row.delta, row.unit, words["points"])
        percent = _signed_percent(row.percent) if row.percent is not None and row.unit != "%" else ""

    def said(text: str, aspect: Aspect) -> Run:
        return Run(text, row.key, url, aspect=aspect) if text else Run("")

    return TableRow(
        (
            Run(number),
            Run(label),
            Run(row.unit),
            Run(_figure(row.now, row.unit, words), row.key, url),
            said(_figure(row.before, row.unit, words) if row.before else "", "before"),
            said(delta, "delta"),
            said(percent, "percent"),
            Run(signs.get(noted := note(row, data.language), noted)),
        )
    )


def _missing(data: ReportData) -> Annex:
    words = WORDS[data.language]
    columns = (Column(words["number"], 10, "center"), Column(words["unit"], 90))
    rows = tuple(TableRow((Run(str(n)), Run(name))) for n, name in enumerate(data.missing, 1))
    return Annex("", words["missing"], "", columns, rows)


def _figure(figure: Figure, unit: str, words: dict[str, str]) -> str:
    """In the table every figure is written out, its unit of measure has a column."""
    if figure.state != "value":
        return words[figure.state]
    if figure.value is None:  # a ratio of nothing: neither 0% nor 100%
        return "–"
    value = numerals.percent(figure.value) if unit == "%" else digits(figure.value)
    if figure.numerator is not None and figure.denominator is not None:
        value = f"{value} ({digits(figure.numerator)}/{digits(figure.denominator)})"
    return numerals.HEDGES[figure.qualifier] + value


def _signed(value: Decimal, unit: str, points: str) -> str:
    if unit == "%":
        value = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{digits(abs(value))}" + (f" {points}" if unit == "%" else "")


def _signed_percent(value: Decimal) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + numerals.percent(abs(value))


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
