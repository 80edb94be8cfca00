"""`danvan due`: when a term ends, and why then."""

from __future__ import annotations

import argparse
import json
import re
import sys

from danvan.lib import days
from danvan.lib.periods import vietnamese
from danvan.lib.workdays import Calendar, Term, weekday

_KINDS = {"calendar": "ngày", "working": "ngày làm việc"}


def due_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("date", metavar="DATE", help="day of the event, 2026-02-10 or 10/2/2026; itself not counted")
    parser.add_argument("--days", required=True, metavar="N", help="length of the term, 1 or more")
    parser.add_argument("--kind", default="calendar", help="calendar (default) or working days")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the listing")


def due(args: argparse.Namespace) -> int:
    try:
        term = Calendar.load().term(days.parse(args.date), _number(args.days), args.kind)
    except ValueError as error:
        sys.stderr.write(f"danvan: {error}\n")
        return 2
    sys.stdout.write(_as_json(term) if args.json else _listing(term, args.kind))
    return 0


def _number(text: str) -> int:
    if not re.fullmatch(r"[-+]?\d{1,6}", text, re.ASCII):
        raise ValueError(f"Số ngày “{text}” không phải một số nguyên hợp lệ. Viết như --days 10.")
    return int(text)


def _as_json(term: Term) -> str:
    found: dict[str, object] = {
        "due": term.due.isoformat(),
        "counted": [day.isoformat() for day in term.counted],
        "skipped": [{"day": day.date.isoformat(), "why": day.why} for day in term.skipped],
    }
    if term.warnings:
        found["warnings"] = list(term.warnings)
    return json.dumps(found, ensure_ascii=False) + "\n"


def _listing(term: Term, kind: str) -> str:
    numbers = {day: str(number) for number, day in enumerate(term.counted, 1)}
    reasons = {day.date: day.why for day in term.skipped}
    lines = [
        f"Hạn cuối: {weekday(term.due)} {vietnamese(term.due)}",
        f"{len(term.counted)} {_KINDS[kind]} sau {weekday(term.event)} {vietnamese(term.event)} (không tính ngày này)",
        "",
    ]
    for day in sorted(numbers | reasons):
        note = f"   không tính: {reasons[day]}" if day in reasons else ""
        lines.append(f"{numbers.get(day, '–'):>4}  {weekday(day):<9} {vietnamese(day):<10}{note}".rstrip())
    lines += [f"\nLưu ý: {warning}" for warning in term.warnings]
    return "\n".join(lines) + "\n"
