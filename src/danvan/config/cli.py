"""The `danvan` command: a table of names, each a function in the room that does the work."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import NamedTuple


class Command(NamedTuple):
    """where: module with `NAME_arguments(parser)` and `NAME(args) -> int` (dashes in NAME become underscores)."""

    where: str
    needs_database: bool
    help: str


COMMANDS = {
    "demo": Command("danvan.config.demo", True, "load the map and the samples, do the main job, serve the pages"),
    "read": Command("danvan.narrative.commands", False, "read the figures of report files, contradictions first"),
    "resolve": Command("danvan.narrative.resolve_command", True, "say which unit and period a stored report speaks of"),
    "due": Command("danvan.lib.commands", False, "the day a term ends, with every counted and skipped day"),
    "units": Command("danvan.units.commands", True, "the units of a day"),
    "lineage": Command("danvan.units.commands", True, "who became whom, one edge a line"),
    "load-map": Command("danvan.units.commands", True, "load the old and the new map of Viet Nam"),
    "migrate": Command("danvan.config.commands", True, "bring the database to this version (as its owner)"),
    "serve": Command("danvan.config.commands", True, "serve the pages"),
}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="danvan", description="Hệ thống dân vận: từ lời ra số, từ số ra lời.")
    names = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    argv = sys.argv[1:] if argv is None else argv
    for name, command in COMMANDS.items():
        sub = names.add_parser(name, help=command.help, description=command.help)
        if argv[:1] == [name]:  # only the asked-for command is imported
            module = _module(command)
            getattr(module, f"{name.replace('-', '_')}_arguments")(sub)
    args = parser.parse_args(argv)
    run = getattr(_module(COMMANDS[args.command]), args.command.replace("-", "_"))
    try:
        return int(run(args) or 0)
    except BrokenPipeError:
        # The reader (head, less) went away: not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130


def _module(command: Command):
    if command.needs_database:
        from danvan.config import database  # noqa: PLC0415 -- plain commands start without it

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.config.settings")
        try:
            database.ensure()
        except database.DatabaseError as error:
            sys.exit(f"danvan: {error}")
        import django  # noqa: PLC0415 -- plain commands start without it

        django.setup()
    return importlib.import_module(command.where)


if __name__ == "__main__":
    sys.exit(main())
