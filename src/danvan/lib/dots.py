"""Units as dots of a picture: where they lie in it, and the shapes that tell states apart without colour."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians

# SVG paths around (0, 0).
CIRCLE = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"
TRIANGLE = "M0-6.5 6.5 5H-6.5z"
SQUARE = "M-5-5H5V5H-5z"
DIAMOND = "M0-6 6 0 0 6-6 0z"
SMALL = "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"
SMALLER = "M-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z"


def fitted(
    points: Sequence[tuple[float, float]], width: float, height: float, edge: float
) -> list[tuple[float, float]]:
    """Points of the map (latitude, longitude) as x, y of a picture, as large as fits, in its middle, edge kept free."""
    if not points:
        return []
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    narrow = cos(radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    wide, high = max((east - west) * narrow, 0.01), max(north - south, 0.01)
    scale = min((width - 2 * edge) / wide, (height - 2 * edge) / high)
    across, down = (west + east) / 2, (south + north) / 2
    return [
        (round(width / 2 + (p[1] - across) * narrow * scale, 1), round(height / 2 + (down - p[0]) * scale, 1))
        for p in points
    ]
