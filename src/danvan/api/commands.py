"""`danvan api`: let a program hand in reports of fact (Open311), or shut it out."""

from __future__ import annotations

import argparse
import sys

from danvan.api import actions
from danvan.api.models import Client
from danvan.units.models import Unit

BY = "danvan api"


def api_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("do", choices=["add", "end", "list"])
    parser.add_argument("--unit", type=int, help="number of the unit that takes in what is sent")
    parser.add_argument("--name", default="", help="which system it is")
    parser.add_argument("--client", type=int, help="number of the program to shut out")


def api(args: argparse.Namespace) -> int:
    """The key is written once, on standard output."""
    if args.do == "list":
        for one in Client.objects.order_by("pk"):
            sys.stdout.write(f"{one.pk}\t{one.unit_id}\t{one.name}\t{'' if one.ended_at is None else 'ended'}\n")
        return 0
    found = Client.objects.filter(pk=args.client).first() if args.do == "end" else None
    if (args.do == "end" and found is None) or (args.do == "add" and not Unit.objects.filter(pk=args.unit).exists()):
        sys.stderr.write("danvan: Không có đơn vị hoặc hệ thống mang số này. Xem danvan units, danvan api list.\n")
        return 2
    try:
        if found is not None:
            actions.end_client(client=found, by=BY)
        else:
            _client, key = actions.add_client(unit=args.unit, name=args.name, by=BY)
            sys.stdout.write(f"{key}\n")
    except actions.ApiError as error:
        sys.stderr.write(f"danvan: {error}\n")
        return 2
    return 0
