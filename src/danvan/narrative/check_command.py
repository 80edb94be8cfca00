"""`danvan check`: what contradicts itself in a text, then its slips of language. Nothing is kept, nothing corrected."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from danvan.lib import days
from danvan.narrative.reading import UnreadableFile, packages
from danvan.narrative.reading.checking import Checked
from danvan.narrative.reading.checking import check as checked
from danvan.narrative.reading.files import LARGEST_FILE, read_bytes

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="văn bản cần kiểm tra; “-” là đầu vào chuẩn")
    parser.add_argument(
        "--on", type=_day, help="ngày của báo cáo (2026-03-31 hoặc 31/3/2026), khi văn bản không ghi ngày"
    )
    parser.add_argument("--json", action="store_true", help="mỗi tệp một dòng JSON, kèm vị trí trong văn bản")


def check(args: argparse.Namespace) -> int:
    """Checks every file; 1 where something was found or a file could not be read."""
    status = 0
    for name, data in _contents(args.files):
        try:
            if isinstance(data, UnreadableFile):
                raise data
            found = checked(read_bytes(data, name), datetime.now(_HERE).date(), args.on)
        except UnreadableFile as error:
            status = 1
            print(error, file=sys.stderr)
            if args.json:
                print(json.dumps({"file": name, "error": str(error)}, ensure_ascii=False))
            continue
        status = status if found.clean else 1
        if args.json:
            print(json.dumps(as_json(name, found), ensure_ascii=False))
        else:
            _show(name, found)
    return status


def _contents(names: list[str]) -> Iterator[tuple[str, bytes | UnreadableFile]]:
    for name in names:
        if name == "-":
            yield "đầu vào chuẩn", sys.stdin.buffer.read(LARGEST_FILE + 1)
            continue
        try:
            sources = packages.sources(name)
        except UnreadableFile as error:
            yield name, error
            continue
        yield from ((source.name, data) for source, data in packages.read_each(sources))


def as_json(name: str, found: Checked) -> dict[str, Any]:
    """One file's answer in the form that other programs read; start and end count characters of its text."""
    text = found.document.text
    return {
        "file": name,
        "on": found.on.isoformat(),
        "contradictions": [
            {"kind": c.kind, "start": c.start, "end": c.end, "quote": text[c.start : c.end], "message": c.message}
            for c in found.contradictions
        ],
        "slips": [
            {"kind": s.kind, "start": s.start, "end": s.end, "quote": s.quote, "reason": s.reason, "write": s.write}
            for s in found.slips
        ],
    }


def _show(name: str, found: Checked) -> None:
    from rich.console import Console  # noqa: PLC0415 -- only where people read
    from rich.markup import escape  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    console.rule(f"[bold]{escape(name)}")
    if found.clean:
        console.print(Text(" ✓ Không thấy chỗ nào mâu thuẫn hay sai sót.", style="green"))
    text = found.document.text
    for one in found.contradictions:
        console.print(Text(f" ✗ dòng {_line(text, one.start)}: {one.message}", style="bold red"))
    for slip in found.slips:
        where = Text(f" · dòng {_line(text, slip.start)}: ").append(f"“{' '.join(slip.quote.split())}”", "yellow")
        console.print(where.append(" → ").append(f"“{slip.write}”", "green").append(f"  {slip.reason}", "dim"))


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _day(written: str) -> date:
    try:
        return days.parse(written)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
