"""What goes to the log when something of ours broke: the place and the kind of it, never its words.

The words of an error often quote what somebody typed ("invalid date: ...", "Key (phone)=(...) exists"); a log is read
by people who may not see that.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Places(logging.Formatter):
    """Errors as their kinds and the lines they came through, the first cause first."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 -- logging's name
        return "\n".join(line for one in reversed(list(_chain(ei[1]))) for line in _told(one))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"
