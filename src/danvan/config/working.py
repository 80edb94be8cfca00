"""`danvan work`: what happens by itself. Beside the web server, one of them is enough; two do no harm.

Report files that were sent are read as they come in; once a round due days are counted again if rules or days off
changed, reminders and letters go out, and papers whose time to be kept is over are erased, as are matters whose term is
over, once a day.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from danvan.access.delivery import deliver
from danvan.casework.actions import alarm_all, erasing, recount_if_changed
from danvan.desk.assets import FONTS
from danvan.figures.actions import remind_all
from danvan.narrative.actions import erase_expired, let_go_batches, let_go_refused, read_waiting, write_waiting

POLL = 2  # seconds between two looks for files to read


def work_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="one round, then stop (for a timer of the machine)")
    parser.add_argument("--every", type=int, default=60, metavar="SECONDS")


def work(args: argparse.Namespace) -> int:
    """Rounds until stopped; a database that is away for a while is waited for. What was told once is not told again."""
    erased_on: date | None = None
    while True:
        try:
            _say(read_waiting(), _written())
            if recounted := recount_if_changed():
                sys.stdout.write(f"Đã tính lại hạn {recounted.looked} vụ việc, {len(recounted.moved)} hạn thay đổi.\n")
            told, sent = remind_all() + alarm_all(), deliver(base_url=settings.BASE_URL)
            if erased := erase_expired():
                sys.stdout.write(f"Đã xóa {erased} văn bản hết hạn lưu.\n")
            if gone := let_go_refused():
                sys.stdout.write(f"Đã bỏ nội dung {gone} tệp không đọc được; lý do được giữ.\n")
            let_go_batches()
            if erased_on != (today := timezone.localdate()):
                if erased := erasing.erase_due(today):
                    sys.stdout.write(f"Đã xóa nội dung {erased} vụ việc hết hạn lưu giữ.\n")
                erased_on = today
            if told or sent or args.once:
                sys.stdout.write(f"Đã nhắc {told}, đã chuyển {sent} thông báo.\n")
                sys.stdout.flush()
            if args.once:
                return 0
            _read_for(max(1, args.every))
        except (OperationalError, InterfaceError) as error:
            if args.once:
                raise
            sys.stderr.write(f"Chưa làm được ({' '.join(str(error).split())[:200]}): sẽ thử lại.\n")
            connection.close()
            time.sleep(max(1, args.every))


def _read_for(seconds: float) -> None:
    """Until the next round: what comes in meanwhile is read at once."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        read, written = read_waiting(seconds=left), _written(seconds=left)
        if read or written:
            _say(read, written)
        else:
            time.sleep(min(POLL, left))


def _written(seconds: float | None = None) -> int:
    base_url = settings.BASE_URL or "http://127.0.0.1:8000/"
    return write_waiting(fonts=[FONTS], base_url=base_url, seconds=seconds)


def _say(read: int, written: int) -> None:
    if read:
        sys.stdout.write(f"Đã đọc {read} tệp báo cáo.\n")
    if written:
        sys.stdout.write(f"Đã viết {written} báo cáo.\n")
    sys.stdout.flush()
