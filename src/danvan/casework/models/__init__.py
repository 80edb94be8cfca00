"""What is kept of matters, receptions, dialogues and promises: the things, not the people."""

from danvan.casework.models.dialogues import Confirmation, Dialogue, Opinion, Promise, PromiseStep, Vote
from danvan.casework.models.issues import Issue, Measure
from danvan.casework.models.limits import Alarm, Move, Recount
from danvan.casework.models.matters import Act, Answer, Attachment, Matter, Tombstone
from danvan.casework.models.receptions import ReceptionDay, Turn
from danvan.casework.models.vault import Identity, Look, Opening, PaperKey

__all__ = [
    "Act",
    "Alarm",
    "Answer",
    "Attachment",
    "Confirmation",
    "Dialogue",
    "Identity",
    "Issue",
    "Look",
    "Matter",
    "Measure",
    "Move",
    "Opening",
    "Opinion",
    "PaperKey",
    "Promise",
    "PromiseStep",
    "ReceptionDay",
    "Recount",
    "Tombstone",
    "Turn",
    "Vote",
]
