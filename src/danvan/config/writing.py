"""`danvan write`: the reports of many units in one go, as files."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from rich import progress
from rich.console import Console

from danvan.desk.assets import FONTS
from danvan.figures.consolidation import UnitRef
from danvan.figures.queries import period_of
from danvan.lib.periods import Period
from danvan.narrative import many
from danvan.narrative.many import Became, Outcome
from danvan.narrative.writing import outlines
from danvan.narrative.writing.files import KINDS
from danvan.units import queries as units
from danvan.units.commands import bearer
from danvan.units.models import UnitVersion

MOST_NAMED = 20  # units without figures that the summary names


def write_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--period", required=True, metavar="CODE", help="2026-Q2, 2026-H1, 2026-M06, 2026-9M, 2026-Y")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--unit", action="append", metavar="CODE", help="of the unit with this code; may be repeated")
    who.add_argument("--below", metavar="CODE", help="of every unit below it, down to communes")
    who.add_argument("--all", action="store_true", help="of every unit of the country, itself among them")
    parser.add_argument("--level", choices=UnitVersion.Level.values, help="where two levels share a code")
    parser.add_argument("--outline", default="", metavar="NAME", help="by this outline (default: the usual one)")
    parser.add_argument("--formats", default=",".join(KINDS), help=f"some of {','.join(KINDS)} (default: all)")
    parser.add_argument("--to", type=Path, metavar="DIR", help="folder for the files (default: var/out/PERIOD)")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="that lay reports down (default: 2)")


def write(args: argparse.Namespace) -> int:
    """Exit status: 0 all written that has figures; 1 some could not be (the others are); 2 refused. May be run again:
    files of the same names give way, each whole or not at all."""
    try:
        period = period_of(args.period)
        kinds = _kinds(args.formats)
        _suits(args.outline, period)
        found = _units(args, period)
    except ValueError as error:
        return _refuse(str(error))
    folder = args.to or settings.VAR / "out" / period.code
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _refuse(f"Không dùng được thư mục {folder} ({error.strerror}): hãy chọn thư mục khác bằng --to.")
    outcomes = many.write(
        found,
        period,
        folder,
        kinds=kinds,
        outline=args.outline,
        base_url=settings.BASE_URL or "http://127.0.0.1:8000/",
        fonts=[FONTS],
        processes=max(1, args.processes),
    )
    return _told(outcomes, len(found), period, folder)


def _told(outcomes: Iterable[Outcome], expected: int, period: Period, folder: Path) -> int:
    """Says what fails as it fails, how far it is where somebody looks on, and what came of it all."""
    out = Console(stderr=True, soft_wrap=True, highlight=False)
    tally: Counter[Became] = Counter()
    files, without = 0, []
    columns = (progress.BarColumn(), progress.MofNCompleteColumn(), "{task.description}", "còn")
    with progress.Progress(*columns, progress.TimeRemainingColumn(), console=out, disable=not out.is_terminal) as bar:
        task = bar.add_task("báo cáo", total=expected)
        for one in outcomes:
            tally[one.became] += 1
            files += len(one.paths)
            if one.became is Became.FAILED:
                out.print(f"{_said(one.unit)}: {one.why}", style="red", markup=False)
            elif one.became is Became.NOTHING:
                without.append(one.unit)
            bar.update(task, advance=1, description=one.unit.name)
    print(f"{period.label()}: đã viết {tally[Became.WRITTEN]} trên {expected} báo cáo ({files} tệp) vào {folder}.")
    if without:
        named = ", ".join(map(_said, without[:MOST_NAMED])) + (", ..." if len(without) > MOST_NAMED else "")
        print(f"{len(without)} đơn vị chưa có số liệu nên chưa có gì để viết: {named}.")
    if tally[Became.FAILED]:
        print(f"{tally[Became.FAILED]} báo cáo không viết được, lý do ở trên; sửa rồi chạy lại lệnh này.")
    return 1 if tally[Became.FAILED] else 0


def _said(unit: UnitRef) -> str:
    return f"{unit.name} ({unit.code})" if unit.code else unit.name


def _kinds(text: str) -> list[str]:
    kinds = [one.strip().lstrip(".").lower() for one in text.split(",") if one.strip()]
    if wrong := [one for one in kinds if one not in KINDS]:
        raise ValueError(f"Không có loại tệp “{wrong[0]}”: hãy chọn trong {', '.join(KINDS)}.")
    if not kinds:
        raise ValueError(f"Chưa chọn loại tệp nào: hãy chọn trong {', '.join(KINDS)}.")
    return kinds


def _suits(outline: str, period: Period) -> None:
    if not outline:
        return
    try:
        plan = outlines.named(outline)
    except KeyError as error:
        raise ValueError(str(error.args[0])) from None
    if not plan.suits(period.kind):
        raise ValueError(f"Đề cương “{plan.label()}” không dùng cho {period.label()}: hãy chọn đề cương khác.")


def _units(args: argparse.Namespace, period: Period) -> list[UnitRef]:
    if args.unit:
        return [_ref(bearer(code, period.end, args.level)) for code in dict.fromkeys(args.unit)]
    if args.below:
        root = bearer(args.below, period.end, args.level)
        found = many.units_below(root.unit_id, period)
        if not found:
            raise ValueError(f"Ngày {period.end:%d/%m/%Y} dưới {root.name} không có đơn vị nào: hãy dùng --unit.")
        return found
    country = units.country(period.end)
    if country is None:
        raise ValueError(f"Ngày {period.end:%d/%m/%Y} chưa có bản đồ: hãy nạp bằng danvan load-map.")
    return many.units_below(country.unit_id, period, own=True)


def _ref(version: UnitVersion) -> UnitRef:
    return UnitRef(version.unit_id, version.name, version.level, version.code)


def _refuse(message: str) -> int:
    sys.stderr.write(f"danvan: {message}\n")
    return 2
