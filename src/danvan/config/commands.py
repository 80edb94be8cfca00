"""Commands of the running system: migrate and serve."""

from __future__ import annotations

import argparse
import sys

from django.core.management import call_command
from django.db import connection

from danvan.config import database


def migrate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true")


def migrate(args: argparse.Namespace) -> int:
    """Migrates as the owner, then gives the app role its rights on the rows."""
    with as_owner():
        call_command("migrate", interactive=False, verbosity=0 if args.quiet else 1)
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
    parser.add_argument("--port", type=int, default=8000)


def serve(args: argparse.Namespace) -> int:
    """Serves until stopped. The pages of the demo carry no sign-in yet: 127.0.0.1 only by default."""
    import waitress  # noqa: PLC0415 -- only here

    # Before the application: it looks once at what is there. The .ttf files are for paper, no page asks for them.
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.ttf"])
    from danvan.config.wsgi import application  # noqa: PLC0415 -- builds all rooms

    sys.stdout.write(f"http://{args.host}:{args.port}\n")
    sys.stdout.flush()
    waitress.serve(application, host=args.host, port=args.port, threads=4, _quiet=True)
    return 0
