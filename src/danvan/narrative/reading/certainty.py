"""How sure a name is, from the scores of all that a figure might have been.

A logistic curve over what parts right names from wrong ones in the labelled reports: how much speaks for the name, by
how much it leads, and whether something stronger is ruled out only by a word that is missing. Its slopes were fitted on
all of them (1,373 names and 617 counts without one); as the grammar was mended by these, the curve was then lowered to
the share that was right in the last set before that.
"""

from __future__ import annotations

from math import exp

from danvan.narrative import lexicon
from danvan.narrative.reading.around import Named

TAUGHT = 0.98  # in the house's own words, or by a term that people taught
ASKED = 0.3  # named for people to decide: members taken in are no members at the end of the period
_MOST = 5  # alternatives
_RULED_OUT = 1.0  # what an alternative loses that lacks a state or a word that it must have
_NEARLY = 1.8  # a score from which a count without a name was nearly given one


def certainty(named: Named) -> tuple[float, tuple[tuple[str, float], ...]]:
    """(confidence of the name, or of there being none; the other codes with what is left of it, most likely first)."""
    own, possible, ruled_out = named.entry, 0.0, 0.0
    others: dict[str, float] = {}
    for score, entry, allowed in named.others:
        if entry is own:
            continue
        if allowed:
            if score > possible:
                possible = score
        else:
            if score > ruled_out:
                ruled_out = score
            score -= _RULED_OUT
        code = entry.code
        if code is not None and score > others.get(code, 0.0):
            others[code] = score
    confidence = _confidence(named, possible, ruled_out)
    if not others:
        return confidence, ()
    best = sorted(others, key=others.__getitem__, reverse=True)[:_MOST]
    share = (1 - confidence) / sum([exp(others[code]) for code in best])
    return confidence, tuple([(code, round(exp(others[code]) * share, 3)) for code in best])


def _confidence(named: Named, possible: float, ruled_out: float) -> float:
    if named.sure:
        return TAUGHT
    if named.entry is not None and named.entry.ask:
        return ASKED
    if named.entry is None or named.entry.code is None:
        nearly = max(possible - _NEARLY, 0.0) if named.entry is None else 0.0
        known = 1.0 if named.entry is not None else 0.0  # as what it is, outside of the catalogue
        return _curve(2.85 + known - 0.2 * nearly - 0.79 * max(ruled_out - lexicon.THRESHOLD, 0.0))
    score = named.score
    strength, lead = (score if score < 6.0 else 6.0) - lexicon.THRESHOLD, score - possible
    over = score - ruled_out
    return _curve(
        0.1
        + 0.49 * strength
        + 0.83 * (lead if lead < 2.0 else 2.0)
        + 0.88 * (-2.0 if over < -2.0 else over if over < 1.0 else 1.0)
    )


def _curve(value: float) -> float:
    return round(1 / (1 + exp(-value)), 3)
