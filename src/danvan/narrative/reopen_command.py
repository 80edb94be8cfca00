"""`danvan reopen`: what hands did to a written Word file, and which figures are others since. Writes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from danvan.access import files
from danvan.access.files import FileRefused
from danvan.access.scope import Refused
from danvan.figures.catalogue import CatalogueError
from danvan.lib.numbers import digits
from danvan.narrative.reopened import Hand, Reopened, reopened
from danvan.narrative.reopening import NotOurs
from danvan.narrative.writing import Figure
from danvan.narrative.writing.tables import WORDS

_TEXTS = {"added": "+", "changed": "~", "filled": "+", "removed": "−"}


def reopen_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="tệp .docx do hệ thống lập, đã sửa")
    parser.add_argument("--json", action="store_true", help="mỗi tệp một dòng JSON")


def reopen(args: argparse.Namespace) -> int:
    """Status 0: nothing is different; 1: something is, or a file could not be compared (the others still are)."""
    status = 0
    for path in args.files:
        try:
            with files.inspect(path, name=path.name, allowed={files.DOCX}) as inspected:
                found = reopened(inspected.content.read())
        except (NotOurs, FileRefused, CatalogueError, Refused, OSError) as error:
            status = 1
            said = f"Không đọc được {path}: {error.strerror}." if isinstance(error, OSError) else str(error)
            print(f"{path.name}: {said}", file=sys.stderr)
            if args.json:
                print(json.dumps({"file": str(path), "error": said}, ensure_ascii=False))
            continue
        status = status if found.none else 1
        if args.json:
            print(json.dumps(as_json(str(path), found), ensure_ascii=False))
        else:
            _show(path.name, found)
    return status


def as_json(name: str, found: Reopened) -> dict[str, Any]:
    """One file's answer in the form that other programs read."""
    origin = found.origin
    return {
        "file": name,
        "unit": origin.unit,
        "period": origin.period,
        "form": origin.form,
        "written_at": origin.at.isoformat(),
        "submission": origin.submission,
        "numbers": found.numbers,
        "changed": [_hand(one) for one in found.changed],
        "deleted": [_hand(one) for one in found.deleted],
        "moved": [
            {
                "cell": one.figure.cell,
                "was": _figure(one.figure.was),
                "now": _figure(one.figure.now),
                "was_before": _figure(one.figure.was_before),
                "now_before": _figure(one.figure.now_before),
                "places": one.figure.places,
            }
            for one in found.moved
        ],
        "texts": [asdict(one) for one in found.texts],
    }


def _hand(one: Hand) -> dict[str, Any]:
    return {**asdict(one.number), "current": one.current, "way": one.way.value}


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {key: str(value) if isinstance(value, Decimal) else value for key, value in asdict(figure).items()}


def _show(name: str, found: Reopened) -> None:
    from rich.console import Console  # noqa: PLC0415 -- only where people read
    from rich.markup import escape  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    origin = found.origin
    console.rule(f"[bold]{escape(name)}")
    console.print(f"{escape(origin.unit_name)}, {found.period.label()}: đã so {found.numbers} số.")
    if found.none:
        console.print(Text(" ✓ Tệp đúng như khi lập, số liệu chưa đổi.", style="green"))
    for one in found.changed:
        console.print(Text(f" ✎ {one.number.cell}: {one.number.was} → {one.number.now}", style="bold red"))
        console.print(Text(f"   {' '.join(one.number.sentence.split())}", style="dim"))
    for one in found.deleted:
        console.print(Text(f" ✗ {one.number.cell}: đã xóa {one.number.was}", style="yellow"))
    for moved in found.moved:
        was, now = (_printed(figure) for figure in (moved.figure.was, moved.figure.now))
        console.print(Text(f" ↻ {moved.figure.cell}: {was} → {now} trong hệ thống", style="cyan"))
    for text in found.texts:
        console.print(Text(f" {_TEXTS[text.kind]} {' '.join((text.now or text.was).split())}"))


def _printed(figure: Figure | None) -> str:
    if figure is None:
        return "không còn dòng này"
    return digits(figure.value.quantize(Decimal("0.0001"))) if figure.value is not None else WORDS["vi"][figure.state]
