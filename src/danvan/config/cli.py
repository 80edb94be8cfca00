"""The `danvan` command: a table of names, each a function in the room that does the work."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from danvan.config import CommandError


class Needs(Enum):
    """What of the database a command finds ready when it runs."""

    NOTHING = 0
    SERVER = 1
    TABLES = 2


NOTHING, SERVER, TABLES = Needs


class Command(NamedTuple):
    """where: module with `NAME_arguments(parser)` and `NAME(args) -> int` (dashes in NAME become underscores)."""

    where: str
    needs: Needs
    help: str


COMMANDS = {
    "demo": Command("danvan.config.demo", SERVER, "load the map and the samples, do the main job, serve the pages"),
    "read": Command("danvan.narrative.commands", NOTHING, "read the figures of report files, contradictions first"),
    "check": Command(
        "danvan.narrative.check_command", NOTHING, "contradictions and slips of language in a text; nothing is kept"
    ),
    "reopen": Command(
        "danvan.narrative.reopen_command", TABLES, "what hands and the system changed since a Word report was written"
    ),
    "write": Command("danvan.config.writing", TABLES, "write the reports of many units in one go, as files"),
    "resolve": Command(
        "danvan.narrative.resolve_command", TABLES, "say which unit and period a stored report speaks of"
    ),
    "due": Command("danvan.lib.commands", NOTHING, "the day a term ends, with every counted and skipped day"),
    "deadline": Command("danvan.casework.commands", NOTHING, "the day a term of law ends, with article and every day"),
    "casework": Command(
        "danvan.casework.recount_command", TABLES, "are due days what acts and rules say; count them again"
    ),
    "units": Command("danvan.units.commands", TABLES, "the units of a day"),
    "lineage": Command("danvan.units.commands", TABLES, "who became whom, one edge a line"),
    "load-map": Command("danvan.units.commands", TABLES, "load the old and the new map of Viet Nam"),
    "figures": Command("danvan.figures.commands", TABLES, "is what is kept ready what the submissions say"),
    "api": Command("danvan.api.commands", TABLES, "programs that may hand in reports of fact (Open311)"),
    "people": Command("danvan.access.commands", TABLES, "the first administrator; posts for people"),
    "migrate": Command("danvan.config.commands", SERVER, "bring the database to this version (as its owner)"),
    "work": Command("danvan.config.working", TABLES, "remind, escalate and deliver notices, again and again"),
    "audit": Command("danvan.config.verifying", TABLES, "is every event and every seal as it was written"),
    "vault": Command("danvan.casework.vault_command", TABLES, "the keys of the vault: which are in use, a new one"),
    "serve": Command("danvan.config.commands", TABLES, "serve the pages"),
}


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done; 1 done but for some files; 2 refused, with a sentence that says what to do."""
    argv = sys.argv[1:] if argv is None else argv
    command = COMMANDS.get(argv[0]) if argv else None
    return told(lambda: _run(argv), database=command is not None and command.needs is not NOTHING)


def told(work: Callable[[], int], *, database: bool = True) -> int:
    """The exit status of `work`; what it refuses, and what is wrong with its database, is told in a sentence."""
    try:
        return _with_database(work) if database else work()
    except CommandError as error:
        sys.stderr.write(f"danvan: {error}\n")
        return 2
    except BrokenPipeError:
        # The reader (head, less) went away: not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130


def _with_database(work: Callable[[], int]) -> int:
    """What is wrong with the database is told in a sentence; every other error is ours and keeps its traceback."""
    from danvan.config import database  # noqa: PLC0415 -- plain commands start without it

    try:
        return work()
    except CommandError:
        raise
    except Exception as error:
        sentence = database.sentence(error)
        if sentence is None:
            raise
        raise CommandError(sentence) from error


def _run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="danvan", description="Hệ thống dân vận: từ lời ra số, từ số ra lời.")
    names = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        sub = names.add_parser(name, help=command.help, description=command.help)
        if argv[:1] == [name]:  # only the asked-for command is imported
            module = _module(command)
            getattr(module, f"{name.replace('-', '_')}_arguments")(sub)
    args = parser.parse_args(argv)
    command = COMMANDS[args.command]
    if command.needs is TABLES:
        from danvan.config import database  # noqa: PLC0415 -- plain commands start without it

        database.require_tables()
    if command.needs is not NOTHING:
        from danvan.access import scope  # noqa: PLC0415 -- after the settings

        # Whoever may run commands on the machine works for the system itself; the pages open a scope for each reader.
        with scope.system(f"danvan {args.command}"):
            return int(getattr(_module(command), args.command.replace("-", "_"))(args) or 0)
    return int(getattr(_module(command), args.command.replace("-", "_"))(args) or 0)


def _module(command: Command):
    if command.needs is not NOTHING:
        from danvan.config import database  # noqa: PLC0415 -- plain commands start without it

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.config.settings")
        database.ensure()
        import django  # noqa: PLC0415 -- plain commands start without it

        django.setup()
    return importlib.import_module(command.where)


if __name__ == "__main__":
    sys.exit(main())
