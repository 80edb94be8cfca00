"""`danvan audit verify`: the chains of events, the seals of submissions, what is kept ready, all computed again."""

from __future__ import annotations

import argparse
import sys

from danvan.audit import chain
from danvan.casework import actions as casework
from danvan.casework.recount_command import differing
from danvan.figures import actions as figures
from danvan.units import reach


def audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify"])


def audit(args: argparse.Namespace) -> int:
    """Exit status 1 where anything is not as it was written."""
    events, faults = chain.verify()
    seals, broken = figures.verify()
    apart = reach.differences()
    dues = casework.verify()
    wrong = len(dues.moved) + len(dues.stuck)
    for fault in faults:
        sys.stdout.write(f"Nhật ký của đơn vị {fault.stream}, sự kiện {fault.number}: {fault.what}.\n")
    for sentence in broken:
        sys.stdout.write(f"{sentence}\n")
    for holder, unit in apart:
        sys.stdout.write(f"Phạm vi xem của đơn vị {holder} đối với đơn vị {unit} không đúng với bản đồ.\n")
    sys.stdout.writelines(f"{sentence}\n" for sentence in differing(dues))
    sys.stdout.write(
        f"Đã kiểm tra {events} sự kiện ({len(faults)} lỗi), {seals} dấu chốt ({len(broken)} lỗi), "
        f"phạm vi xem ({len(apart)} lỗi), hạn của {dues.looked} vụ việc ({wrong} lỗi).\n"
    )
    return 1 if faults or broken or apart or wrong else 0
