"""What a written Word file carries inside: whose figures it says, as they were, and every passage with its numbers.

It lies in a custom XML part, which Word and LibreOffice keep when they save the file again. A hash tells what was
damaged on the way. `danvan.narrative.reopening` compares it with what stands in the file now.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

from danvan.narrative.writing.model import Aspect, Figure, Origin
from danvan.narrative.writing.passages import Passage, passages

FORMAT = 1
_NAMESPACE = "urn:danvan:trace"
_LARGEST = 30 * 2**20  # bytes of one part, unpacked: a report of a thousand pages
_ITEM_ID = "{0D3A6C7E-52B1-4D6B-9C0F-7A0C4B1E2F01}"

Kind = Literal["text", "heading", "place", "annex", "block"]  # block: heading block, title, signature


class NotOurs(ValueError):  # noqa: N818 -- reads as a sentence
    """The file cannot be compared; a Vietnamese sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a passage: characters start..end, under a bookmark, and what of which cell it says."""

    mark: str
    start: int
    end: int
    cell: str
    aspect: Aspect


@dataclass(frozen=True, slots=True)
class Written:
    kind: Kind
    text: str
    numbers: tuple[Number, ...] = ()
    row: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    origin: Origin
    passages: tuple[Written, ...]

    @property
    def figures(self) -> dict[str, tuple[Figure, Figure | None]]:
        return {cell: (now, before) for cell, now, before in self.origin.figures}


# --- into the file


def put(document: Any, trace: Trace) -> None:
    """Into a python-docx document that is about to be saved."""
    content = _to_json(trace)
    root = etree.Element(f"{{{_NAMESPACE}}}trace", nsmap={None: _NAMESPACE})
    root.set("sha256", hashlib.sha256(content.encode()).hexdigest())
    root.text = content
    package = document.part.package
    name = package.next_partname("/customXml/item%d.xml")
    item = Part(name, CONTENT_TYPE.XML, etree.tostring(root, encoding="UTF-8", xml_declaration=True), package)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    store = etree.Element(f"{{{kind}}}datastoreItem", nsmap={"ds": kind})
    store.set(f"{{{kind}}}itemID", _ITEM_ID)
    schema = etree.SubElement(etree.SubElement(store, f"{{{kind}}}schemaRefs"), f"{{{kind}}}schemaRef")
    schema.set(f"{{{kind}}}uri", _NAMESPACE)
    properties = Part(
        PackURI(str(name).replace("/item", "/itemProps")),
        CONTENT_TYPE.OFC_CUSTOM_XML_PROPERTIES,
        etree.tostring(store, encoding="UTF-8", xml_declaration=True),
        package,
    )
    document.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)
    item.relate_to(properties, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)


def _to_json(trace: Trace) -> str:
    origin = trace.origin
    said = {
        "format": FORMAT,
        "origin": {
            field.name: getattr(origin, field.name) for field in fields(origin) if field.name not in ("at", "figures")
        },
        "at": origin.at.isoformat(),
        "figures": [[cell, _figure(now), before and _figure(before)] for cell, now, before in origin.figures],
        "passages": [
            [one.kind, one.row, one.text, [[n.mark, n.start, n.end, n.cell, n.aspect] for n in one.numbers]]
            for one in trace.passages
        ],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _figure(figure: Figure) -> dict[str, str | None]:
    return {key: str(value) if isinstance(value, Decimal) else value for key, value in asdict(figure).items()}


# --- out of the file


def opened(content: bytes) -> tuple[Trace, tuple[Passage, ...]]:
    """What a file carries, and what stands in it now. Raises NotOurs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            body = _parsed(archive, "word/document.xml").find(qn("w:body"))
            parts = [name for name in names if name.startswith("customXml/item") and name.count("/") == 1]
            roots = [_parsed(archive, name) for name in parts]
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, etree.XMLSyntaxError, NotImplementedError) as error:
        raise NotOurs("Không mở được tệp: không phải tệp Word (.docx), hoặc tệp hỏng. Hãy lưu lại rồi thử.") from error
    if body is None:
        raise NotOurs("Tệp Word này không có nội dung. Hãy chọn lại tệp.")
    found = [root for root in roots if root.tag == f"{{{_NAMESPACE}}}trace"]
    if not found:
        raise NotOurs(
            "Tệp này không do hệ thống lập, hoặc phần ghi nguồn số liệu đã mất khi lưu sang kiểu khác (.doc, .odt). "
            "Hãy sửa trên bản .docx tải từ hệ thống và lưu giữ kiểu .docx."
        )
    return _from_xml(found[0]), tuple(passage for _block, passage in passages(body))


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    if archive.getinfo(name).file_size > _LARGEST:
        raise NotOurs("Tệp lớn bất thường nên không đối chiếu. Hãy bỏ bớt phần không thuộc báo cáo rồi thử lại.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(archive.read(name), parser)


def _from_xml(root: Any) -> Trace:
    content = root.text or ""
    damaged = "Phần ghi nguồn số liệu trong tệp đã bị sửa hoặc hỏng nên không đối chiếu được. Hãy tải lại từ hệ thống."
    if hashlib.sha256(content.encode()).hexdigest() != root.get("sha256"):
        raise NotOurs(damaged)
    try:
        said = json.loads(content)
        if said["format"] != FORMAT:
            raise NotOurs("Tệp do phiên bản khác của hệ thống lập. Hãy tải lại báo cáo rồi sửa trên bản mới.")
        return _from_json(said)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        if isinstance(error, NotOurs):
            raise
        raise NotOurs(damaged) from error


def _from_json(said: Mapping[str, Any]) -> Trace:
    figures = tuple(
        (str(cell), _to_figure(now), None if before is None else _to_figure(before))
        for cell, now, before in said["figures"]
    )
    origin = Origin(**said["origin"], at=datetime.datetime.fromisoformat(said["at"]), figures=figures)
    whole = (origin.unit, origin.edition, 0 if origin.submission is None else origin.submission)
    words = (origin.unit_name, origin.form, origin.period, origin.compare, origin.seal, origin.outline)
    if not all(type(one) is int for one in whole) or not all(type(one) is str for one in words):
        raise ValueError("origin")
    return Trace(origin, tuple(_to_written(*one) for one in said["passages"]))


def _to_written(kind: Kind, row: bool, text: str, numbers: list[list[Any]]) -> Written:
    found = tuple(Number(*number) for number in numbers)
    if kind not in get_args(Kind) or not all(0 <= one.start <= one.end <= len(text) for one in found):
        raise ValueError("passage")
    if not all(one.aspect in get_args(Aspect) for one in found):
        raise ValueError("number")
    return Written(kind, text, found, bool(row))


def _to_figure(said: Mapping[str, Any]) -> Figure:
    value, numerator, denominator = (
        None if said[key] is None else Decimal(said[key]) for key in ("value", "numerator", "denominator")
    )
    return Figure(said["state"], value, numerator, denominator, said["qualifier"])
