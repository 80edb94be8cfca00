"""The province tier: 36 months of 120 figures from every commune (`tiers`), read and written as people do (`speed`)."""

from __future__ import annotations

from bench import speed


def main() -> None:
    speed.main("province")
