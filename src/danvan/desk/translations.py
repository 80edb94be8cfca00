"""The words of the pages that need an English form. `python -m danvan.desk.translations` lists the new ones.

Templates are turned into Python by Django, then all is read by Babel: no gettext programs are needed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator

from babel.messages import extract, pofile
from babel.messages.catalog import Catalog
from django.utils.translation.template import templatize

from danvan.desk.assets import PACKAGE

PO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
_KEYWORDS = {
    **extract.DEFAULT_KEYWORDS,
    **{f"{name}_lazy": extract.DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext")},
    "_p": ((1, "c"), 2),
}
# Header lines that change with every run or say nothing.
_NOISE = tuple(
    f'"{name}' for name in ("Project-Id", "Report-Msgid", "POT-", "PO-Rev", "Last-", "Language-T", "Generated")
)
Message = str | tuple[str, ...]


def collect() -> Iterator[tuple[str, Message, str | None]]:
    """(file, words, context) of everything marked for translation in the package."""
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("templates/**/*.txt")]):
        if "tests" in path.parts or "vendor" in path.parts:
            continue
        source = path.read_text("utf-8")
        # What stands between the words of a template has no meaning in Python, nor has its indentation.
        code = source if path.suffix == ".py" else re.sub(r"(?m)^[ \t]+", "", templatize(source))
        for _line, words, _comments, context in extract.extract(
            "python", io.BytesIO(code.encode()), keywords=_KEYWORDS
        ):
            yield path.relative_to(PACKAGE).as_posix(), words, context


def catalogue() -> Catalog:
    """What is translated so far."""
    with PO.open("rb") as source:
        return pofile.read_po(source, locale="en")


def main() -> int:
    template = Catalog(locale="en")
    for path, words, context in collect():
        template.add(words, locations=[(path, 0)], context=context)
    known = catalogue() if PO.exists() else Catalog(locale="en", project="danvan", fuzzy=False)
    known.update(template, no_fuzzy_matching=True)
    known.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    known.header_comment = "# English of the pages; the words in the code are Vietnamese."
    written = io.BytesIO()
    pofile.write_po(written, known, width=120, sort_output=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    PO.write_text("".join(line for line in lines if not line.startswith(_NOISE)), "utf-8")
    missing = [message for message in known if message.id and not (message.string and all(message.string))]
    sys.stdout.write(f"{len(known)} messages, {len(missing)} without English\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
