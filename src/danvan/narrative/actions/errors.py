"""What cannot be done with a report."""

from __future__ import annotations


class ReportError(ValueError):
    """What cannot be done with a report; a Vietnamese sentence that says what to do."""


class NothingReported(ReportError):  # noqa: N818 -- reads as a sentence
    """There is nothing to write of yet."""
