"""Bytes and zips, as they are and damaged."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

MOST = 100_000  # bytes that a drawn text is repeated to


@st.composite
def damaged(draw: st.DrawFn, seeds: Iterable[bytes]) -> bytes:
    """A real file with bits turned over, pieces cut out, put in from elsewhere or said many times."""
    seeds = list(seeds)
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(("turn", "turn", "set", "cut", "splice", "again", "end", "number")))
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.integers(1, 64))
        if kind == "turn" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "set":
            data[at : at + size] = draw(st.binary(min_size=1, max_size=16))
        elif kind == "cut":
            del data[at : at + size]
        elif kind == "splice":
            other = draw(st.sampled_from(seeds))
            start = draw(st.integers(0, max(len(other) - 1, 0)))
            data[at:at] = other[start : start + 16 * size]
        elif kind == "again" and data:
            times = draw(st.integers(2, 2000))
            data[at:at] = bytes(data[at : at + size]) * min(times, MOST // size)
        elif kind == "end":
            del data[at:]
        elif kind == "number":
            data[at : at + 4] = struct.pack("<I", draw(st.sampled_from((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000))))
    return bytes(data)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a zip, with what its header claims of it where that is not so."""

    name: str
    data: bytes
    method: int = zipfile.ZIP_DEFLATED


def zipped(members: Iterable[Member]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice is meant
        for member in members:
            info = zipfile.ZipInfo("x")
            info.filename = member.name[:30_000]  # as it is: the library would end it at a NUL
            info.compress_type = member.method
            package.writestr(info, member.data)
    return stream.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


# What a header may lie about: offset in a local header, in the directory's entry, size in bytes.
CLAIMS = {"flags": (6, 8, 2), "method": (8, 10, 2), "crc": (14, 16, 4), "packed": (18, 20, 4), "unpacked": (22, 24, 4)}
LIES = (0, 1, 9, 0x7F, 0x801, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


@st.composite
def lying(draw: st.DrawFn, data: bytes) -> bytes:
    """A zip whose headers say of a member what is not so: locked, packed in a way unknown, smaller, larger."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 3))):
        local, entry, size = CLAIMS[draw(st.sampled_from(sorted(CLAIMS)))]
        value = draw(st.sampled_from(LIES)) & (256**size - 1)
        for signature, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", entry)):
            places = [at for at in range(len(data)) if data.startswith(signature, at)]
            if places and draw(st.booleans()):
                at = draw(st.sampled_from(places)) + offset
                changed[at : at + size] = value.to_bytes(size, "little")
    return bytes(changed)


@st.composite
def repacked(draw: st.DrawFn, members: Mapping[str, bytes], parts: st.SearchStrategy[bytes], main: str) -> bytes:
    """A package like a real one: members left out, there twice, damaged, or its main part drawn anew."""
    packed = []
    for name, data in members.items():
        what = draw(st.sampled_from(("same",) * 12 + ("gone", "twice", "empty", "other", "broken")))
        if name == main and draw(st.booleans()):
            data = draw(parts)
        if what == "gone":
            continue
        if what == "empty":
            data = b""
        elif what == "other":
            data = draw(st.sampled_from(list(members.values())))
        elif what == "broken":
            data = draw(damaged([data]))
        method = draw(st.sampled_from((8, 8, 8, 0, 12, 14)))
        packed += [Member(name, data, method)] * (2 if what == "twice" else 1)
    whole = zipped(packed)
    how = draw(st.sampled_from(("whole", "whole", "lying", "damaged")))
    return draw(lying(whole)) if how == "lying" else draw(damaged([whole])) if how == "damaged" else whole
