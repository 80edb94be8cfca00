"""Papers beside the report from the same figures: invitations, conclusions, submissions, award lists, letters, news.

A kind of paper is data (kinds/NAME.yaml): what is asked for in its form and what is written of it. `compose` makes a
`writing.Report` of it, which every layout and format knows how to print. The keys are explained in `kinds`.
"""

from danvan.narrative.letters.composing import Letter, compose
from danvan.narrative.letters.days import DayNote, notes
from danvan.narrative.letters.kinds import Base, Field, Kind, KindError, Meeting, bases, every, kind, meetings, topics

__all__ = [
    "Base",
    "DayNote",
    "Field",
    "Kind",
    "KindError",
    "Letter",
    "Meeting",
    "bases",
    "compose",
    "every",
    "kind",
    "meetings",
    "notes",
    "topics",
]
