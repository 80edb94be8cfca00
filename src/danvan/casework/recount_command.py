"""`danvan casework`: are the due days of open matters what their acts and the rules say; counted again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from danvan.casework import actions, saying
from danvan.casework.actions.recounting import Found
from danvan.casework.deadlines import Rules
from danvan.lib.periods import vietnamese

SHOWN = 50
AHEAD = timedelta(days=90)  # rules that end so soon without another are told of


def casework_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=["verify", "recount"],
        help="verify: say which due days differ; recount: and keep the new ones, telling handlers and leaders",
    )


def casework(args: argparse.Namespace) -> int:
    """Exit status 1 where something differs still."""
    found = actions.verify() if args.what == "verify" else actions.recount(by="danvan casework")
    sys.stdout.writelines(f"{sentence}\n" for sentence in differing(found))
    sys.stdout.writelines(f"{sentence}\n" for sentence in ending())
    mended = ", đã ghi hạn mới" if found.moved and args.what == "recount" else ""
    sys.stdout.write(
        f"{found.looked} vụ việc đang mở: {len(found.moved)} hạn khác với quy định{mended}, "
        f"{len(found.stuck)} không tính được.\n"
    )
    return 1 if found.stuck or (found.moved and args.what == "verify") else 0


def differing(found: Found) -> Iterator[str]:
    """A sentence for each matter whose kept due day is another than the counted one, up to a number; nobody's name."""
    for one in found.moved[:SHOWN]:
        rule = f", {saying.rule_name(one.rule)}" if one.rule else ""
        yield f"Vụ việc {one.matter} của đơn vị {one.matter.unit_id}: hạn {one.days}{rule}."
    for matter, why in found.stuck[:SHOWN]:
        yield f"Vụ việc {matter} của đơn vị {matter.unit_id}: không tính được hạn. {why}"
    if more := max(0, len(found.moved) - SHOWN) + max(0, len(found.stuck) - SHOWN):
        yield f"... và {more} vụ việc nữa."


def ending() -> Iterator[str]:
    """Terms that end soon with none to follow."""
    today = timezone.localdate()
    for rule in Rules.load().ending(today, today + AHEAD):
        if rule.until:
            yield (
                f"Thời hạn “{rule.code}” ({rule.name}) hết hiệu lực từ {vietnamese(rule.until)}, chưa có quy định "
                "thay: bổ sung trong casework/data/deadlines.yaml."
            )
