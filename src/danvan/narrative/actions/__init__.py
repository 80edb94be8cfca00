"""What is done with reports: taken in, read, settled, decided on reading by reading, filed; words taught and let go."""

from danvan.narrative.actions.batches import begin_batch, let_go_batches, write_waiting
from danvan.narrative.actions.deciding import accept_proposed, accept_sure, add_up, decide, undo
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.actions.filing import Entered, file, put_into_form, withdraw
from danvan.narrative.actions.manuscripts import Words, add, begin, choose, look, move, write
from danvan.narrative.actions.papers import (
    discard_paper,
    draft_paper,
    erase_expired,
    finish_paper,
    open_paper,
    revise_paper,
    save_paper,
)
from danvan.narrative.actions.receiving import hand_over, keep, receive, reread, settle
from danvan.narrative.actions.taking_in import let_go_refused, read_waiting, take_in, try_again, waiting
from danvan.narrative.actions.teaching import resume_term, stop_term, teach

__all__ = [
    "Entered",
    "ReportError",
    "Words",
    "accept_proposed",
    "accept_sure",
    "add",
    "add_up",
    "begin",
    "begin_batch",
    "choose",
    "decide",
    "discard_paper",
    "draft_paper",
    "erase_expired",
    "file",
    "finish_paper",
    "hand_over",
    "keep",
    "let_go_batches",
    "let_go_refused",
    "look",
    "move",
    "open_paper",
    "put_into_form",
    "read_waiting",
    "receive",
    "reread",
    "resume_term",
    "revise_paper",
    "save_paper",
    "settle",
    "stop_term",
    "take_in",
    "teach",
    "try_again",
    "undo",
    "waiting",
    "withdraw",
    "write",
    "write_waiting",
]
