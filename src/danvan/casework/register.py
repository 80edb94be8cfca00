"""A register that was kept in Excel: which column is what, what each row says, and what is wrong in which cell.

Nothing is written here. Columns are only ever those of data/register.yaml; a heading picks one of them, and no word of
the file becomes a name in the product. Who raised a matter is in the rows until
they are written, and goes to the vault.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from danvan.casework import suggesting
from danvan.casework.errors import broken
from danvan.casework.vocabulary import choices
from danvan.figures.workbook.opening import address, open_book
from danvan.lib.datafiles import from_yaml
from danvan.lib.vietnamese import fold

DATA = Path(__file__).parent / "data" / "register.yaml"
MOST_ROWS = 1_000
MOST_COLUMNS = 40
SEARCHED = 25  # rows within which the headings lie
EARLIEST = dt.date(2000, 1, 1)
LONGEST = {"text": 20_000, "name": 120, "address": 200, "phone": 30, "paper": 30, "place": 200, "result": 10_000}
PERSON = ("name", "address", "phone", "paper")
NEEDED = ("day", "text")
_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{2}|\d{4})")
_PLACEHOLDER = re.compile(r"\(?(?:\d{1,2}|[a-z])\)?")  # the row of (1) (2) (3) under the headings

Line = Sequence[str]


class RegisterError(ValueError):
    """A file that is no register: a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """The words of one sheet. heading: the row of the headings, from 0."""

    rows: tuple[tuple[str, ...], ...]
    heading: int

    @property
    def heads(self) -> tuple[str, ...]:
        return self.rows[self.heading]


@dataclass(slots=True)
class Row:
    """One matter of the register. cells: what stands there; said: what it was read as; wrong: a sentence each."""

    at: int  # row of the sheet, from 1
    cells: dict[str, str]
    said: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    guessed: dict[str, str] = field(default_factory=dict)
    known: str = ""  # number in the register of the matter that it became before


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    data = from_yaml(DATA.read_text("utf-8"))
    return {
        part: {code: [fold(one) for one in phrases] for code, phrases in said.items()} for part, said in data.items()
    }


def columns() -> list[tuple[str, str]]:
    """(code, name) of what a column can be, in the order of the page."""
    return [
        ("number", _("Số thứ tự")),
        ("day", _("Ngày tiếp nhận")),
        ("name", _("Họ và tên")),
        ("address", _("Địa chỉ")),
        ("phone", _("Số điện thoại")),
        ("paper", _("Giấy tờ")),
        ("text", _("Nội dung")),
        ("type", _("Loại việc")),
        ("field", _("Lĩnh vực")),
        ("channel", _("Cách đến")),
        ("persons", _("Số người")),
        ("place", _("Nơi xảy ra")),
        ("result", _("Kết quả")),
        ("result_day", _("Ngày có kết quả")),
    ]


# The file


def read(content: bytes, kind: str) -> Table:
    """kind: xlsx or csv, as the file was found to be. Raises RegisterError, WorkbookError."""
    sheets = [_csv(content)] if kind == "csv" else _sheets(content)
    best: tuple[int, int, list[tuple[str, ...]]] | None = None
    for rows in sheets:
        for at, line in enumerate(rows[:SEARCHED]):
            found = len(matched(line))
            if found >= 2 and (best is None or found > best[0]):
                best = found, at, rows
    if best is None:
        raise RegisterError(
            _("Không thấy dòng tên cột: cần ít nhất cột ngày tiếp nhận và cột nội dung, như trong sổ theo dõi đơn.")
        )
    _found, at, rows = best
    last = max((n for n, line in enumerate(rows) if any(line)), default=at)
    if last - at > MOST_ROWS:
        raise RegisterError(
            _("Sổ có %(rows)s dòng, mỗi lần nhập tối đa %(most)s: hãy tách theo năm hoặc theo quý.")
            % {"rows": last - at, "most": MOST_ROWS}
        )
    return Table(tuple(rows[: last + 1]), at)


def _sheets(content: bytes) -> list[list[tuple[str, ...]]]:
    return [
        [tuple(_shown(one) for one in line[:MOST_COLUMNS]) for line in sheet.head(MOST_ROWS + SEARCHED + 10)]
        for sheet in open_book(content).sheets
        if sheet.visible and sheet.marks.height
    ]


def _csv(content: bytes) -> list[tuple[str, ...]]:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RegisterError(_("Tệp CSV không ở dạng UTF-8: trong Excel chọn lưu dạng “CSV UTF-8”, hoặc lưu .xlsx."))
    first = text.splitlines()[0] if text.strip() else ""
    mark = max(";\t,", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error as error:
        raise RegisterError(_("Tệp CSV không đọc được: hãy lưu lại dạng “CSV UTF-8”, hoặc lưu .xlsx.")) from error
    return [tuple(_shown(one) for one in line[:MOST_COLUMNS]) for line in lines]


def _shown(content: object) -> str:
    if isinstance(content, dt.datetime | dt.date):
        return f"{content:%d/%m/%Y}"
    if isinstance(content, float) and content.is_integer():
        content = int(content)
    return re.sub(r"[ \t\u00a0]+", " ", str(content).replace("\x00", "").replace("\r\n", "\n")).strip()


# Columns


def matched(heads: Line) -> dict[int, str]:
    """Column -> what it is, by the longest phrase that its heading holds; each thing once, at the best heading."""
    found: list[tuple[int, int, int, str]] = []
    for at, head in enumerate(heads):
        words = f" {_plain(head)} "
        for code, phrases in _words()["columns"].items():
            long = max((len(phrase) for phrase in phrases if f" {phrase} " in words), default=0)
            if long:
                found.append((words.strip() in phrases, long, -at, code))
    chosen: dict[int, str] = {}
    for _whole, _long, at, code in sorted(found, reverse=True):
        if -at not in chosen and code not in chosen.values():
            chosen[-at] = code
    return chosen


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w\s]+", " ", fold(words)).split())


# Rows


def rows(table: Table, chosen: Mapping[int, str], today: dt.date) -> list[Row]:
    """What stands under the headings; empty rows and that of (1) (2) (3) are none. chosen: column -> what it is."""
    found = []
    for at, line in enumerate(table.rows[table.heading + 1 :], table.heading + 2):
        cells = {code: line[column] if column < len(line) else "" for column, code in chosen.items()}
        filled = [one for one in cells.values() if one]
        if not filled or all(_PLACEHOLDER.fullmatch(one.lower()) for one in filled):
            continue
        row = Row(at, cells)
        _check(row, today)
        found.append(row)
    return found


def missing(chosen: Mapping[int, str]) -> list[str]:
    """Names of columns without which no row can be written."""
    names = dict(columns())
    return [names[code] for code in NEEDED if code not in chosen.values()]


def _check(row: Row, today: dt.date) -> None:
    cells, said, wrong = row.cells, row.said, row.wrong
    for code, most in LONGEST.items():
        text = cells.get(code, "")
        if len(text) > most:
            wrong[code] = _("Dài %(length)s ký tự, tối đa %(most)s.") % {"length": len(text), "most": most}
        elif sentence := broken(text):
            wrong[code] = sentence
        said[code] = text
    if not said["text"]:
        wrong["text"] = _("Ghi nội dung vụ việc.")
    _days(row, today)
    _kind(row)
    said["field"] = _named(cells.get("field", ""), choices("field_case"))
    if cells.get("field") and not said["field"]:
        wrong["field"] = _("Không có lĩnh vực này: để trống, hoặc ghi như %(names)s.") % {
            "names": ", ".join(name for _code, name in choices("field_case")[:4])
        }
    said["channel"] = _word("channels", cells.get("channel", "")) or "in_person"
    if cells.get("channel") and not _word("channels", cells["channel"]):
        row.guessed["channel"] = _("không rõ, ghi là trực tiếp")
    count = cells.get("persons", "") or "1"
    if not count.isdecimal() or not 1 <= int(count[:6]) <= 10_000 or len(count) > 5:
        wrong["persons"] = _("Ghi số người bằng chữ số, từ 1.")
    else:
        said["persons"] = int(count)
    if said["type"] in ("complaint", "denunciation") and not said["name"]:
        row.guessed["name"] = _("không ghi tên: vào sổ là đơn không rõ người gửi")


def _days(row: Row, today: dt.date) -> None:
    said = row.said
    for code, needed in (("day", True), ("result_day", False)):
        text = row.cells.get(code, "")
        if not text:
            if needed:
                row.wrong[code] = _("Ghi ngày như 30/11/2026.")
            continue
        day = _day(text)
        if day is None:
            row.wrong[code] = _("“%(written)s” không phải là ngày: ghi như 30/11/2026.") % {"written": text[:40]}
        elif not EARLIEST <= day <= today:
            row.wrong[code] = _("Ngày phải từ năm 2000 đến hôm nay.")
        else:
            said[code] = day
    if "day" in said and "result_day" in said and said["result_day"] < said["day"]:
        row.wrong["result_day"] = _("Ngày có kết quả trước ngày tiếp nhận.")


def _day(text: str) -> dt.date | None:
    if not (match := _DAY.fullmatch(text)):
        return None
    day, month, year = map(int, match.groups())
    try:
        return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _kind(row: Row) -> None:
    written = row.cells.get("type", "")
    row.said["type"] = _word("types", written)
    if row.said["type"]:
        return
    suggested = suggesting.suggest(row.said["text"]).type.value
    if suggested in dict(choices("matter_type")):
        row.said["type"] = suggested
        row.guessed["type"] = _("theo nội dung: %(name)s") % {"name": dict(choices("matter_type"))[suggested]}
    else:
        row.wrong["type"] = _("Ghi loại việc: khiếu nại, tố cáo, kiến nghị hoặc phản ánh.")


def _word(part: str, written: str) -> str:
    """The value whose longest phrase the words hold."""
    words = f" {_plain(written)} "
    found = [(len(one), code) for code, phrases in _words()[part].items() for one in phrases if f" {one} " in words]
    return max(found)[1] if found else ""


def _named(written: str, values: list[tuple[str, str]]) -> str:
    words = _plain(written)
    exact = [code for code, name in values if words and (_plain(name) == words or words == code)]
    near = [code for code, name in values if words and (words in _plain(name) or _plain(name) in words)]
    return exact[0] if exact else near[0] if len(near) == 1 else ""


def result_of(row: Row) -> str:
    """The act that a result stands for; "" where it is only noted or there is none."""
    return _word("results", row.said.get("result", ""))


def same(row: Row) -> str:
    """What tells a row of a register again: its number and day, and the words where it has none."""
    day = row.said["day"].isoformat()
    number = _plain(row.cells.get("number", ""))
    return f"{day}|{number}" if number else f"{day}|{_plain(row.said['text'])}|{_plain(row.said.get('name', ''))}"


def cell(row: Row, column: int) -> str:
    """The address of a row's cell in its sheet."""
    return address(row.at - 1, column)


def letter(column: int) -> str:
    """0 -> "A"."""
    return address(0, column)[:-1]
