"""`danvan read`: the figures of report files, for people and for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from danvan.narrative.reading import Document, PeriodMention, Reading, UnreadableFile, packages
from danvan.narrative.reading.files import read_bytes


def read_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = ".txt, .html, .docx, .pdf có lớp chữ; thư .eml, gói .zip hay thư mục có các tệp ấy"
    parser.add_argument("files", nargs="+", metavar="FILE", help=f"báo cáo: {kinds}")
    parser.add_argument("--json", action="store_true", help="mỗi tệp một dòng JSON, theo thứ tự đã nêu")


def read(args: argparse.Namespace) -> int:
    """Reads every file; 1 when one of them could not be read (the others still are)."""
    from danvan.narrative.reading import listing  # noqa: PLC0415 -- rich only where the command runs

    tally = listing.Tally()
    with listing.Progress() as progress:
        for name, outcome in _outcomes(args.files, progress.expect):
            tally.count(outcome)
            if isinstance(outcome, UnreadableFile):
                print(outcome, file=sys.stderr)
                if args.json:
                    print(json.dumps({"file": name, "error": str(outcome)}, ensure_ascii=False))
            elif args.json:
                print(json.dumps(as_json(name, outcome), ensure_ascii=False))
            else:
                listing.show(name, outcome)
            progress.advance()
    if tally.files > 1:
        print(tally, file=sys.stderr if args.json else sys.stdout)
    return 1 if tally.unread else 0


def _outcomes(names: list[str], expect: Callable[[int], None]) -> Iterator[tuple[str, Document | UnreadableFile]]:
    """Each file's name and what was read in it, or why nothing was; expect: told how many files a name stands for."""
    for name in names:
        try:
            sources = packages.sources(name)
        except UnreadableFile as error:
            expect(1)
            yield name, error
            continue
        expect(len(sources))
        for source, data in packages.read_each(sources):
            try:
                yield source.name, data if isinstance(data, UnreadableFile) else read_bytes(data, source.label)
            except UnreadableFile as error:
                yield source.name, error


def as_json(name: str, document: Document) -> dict[str, Any]:
    """One file's answer in the form that other programs read."""
    return {
        "file": name,
        "unit": document.unit.quote if document.unit else None,
        "period": period_as_json(document.period),
        "readings": [_reading(reading) for reading in document.readings],
        "checks": [
            {"kind": check.kind, "holds": check.holds, "start": check.start, "end": check.end, "message": check.message}
            for check in document.checks
        ],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    change = reading.change
    return {
        "start": reading.start,
        "end": reading.end,
        "quote": reading.quote,
        "value": _number(reading.value),
        "unit": f"{reading.unit}/{reading.per}" if reading.per else reading.unit,
        "qualifier": reading.qualifier,
        "indicator": reading.indicator,
        "breakdown": reading.breakdown,
        "change": None
        if change is None
        else {
            "delta": None if change.delta is None else _number(change.delta),
            "direction": change.direction,
            "unit": change.unit,
            "versus": change.versus,
            "start": change.start,
            "end": change.end,
        },
        "period": period_as_json(reading.period),
        "previous": None if reading.previous is None else _number(reading.previous),
        "part_of": reading.part_of,
        "mention_of": reading.mention_of,
    }


def period_as_json(period: PeriodMention | None) -> dict[str, Any] | None:
    """A span of time as it is printed and stored."""
    if period is None:
        return None
    return {
        "start": period.start.isoformat() if period.start else None,
        "end": period.end.isoformat() if period.end else None,
        "label": period.label,
        "code": period.code,
    }


def _number(value: Any) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
