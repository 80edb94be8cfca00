"""What is done with matters, receptions, dialogues, promises and issues."""

from danvan.casework.actions import answers, dialogues, documents, issues, promises, vault
from danvan.casework.actions.matters import act, appeal, hand_over, merge, receive, split
from danvan.casework.actions.receptions import plan_day, receive_visit, take_in, tell_day

__all__ = [
    "act",
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
    "split",
    "take_in",
    "tell_day",
    "vault",
]
