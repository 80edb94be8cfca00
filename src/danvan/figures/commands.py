"""danvan figures: is what is kept ready what the submissions say?"""

from __future__ import annotations

import argparse
import sys

from danvan.figures.actions.keeping import verify_kept

SHOWN = 20


def figures_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify", "mend"], help="verify: say what is wrong; mend: and write it anew")


def figures(args: argparse.Namespace) -> int:
    """Exit status 1 where something was wrong."""
    count, faults = verify_kept(mend=args.what == "mend")
    for fault in faults[:SHOWN]:
        sys.stdout.write(f"{fault.form} {fault.period}, đơn vị {fault.unit}: {_WORDS[fault.what]}\n")
    mended = ", đã tính lại" if faults and args.what == "mend" else ""
    sys.stdout.write(f"{count} bảng số tính sẵn, {len(faults)} không khớp báo cáo{mended}\n")
    return 1 if faults else 0


_WORDS = {"missing": "thiếu", "different": "khác báo cáo", "extra": "thừa"}
