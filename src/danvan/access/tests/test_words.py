"""Every verb that is written to the trail has a word that people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import danvan
from danvan.access import signing_in
from danvan.access.words import VERBS

WRITERS = {"record", "_record", "_decide"}  # that take the verb, and hand it on to audit.record
VERB = re.compile(r"[a-z]+\.[a-z_]*")  # of one that is put together, its beginning


def written() -> Iterator[str]:
    """The verbs of the code."""
    yield from signing_in.VERBS.values()
    package = Path(danvan.__file__).parent
    for path in package.rglob("*.py"):
        if "tests" in path.parts or path == package / "figures" / "views" / "review.py":
            continue
        room = path.relative_to(package).parts[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or _name(node.func) not in WRITERS:
                continue
            words = [one.value for one in _constants(node) if isinstance(one.value, str)]
            if room == "units" and _name(node.func) == "_record":
                yield f"units.{words[0]}"
            else:
                yield from (word for word in words if VERB.fullmatch(word))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _constants(call: ast.Call) -> Iterator[ast.Constant]:
    for part in [*call.args, *(one.value for one in call.keywords if one.arg == "verb")]:
        yield from (one for one in ast.walk(part) if isinstance(one, ast.Constant))


def test_the_words_are_those_of_the_verbs():
    whole = {verb for verb in written() if not verb.endswith((".", "_"))}
    begun = tuple({*written()} - whole)

    assert whole - set(VERBS) == set()
    assert {verb for verb in set(VERBS) - whole if not verb.startswith(begun)} == set()
    assert [one for one in begun if not any(verb.startswith(one) for verb in VERBS)] == []
