"""What is done with matters, receptions, dialogues, promises and issues."""

from danvan.casework.actions import answers, dialogues, documents, issues, promises, vault, voting
from danvan.casework.actions.alarming import alarm_all
from danvan.casework.actions.matters import act, appeal, hand_over, merge, receive, split
from danvan.casework.actions.receptions import plan_day, receive_visit, take_in, tell_day
from danvan.casework.actions.recounting import recount, recount_if_changed, verify

__all__ = [
    "act",
    "alarm_all",
    "answers",
    "appeal",
    "dialogues",
    "documents",
    "hand_over",
    "issues",
    "merge",
    "plan_day",
    "promises",
    "receive",
    "receive_visit",
    "recount",
    "recount_if_changed",
    "split",
    "take_in",
    "tell_day",
    "vault",
    "verify",
    "voting",
]
