"""The lineage of a unit as a small river: who flowed into it, itself, what it became. Geometry only, plain Python.

Widths of bands say nothing about size: a whole unit and a part are told apart by their pattern, since the share of a
part is mostly not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_ROW, _BAND, _TOP, _BOTTOM = 42.0, 9.0, 8.0, 26.0
MOST = 12  # streams drawn on one side; the rest is counted


@dataclass(frozen=True, slots=True)
class Stream:
    """One predecessor or successor. kind: "whole" or "split"; unit: its id, None for "and so many more"."""

    name: str
    unit: int | None
    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class Band:
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    unit: int | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DayLine:
    x: float
    day: date


@dataclass(frozen=True, slots=True)
class River:
    """In units of the viewBox (0 0 width height)."""

    width: float
    height: float
    bands: tuple[Band, ...]
    labels: tuple[Label, ...]
    days: tuple[DayLine, ...]


def river(name: str, origins: Sequence[Stream], outcomes: Sequence[Stream], width: float) -> River:
    """origins flow in from the left, outcomes flow out to the right, each side bundled at the day it happened."""
    rows = max(len(origins), len(outcomes), 1)
    flow_height = rows * _ROW
    middle = _TOP + flow_height / 2 + 8
    meet = width * 0.4 if origins else 0.0
    part = width * (0.62 if origins else 0.4) if outcomes else width
    thickness = _BAND * max(len(origins), len(outcomes), 1)
    bands = [Band(_straight(meet, part, middle - thickness / 2, thickness), "self")]
    labels = [Label(meet + 6 if origins else 0.0, middle - thickness / 2 - 7, name, None, "name")]
    labels += _side(origins, 0.0, meet, middle, thickness, flow_height, bands, inwards=True)
    labels += _side(outcomes, part, width, middle, thickness, flow_height, bands, inwards=False)
    days = [DayLine(x, streams[0].day) for x, streams in ((meet, origins), (part, outcomes)) if streams]
    return River(width, _TOP + flow_height + 8 + _BOTTOM, tuple(bands), tuple(labels), tuple(days))


def _side(
    streams: Sequence[Stream],
    left: float,
    right: float,
    middle: float,
    thickness: float,
    height: float,
    bands: list[Band],
    *,
    inwards: bool,
) -> list[Label]:
    """Adds the bands of one side; gives their labels, each above the far end of its band."""
    if not streams:
        return []
    step, share = height / len(streams), thickness / len(streams)
    labels = []
    for place, stream in enumerate(streams):
        far = _TOP + step * place + step / 2 + 8
        near = middle - thickness / 2 + share * place
        if inwards:
            bands.append(Band(_curve(left, far, _BAND, right, near, share), stream.kind))
        else:
            bands.append(Band(_curve(left, near, share, right, far, _BAND), stream.kind))
        labels.append(Label(left if inwards else right, far - 8, stream.name, stream.unit, "" if inwards else "end"))
    return labels


def _straight(left: float, right: float, top: float, thickness: float) -> str:
    return f"M{left:.1f} {top:.1f}H{right:.1f}V{top + thickness:.1f}H{left:.1f}Z"


def _curve(x1: float, y1: float, t1: float, x2: float, y2: float, t2: float) -> str:
    """A band from (x1, y1) of thickness t1 to (x2, y2) of thickness t2, level at both ends."""
    bend = (x1 + x2) / 2 + (x2 - x1) * 0.2
    return (
        f"M{x1:.1f} {y1:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + t2:.1f}C{bend:.1f} {y2 + t2:.1f} {bend:.1f} {y1 + t1:.1f} {x1:.1f} {y1 + t1:.1f}Z"
    )
