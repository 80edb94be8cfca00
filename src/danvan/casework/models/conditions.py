"""Conditions that several constraints state."""

from django.db.models import Q


def together(one: Q, other: Q) -> Q:
    """Both hold, or neither."""
    return (one & other) | (~one & ~other)
