"""What participants think of what was put to them: the next statement for a ballot, the groups, their picture."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from danvan.casework import opinion_groups
from danvan.casework.models import Dialogue, Opinion, Vote
from danvan.casework.opinion_groups import Opinions, Shared, Telling

SIZE, EDGE = 280, 48  # pixels of the picture, and what stays free of it
SHAPES = (  # of a group's dots, so that no colour is needed to tell them apart
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-4-4h8v8h-8z",
    "M0-5 5 4H-5z",
    "M0-5.5 5.5 0 0 5.5-5.5 0z",
    "M-5-2h3v-3h4v3h3v4h-3v3h-4v-3h-3z",
)


@dataclass(frozen=True, slots=True)
class Results:
    """said: every statement with its counts, what all groups agree on first. groups: (size, what tells it apart)."""

    told: Opinions
    said: list[tuple[str, Shared]]
    groups: list[tuple[int, list[tuple[str, Telling]]]]
    picture: SafeString


def results(dialogue: Dialogue) -> Results | None:
    """None where nobody said anything. The same votes give the same results."""
    rows = Vote.objects.filter(opinion__dialogue=dialogue, opinion__voted_on=True)
    votes = {
        (voter, number): choice for voter, number, choice in rows.values_list("voter", "opinion__number", "choice")
    }
    if not votes:
        return None
    told = opinion_groups.group(votes)
    words = dict(Opinion.objects.filter(dialogue=dialogue, voted_on=True).values_list("number", "statement"))
    return Results(
        told,
        [(words[one.statement], one) for one in told.shared],
        [(part.size, [(words[one.statement], one) for one in part.telling]) for part in told.groups],
        picture(told),
    )


def picture(told: Opinions) -> SafeString:
    """A dot for each participant, near to those who answered alike; its shape is that of the group."""
    if not told.points:
        return SafeString("")
    furthest = max(max(abs(x), abs(y)) for x, y, _group in told.points) or 1
    scale = (SIZE / 2 - EDGE) / furthest
    alike: Counter[tuple[float, float]] = Counter()
    dots = []
    for x, y, group in told.points:
        across, down = _beside(alike[x, y])
        alike[x, y] += 1
        where = f"{SIZE / 2 + x * scale + across:.1f}", f"{SIZE / 2 - y * scale + down:.1f}"
        dots.append((group, *where, SHAPES[group]))
    drawn = format_html_join("", '<path class="g{}" transform="translate({} {})" d="{}"/>', dots)
    return format_html('<svg viewBox="0 0 {} {}" aria-hidden="true" class="dots">{}</svg>', SIZE, SIZE, drawn)


def _beside(number: int) -> tuple[float, float]:
    """Where the next of those stands who answered the very same: around the first, as seeds in a sunflower."""
    away, turn = 9 * math.sqrt(number), number * 2.39996
    return away * math.cos(turn), away * math.sin(turn)


def shape(group: int) -> SafeString:
    """A group's dot, for the words beside the picture."""
    return format_html(
        '<svg viewBox="-7 -7 14 14" aria-hidden="true" class="dot"><path class="g{}" d="{}"/></svg>',
        group,
        SHAPES[group],
    )


def statements(dialogue: Dialogue, voter: str) -> list[tuple[Opinion, int | None]]:
    """What is put to a ballot and what it said so far. Each ballot begins at another place, so that what stands last
    is not answered least; the same one always in the same order.
    """
    found = list(dialogue.opinions.filter(voted_on=True).order_by("number"))
    begins = int.from_bytes(hashlib.sha256(voter.encode()).digest()[:4]) % max(1, len(found))
    said = dict(Vote.objects.filter(opinion__dialogue=dialogue, voter=voter).values_list("opinion", "choice"))
    return [(one, said.get(one.pk)) for one in found[begins:] + found[:begins]]
