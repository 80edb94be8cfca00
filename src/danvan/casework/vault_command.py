"""`danvan vault`: which keys seal who raised matters and their papers, and a new one in their place."""

from __future__ import annotations

import argparse
import sys

from danvan.casework.actions import rotating
from danvan.casework.actions.vault import keys as keys_in_use
from danvan.casework.sealing import SealingError

BY = "danvan vault"


def vault_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("do", choices=["status", "rotate"])


def vault(args: argparse.Namespace) -> int:
    """Exit status 2 with a sentence where the keys cannot be written or something does not open."""
    try:
        if args.do == "rotate":
            done = rotating.rotate(by=BY, told=lambda done: sys.stderr.write(f"\r{done}"))
            sys.stderr.write("\n" if done else "")
            sys.stdout.write(f"Đã niêm phong lại {done} mục.\n")
        keys, waiting = keys_in_use(), rotating.waiting()
        sys.stdout.write(f"Khóa đang dùng: {keys.active}. ")
        others = ", ".join(name for name in keys.by_id if name != keys.active)
        sys.stdout.write(
            f"Khóa cũ còn giữ: {others}; còn {waiting} mục theo khóa cũ.\n" if others else "Không còn khóa cũ.\n"
        )
    except SealingError as error:
        sys.stderr.write(f"danvan: {error}\n")
        return 2
    return 0
