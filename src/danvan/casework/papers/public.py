"""The public copy of a paper: its words on new pages, nothing of the paper itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from danvan.casework.papers.typesetting import pdf


@dataclass(frozen=True, slots=True)
class Copy:
    """text: its lines, an empty one is a gap."""

    unit: str
    title: str
    note: str
    text: tuple[str, ...]


def copy_pdf(copy: Copy) -> bytes:
    return pdf("public.typ", asdict(copy), families=("Tinos",))
