"""From words to figures: `read_text(text)` and `read_file(path)` give a Document."""

from danvan.narrative.reading.document import Change, Check, Document, PeriodMention, Reading, UnitMention
from danvan.narrative.reading.files import read_file
from danvan.narrative.reading.local import LocalTerm
from danvan.narrative.reading.reader import read_text
from danvan.narrative.reading.refusal import UnreadableFile

__all__ = [
    "Change",
    "Check",
    "Document",
    "LocalTerm",
    "PeriodMention",
    "Reading",
    "UnitMention",
    "UnreadableFile",
    "read_file",
    "read_text",
]
