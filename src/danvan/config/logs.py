"""What goes to the log when a page of ours broke: the place and the kind of it, never its words.

The words of an error often quote what somebody typed ("invalid date: ...", "Key (phone)=(...) exists"), and an address
may hold a key; a log is read by people who may not see either.
"""

from __future__ import annotations

import copy
import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
MOST = 40  # lines of one error, the innermost


class Places(logging.Formatter):
    """Errors as their kinds and the lines they came through, the first cause first; addresses as their patterns."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.exc_text = None  # what another handler made of it holds the words
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            record.msg, record.args = "%s %s", (request.method, match.route if match else "?")
        return super().format(record)

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 -- logging's name
        return "\n".join(line for one in reversed(list(_chain(ei[1]))) for line in _told(one))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()  # a ring of causes ends too
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> Iterator[str]:
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-MOST:]:
        yield f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for one in getattr(error, "exceptions", ()):  # of a group
        yield from _told(one)
