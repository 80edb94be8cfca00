"""A written Word file that people edited, opened again: what they did to it, and what has changed in the system since.

trace, passages = opened(content)
differences(trace, passages)        # numbers changed and deleted, texts added and reworded
moved(trace, figures_of_now)        # figures that are others now
"""

from danvan.narrative.reopening.differences import (
    ChangedFigure,
    ChangedNumber,
    ChangedText,
    Differences,
    differences,
    moved,
)
from danvan.narrative.writing.trace import NotOurs, Trace, opened

__all__ = [
    "ChangedFigure",
    "ChangedNumber",
    "ChangedText",
    "Differences",
    "NotOurs",
    "Trace",
    "differences",
    "moved",
    "opened",
]
