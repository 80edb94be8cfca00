"""Commands of the running system: migrate and serve."""

from __future__ import annotations

import argparse
import gc
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.urls import get_resolver

from danvan.config import CommandError, database, static_files


def migrate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true")


def migrate(args: argparse.Namespace) -> int:
    """Migrates as the owner, then gives the app role its rights on the rows."""
    with as_owner():
        try:
            call_command("migrate", interactive=False, verbosity=0 if args.quiet else 1)
        except InconsistentMigrationHistory as error:
            raise CommandError(
                "Cơ sở dữ liệu này do một bản thử trước lập, không nâng cấp được. Hãy giữ lại những gì cần, "
                f"rồi xóa {database.var_dir()} (hoặc trỏ DATABASE_URL tới cơ sở dữ liệu trống) và chạy lại."
            ) from error
        database.grant_to_app(connection)
    return 0


class as_owner:  # noqa: N801 -- reads as a phrase: with as_owner()
    """Inside, the default connection is the owner's; afterwards the app role's again."""

    def __enter__(self) -> None:
        self.app = connection.settings_dict
        connection.close()
        connection.settings_dict = {**self.app, **database.credentials(database.owner_url())}

    def __exit__(self, *exc: object) -> None:
        connection.close()
        connection.settings_dict = self.app


def serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--processes", type=_count, default=min(4, os.cpu_count() or 1), metavar="N", help="one a core")


def serve(args: argparse.Namespace) -> int:
    """Serves until stopped. The pages of the demo carry no sign-in yet: 127.0.0.1 only by default."""
    serve_on(take(args), args)
    return 0


def address(args: argparse.Namespace) -> str:
    return f"http://{f'[{args.host}]' if ':' in args.host else args.host}:{args.port}/"


def take(args: argparse.Namespace) -> socket.socket:
    """The port, ours from here on. Raises CommandError where it cannot be had."""
    try:
        family, kind, protocol, _name, place = socket.getaddrinfo(args.host, args.port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not held up by what was served a minute ago
        taken.bind(place)
    except OSError as error:
        raise CommandError(
            f"Không mở được {address(args)} ({error.strerror}): có thể chương trình khác đang dùng cổng này. "
            f"Hãy dừng nó hoặc chọn cổng khác bằng --port."
        ) from error
    return taken


def serve_on(taken: socket.socket, args: argparse.Namespace, beside: Callable[[], None] | None = None) -> None:
    """beside: what is done all the while in a process of its own."""
    static_files.collect()  # before the application: it looks once at what is there
    from danvan.config.wsgi import application  # noqa: PLC0415 -- builds all rooms

    _ = get_resolver().url_patterns  # imports all views, once for all processes

    # Only a proxy on this machine is believed when it says from where the reader came, and that it was by TLS.
    believed = {"x-forwarded-proto", "x-forwarded-for"}
    proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": believed} if settings.HTTPS else {}
    sys.stdout.write(address(args) + "\n")
    sys.stdout.flush()
    connections.close_all()  # each process opens its own
    gc.collect()
    gc.freeze()  # what is here stays: it is neither looked through again and again nor copied for each process

    # A page asks the database a dozen times: who comes back with an answer waits no five milliseconds for who reckons.
    sys.setswitchinterval(0.0005)

    answer(application, taken, args.processes, beside, clear_untrusted_proxy_headers=True, **proxy)


def answer(
    application: Any,
    taken: socket.socket,
    processes: int,
    beside: Callable[[], None] | None = None,
    **options: Any,
) -> None:
    """Answers what comes to the socket, in so many processes, until stopped. options: as waitress takes them."""
    import waitress  # noqa: PLC0415 -- only here

    from danvan.config.processes import Shared, several  # noqa: PLC0415 -- only here
    from danvan.config.turns import InTurn  # noqa: PLC0415 -- only here

    shared = Shared(taken, processes)

    def work(place: int) -> None:
        if beside is not None and place == processes:
            beside()
        else:
            waitress.serve(application, sockets=[shared.of(place)], _dispatcher=InTurn(), _quiet=True, **options)

    count = processes if beside is None else processes + 1
    if count == 1:
        work(0)
    else:
        several(count, work)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 64):
        raise argparse.ArgumentTypeError(f"“{text}” không phải số tiến trình: hãy cho một số từ 1 đến 64")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise argparse.ArgumentTypeError(f"“{text}” không phải cổng: hãy cho một số từ 1 đến 65535")
    return int(text)
