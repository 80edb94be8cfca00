"""danvan people: the first administrator, and posts given on the machine itself."""

from __future__ import annotations

import argparse
import datetime as dt
import secrets
import sys

from django.db import transaction
from django.utils import timezone

from danvan.access import queries
from danvan.access.actions import AccessError, add_person, give_post
from danvan.access.models import Person
from danvan.access.permissions import ROLES
from danvan.lib import days
from danvan.units.models import UnitVersion

BY = "danvan people"


def people_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    add = deeds.add_parser("add", help="a person with a post; their password is printed once")
    post = deeds.add_parser("post", help="a post for somebody who signs in already")
    for one in (add, post):
        one.add_argument("username", help="the name to sign in with")
        one.add_argument("--unit", required=True, help="code or full name of the unit today")
        one.add_argument("--role", required=True, choices=list(ROLES))
        one.add_argument("--title", default="", help="as signed: 'Trưởng ban'")
        one.add_argument("--since", help="first day, today unless said")
        one.add_argument("--last", help="last day")
    add.add_argument("--name", required=True, help="the person's full name")
    add.add_argument("--email", default="")


def people(args: argparse.Namespace) -> int:
    try:
        with transaction.atomic():
            lines = _add(args) if args.deed == "add" else _post(args)
    except (AccessError, ValueError) as error:
        sys.stderr.write(f"danvan: {error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _add(args: argparse.Namespace) -> list[str]:
    password = "-".join(secrets.token_hex(2) for _part in range(4))
    person = add_person(username=args.username, name=args.name, email=args.email, password=password, by=BY)
    return [
        _given(person, args),
        f"Tên đăng nhập: {person.username}",
        f"Mật khẩu: {password}  (chỉ hiện lần này; hãy đổi sau khi đăng nhập)",
    ]


def _post(args: argparse.Namespace) -> list[str]:
    person = Person.objects.filter(username=args.username.strip().lower()).first()
    if person is None:
        raise AccessError(f"Không có người dùng “{args.username}”: thêm bằng danvan people add.")
    return [_given(person, args)]


def _given(person: Person, args: argparse.Namespace) -> str:
    unit = _unit(args.unit)
    last = days.parse(args.last) if args.last else None
    give_post(
        person=person,
        unit=unit.unit_id,
        role=args.role,
        title=args.title,
        since=days.parse(args.since) if args.since else timezone.localdate(),
        until=last + dt.timedelta(1) if last else None,
        by=BY,
    )
    return f"{person.name}: {args.title or ROLES[args.role].name}, {unit.name}."


def _unit(text: str) -> UnitVersion:
    found = queries.unit_named(text)
    if len(found) != 1:
        said = "; ".join(f"{version.name} (mã {version.code}, {version.level})" for version in found)
        raise AccessError(
            f"Có nhiều đơn vị “{text}”: {said}. Hãy ghi tên đầy đủ."
            if found
            else f"Hôm nay không có đơn vị “{text}”: tìm tên và mã bằng danvan units --on {timezone.localdate()}."
        )
    return found[0]
