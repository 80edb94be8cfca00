"""What is done with matters, receptions, dialogues and promises."""

from danvan.casework.actions.matters import act, appeal, hand_over, merge, receive, split
from danvan.casework.actions.receptions import plan_day, receive_visit, tell_day

__all__ = ["act", "appeal", "hand_over", "merge", "plan_day", "receive", "receive_visit", "split", "tell_day"]
