"""What people typed into the form of a paper, read field by field; what is wrong is said beside the field.

Values are kept as JSON: days "2026-12-03", times "08:00"; what cannot be read stays as it was typed and has an error.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from danvan.lib import days
from danvan.narrative.letters import Field, Kind, topics
from danvan.narrative.letters.kinds import bases

LONGEST_LINE, LONGEST_TEXT = 400, 20_000  # characters
MOST_LINES, MOST_ROWS = 100, 300
ISSUER = ("parent", "body", "symbol", "place", "signer_post", "signer_capacity", "signer_of")
CAPACITIES = ("own", "collective", "deputy", "order", "authorised")

Errors = dict[str, str]  # name of the input -> sentence
_TIME = re.compile(r"(\d{1,2})\s*(?:[:h.]|giờ)?\s*(\d{2})?\s*(?:phút)?", re.IGNORECASE)
_CELL = re.compile(r"(\d{1,4})-(\w+)")


class Posted(Protocol):
    """A QueryDict, or what the tests give."""

    def get(self, key: str, default: str = "") -> str: ...
    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self) -> Iterator[str]: ...


def read(kind: Kind, posted: Posted) -> tuple[dict[str, Any], Errors]:
    """The content of a paper, and what is wrong with it by the name of the input (a cell of rows: FIELD-ROW-COLUMN)."""
    errors: Errors = {}
    values: dict[str, Any] = {}
    for field in kind.fields:
        if field.type == "rows":
            values[field.name] = _rows(field, posted, errors)
        else:
            values[field.name] = _value(field, posted.get(field.name, ""), field.name, errors)
    if kind.names and values[kind.names] and not values[kind.until]:
        errors[kind.until] = _("Có tên cá nhân thì phải có ngày hết hạn lưu: hãy chọn ngày xóa.")
    issuer: dict[str, Any] = {name: _line(posted.get(name, ""), name, errors) for name in ISSUER}
    if issuer["signer_capacity"] not in CAPACITIES:
        issuer["signer_capacity"] = "own"
    issuer["recipients"] = _lines(posted.get("recipients", ""), "recipients", errors)
    return {
        "values": values,
        "topics": [one for one in topics() if one in posted.getlist("topics")],
        "bases": sorted({one for one in posted.getlist("bases") if re.fullmatch(r"\w{1,40}", one)}),
        "issuer": issuer,
    }, errors


def missing(kind: Kind, content: Mapping[str, Any]) -> Errors:
    """What must be there before the paper is finished."""
    found: Errors = {}
    values = content.get("values", {})
    for field in kind.fields:
        if field.required and not values.get(field.name):
            found[field.name] = _("Chưa có “%(what)s”: văn bản ban hành phải có.") % {"what": said(field.label)}
        for place, row in enumerate(values.get(field.name) or ()) if field.type == "rows" else ():
            for column in field.columns:
                if column.required and not row.get(column.name):
                    name = f"{field.name}-{place}-{column.name}"
                    names = {"row": place + 1, "what": said(column.label)}
                    found[name] = _("Dòng %(row)s: chưa có “%(what)s”.") % names
    if kind.names and not any(values.get(one.name) for one in kind.fields if one.type == "rows"):
        found[kind.names] = _("Danh sách chưa có ai: hãy ghi ít nhất một tập thể hoặc cá nhân.")
    if kind.blocks and not content.get("issuer", {}).get("body"):
        found["body"] = _("Chưa có tên cơ quan ban hành.")
    if kind.numbered and not content.get("issuer", {}).get("symbol"):
        found["symbol"] = _("Chưa có ký hiệu của cơ quan (phần sau số văn bản).")
    return found


def typed(kind: Kind, content: Mapping[str, Any]) -> dict[str, Any]:
    """The values as days and times, for the writer; what cannot be read is left out."""
    values = content.get("values", {})
    found: dict[str, Any] = {}
    for field in kind.fields:
        value = values.get(field.name)
        if field.type == "rows":
            found[field.name] = [
                {column.name: _as(column.type, row.get(column.name)) for column in field.columns} for row in value or ()
            ]
        else:
            found[field.name] = _as(field.type, value)
    return found


def chosen_bases(kind: Kind, office: Any, day: datetime.date) -> Iterator[tuple[str, str]]:
    """What can be chosen on a day: code and words."""
    for one in bases(office, day) if kind.bases else ():
        yield one.code, one.text


def _as(type_: str, value: Any) -> Any:
    if not value:
        return value
    try:
        if type_ == "day":
            return datetime.date.fromisoformat(value)
        if type_ == "time":
            return datetime.time.fromisoformat(value)
    except ValueError:
        return None
    return value


def said(words: Mapping[str, str]) -> str:
    """A label in the language of the page."""
    return words["en" if (get_language() or "vi").startswith("en") else "vi"]


# --- one field


def _value(field: Field, text: str, name: str, errors: Errors) -> Any:
    if field.type == "flag":
        return bool(text)
    if field.type == "lines":
        return _lines(text, name, errors)
    if field.type == "text":
        if len(text) > LONGEST_TEXT:
            errors[name] = _("Dài quá %(most)s chữ: hãy rút gọn.") % {"most": LONGEST_TEXT}
        return _printable(text).strip()
    line = _line(text, name, errors)
    if not line or name in errors:
        return line
    try:
        if field.type == "day":
            return days.parse(line).isoformat()
        if field.type == "time":
            return _time(line)
        if field.type == "choice" and line not in {one.value for one in field.options}:
            raise ValueError(_("Hãy chọn một mục trong danh sách."))
    except ValueError as error:
        errors[name] = str(error)
    return line


def _time(text: str) -> str:
    """ "8h", "8:30", "08 giờ 30" -> "08:30"."""
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise ValueError(_("Không hiểu giờ “%(text)s”. Viết như 08:00 hoặc 14 giờ 30.") % {"text": text[:20]})
    return f"{int(match[1]):02d}:{int(match[2] or 0):02d}"


def _line(text: str, name: str, errors: Errors) -> str:
    line = " ".join(_printable(text).split())
    if len(line) > LONGEST_LINE:
        errors[name] = _("Dài quá %(most)s chữ: hãy rút gọn.") % {"most": LONGEST_LINE}
    return line


def _lines(text: str, name: str, errors: Errors) -> list[str]:
    found = [line for line in (_line(one, name, errors) for one in text.splitlines()) if line]
    if len(found) > MOST_LINES:
        errors[name] = _("Nhiều quá %(most)s dòng: hãy gộp bớt.") % {"most": MOST_LINES}
    return found


def _rows(field: Field, posted: Posted, errors: Errors) -> list[dict[str, Any]]:
    """Rows in the order of their numbers, empty ones left out; errors are named by the place that a row takes then."""
    cells: dict[int, dict[str, str]] = {}
    for key in posted:
        if key.startswith(f"{field.name}-") and (match := _CELL.fullmatch(key.removeprefix(f"{field.name}-"))):
            cells.setdefault(int(match[1]), {})[match[2]] = posted.get(key, "")
    rows = [cells[number] for number in sorted(cells) if any(text.strip() for text in cells[number].values())]
    if len(rows) > MOST_ROWS:
        errors[field.name] = _("Nhiều quá %(most)s dòng: hãy chia thành văn bản khác.") % {"most": MOST_ROWS}
    return [
        {
            column.name: _value(column, row.get(column.name, ""), f"{field.name}-{place}-{column.name}", errors)
            for column in field.columns
        }
        for place, row in enumerate(rows)
    ]


def _printable(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n")
