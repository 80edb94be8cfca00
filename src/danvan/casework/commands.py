"""`danvan deadline`: when a term of law ends, with its article and every day on the way."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date

from danvan.casework import deadlines
from danvan.casework.deadlines import EXTEND, KINDS, PAUSE, RESUME, TRAITS, Act, Deadline, DeadlineError, Rules
from danvan.lib import days
from danvan.lib.periods import vietnamese
from danvan.lib.workdays import weekday

_SIGNS = {"start": "·", "skipped": "–", "paused": "‖"}


def deadline_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", nargs="?", metavar="RULE", help="code of the term, as --list names it")
    parser.add_argument("--list", action="store_true", help="the terms that are known, with article and source")
    parser.add_argument(
        "--from", dest="start", metavar="DATE", help="day of the act that starts the clock; not counted"
    )
    for trait, said in TRAITS.items():
        parser.add_argument(
            f"--{trait.replace('_', '-')}", dest="traits", action="append_const", const=trait, help=said
        )
    parser.add_argument("--pause", action="append", default=[], metavar="DATE", help="the clock stands still after it")
    parser.add_argument("--resume", action="append", default=[], metavar="DATE", help="and goes on after it")
    parser.add_argument(
        "--extend", action="append", default=[], metavar="DATE:DAYS", help="extended on a day by so many"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the listing")


def deadline(args: argparse.Namespace) -> int:
    """Exit status 2 with a sentence where the term is unknown or the acts cannot stand."""
    try:
        if args.list:
            sys.stdout.write(_list_json() if args.json else _list())
            return 0
        if not args.rule or not args.start:
            raise DeadlineError(
                "Cho biết thời hạn và ngày bắt đầu: danvan deadline complaint.accept --from 2026-03-02."
            )
        sys.stdout.write(_told(args))
    except ValueError as error:
        sys.stderr.write(f"danvan: {error}\n")
        return 2
    return 0


def _told(args: argparse.Namespace) -> str:
    start = days.parse(args.start)
    rules = Rules.load()
    rule = rules.on(args.rule, start)
    found = deadlines.deadline(args.rule, [Act(rule.starts[0], start), *_acts(args)], traits=args.traits or ())
    if found is None:
        raise DeadlineError(f"“{rule.name}” chưa bắt đầu.")
    return _as_json(found) if args.json else _listing(found)


def _acts(args: argparse.Namespace) -> list[Act]:
    acts = [Act(PAUSE, days.parse(day)) for day in args.pause] + [Act(RESUME, days.parse(day)) for day in args.resume]
    for said in args.extend:
        day, _, length = said.partition(":")
        if not length.isdecimal():
            raise DeadlineError(f"Gia hạn viết như 2026-03-20:30 (ngày:số ngày), không phải “{said}”.")
        acts.append(Act(EXTEND, days.parse(day), days=int(length)))
    order = {PAUSE: 0, EXTEND: 1, RESUME: 2}
    return sorted(acts, key=lambda act: (act.day, order[act.kind]))


def _as_json(found: Deadline) -> str:
    rule = found.rule
    told = {
        "rule": rule.code,
        "name": rule.name,
        "article": rule.article,
        "verified": rule.verified,
        "start": found.start.day.isoformat(),
        "due": found.due and found.due.isoformat(),
        "minimum": rule.minimum,
        "days": found.total,
        "kind": rule.kind,
        "traits": sorted(found.traits),
        "trace": [
            {"day": step.day.isoformat(), "is": step.kind, "number": step.number, "why": step.why}
            for step in found.trace
        ],
        "warnings": list(found.warnings),
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


def _listing(found: Deadline) -> str:
    lines = [found.sentence, ""]
    for step in found.trace:
        sign = _SIGNS.get(step.kind) or str(step.number)
        lines.append(f"{sign:>4}  {weekday(step.day):<9} {vietnamese(step.day):<10}   {step.why}".rstrip())
    lines += [f"\nLưu ý: {warning}" for warning in found.warnings]
    return "\n".join(lines) + "\n"


def _list() -> str:
    lines = []
    for rule in Rules.load():
        said = f"{rule.days} {KINDS[rule.kind]}"
        longer = "; ".join(
            f"{days_} {' và '.join(TRAITS[trait] for trait in sorted(traits))}" for traits, days_ in rule.longer.items()
        )
        until = f" đến hết {vietnamese(date.fromordinal(rule.until.toordinal() - 1))}" if rule.until else ""
        lines.append(
            f"{rule.code}\n    {rule.name}: {said}{f' ({longer})' if longer else ''}\n"
            f"    {rule.article}; từ {vietnamese(rule.since)}{until}"
            f"{'' if rule.verified else '; chưa đối chiếu văn bản chính thức'}\n"
        )
    return "".join(lines)


def _list_json() -> str:
    rows = [
        {
            "rule": rule.code,
            "name": rule.name,
            "article": rule.article,
            "from": rule.since.isoformat(),
            "to": rule.until and rule.until.isoformat(),
            "days": rule.days,
            "kind": rule.kind,
            "longer": {" ".join(sorted(traits)): length for traits, length in rule.longer.items()},
            "verified": rule.verified,
        }
        for rule in Rules.load()
    ]
    return json.dumps(rows, ensure_ascii=False) + "\n"
