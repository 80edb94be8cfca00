"""What is done with forms and figures: verbs that write, each with its audit event in the same transaction."""

from danvan.figures.actions.drafts import Conflict, Entered, Entry, attach, discard, enter, open_draft, submit
from danvan.figures.actions.filing import (
    MOST,
    CellInput,
    EvidenceInput,
    FilingInput,
    file_many,
    file_submission,
)
from danvan.figures.actions.forms import (
    StaleDraft,
    discard_draft,
    draft_version,
    end_duty,
    give_duty,
    new_form,
    put_in_force,
    save_draft,
    ship_forms,
)
from danvan.figures.actions.reminding import remind, remind_all
from danvan.figures.actions.review import RemarkInput, accept, refuse_deciding, send_back, withdraw
from danvan.figures.actions.sealing import LOCK, verify
from danvan.figures.actions.signing import carry_forward, changes_since, sign
from danvan.figures.errors import FigureError

__all__ = [
    "LOCK",
    "MOST",
    "CellInput",
    "Conflict",
    "Entered",
    "Entry",
    "EvidenceInput",
    "FigureError",
    "FilingInput",
    "RemarkInput",
    "StaleDraft",
    "accept",
    "attach",
    "carry_forward",
    "changes_since",
    "discard",
    "discard_draft",
    "draft_version",
    "end_duty",
    "enter",
    "file_many",
    "file_submission",
    "give_duty",
    "new_form",
    "open_draft",
    "put_in_force",
    "refuse_deciding",
    "remind",
    "remind_all",
    "save_draft",
    "send_back",
    "ship_forms",
    "sign",
    "submit",
    "verify",
    "withdraw",
]
