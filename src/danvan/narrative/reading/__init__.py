"""From words to figures: `read_text(text)` and `read_file(path)` give a Document."""

from danvan.narrative.reading.document import Change, Check, Document, PeriodMention, Reading, UnitMention

__all__ = ["Change", "Check", "Document", "PeriodMention", "Reading", "UnitMention"]
