"""The files that pages are made of, ready to be served: under names that tell their content, and compressed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

IGNORED = ["*.ttf"]  # for paper, no page asks for them


def collect() -> None:
    """Nothing is done where these very files were collected before: it takes seconds."""
    done = Path(settings.VAR) / "static.collected"
    known = done.read_text("utf-8") if done.exists() else ""
    if known == (found := _sources()):
        return
    # Where it was broken off a file may be half written: none of them is kept.
    call_command("collectstatic", interactive=False, verbosity=0, clear=not known, ignore_patterns=IGNORED)
    done.write_text(found, "utf-8")


def _sources() -> str:
    """Another one when a file is another, comes or goes."""
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(IGNORED), key=lambda one: one[0]):
            there = Path(storage.path(name)).stat()
            found.update(f"{name} {there.st_size} {there.st_mtime_ns}\n".encode())
    return found.hexdigest()
