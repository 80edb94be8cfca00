"""Workbooks from outside, opened with care: what kind of file it is, how much it unfolds to, and then its cells.

The values are read by calamine. What it does not tell (formulas, errors, which cells show percentages) is read from the
sheet's XML. Both get the parts that were unfolded here and counted, not the file: a zip whose directory lies about its
sizes, or a sheet with one cell in the farthest corner, costs no memory.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from posixpath import join, normpath
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from danvan.figures.workbook.model import Said, WorkbookError
from danvan.figures.workbook.model import noop as _

MOST_BYTES = 10 * 2**20  # the largest filled form seen in the field is under 1 MB
MOST_UNFOLDED = 40 * 2**20
MOST_CELLS = 1_000_000  # the rectangle from A1 to the last cell: calamine keeps all of it
CHUNK = 2**16

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_PERCENT_FORMATS = frozenset((9, 10))  # of the built-in ones: 0% and 0.00%
# What reading a damaged part raises: not XML, a reference to nowhere, words where a number belongs.
_DAMAGE = (CalamineError, etree.XMLSyntaxError, LookupError, ValueError, TypeError, AttributeError)
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
Content = Any  # what calamine gives: "", str, float, int, bool, date, datetime, time, timedelta


@dataclass(slots=True)
class Marks:
    """What the XML of a sheet tells beside the values; addresses are (row, column) from 0."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    height: int = 0
    width: int = 0


@dataclass(frozen=True)
class Sheet:
    """One sheet. rows begin at A1, whatever is empty before the first cell."""

    book: Book
    name: str
    visible: bool

    @cached_property
    def marks(self) -> Marks:
        return self.book.marks_of(self.name)

    @cached_property
    def rows(self) -> list[list[Content]]:
        return self.head(None)

    def head(self, count: int | None) -> list[list[Content]]:
        """The first `count` rows, all with None."""
        if self.marks.height * self.marks.width > MOST_CELLS:
            raise WorkbookError(
                Said(
                    _(
                        "Trang “%(sheet)s” trải ra %(rows)s dòng × %(columns)s cột, quá lớn để đọc; "
                        "hãy xóa các dòng, cột thừa (kể cả ô ở rất xa) rồi lưu lại."
                    ),
                    {"sheet": self.name, "rows": self.marks.height, "columns": self.marks.width},
                )
            )
        try:
            return self.book.calamine.get_sheet_by_name(self.name).to_python(skip_empty_area=False, nrows=count)
        except _DAMAGE as error:
            raise _broken() from error


class Book:
    """An .xlsx file that was found safe to read. Raises WorkbookError where it is not; see `open_book`."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        try:
            self.calamine = CalamineWorkbook.from_filelike(_packed(parts))
            self._paths = dict(self._sheet_paths())
            self._styles = self._percent_styles()
        except _DAMAGE as error:
            raise _broken() from error
        self.sheets = [
            Sheet(self, one.name, one.visible == SheetVisibleEnum.Visible)
            for one in self.calamine.sheets_metadata
            if one.name in self._paths
        ]

    def __getitem__(self, name: str) -> Sheet:
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(sheet.name == name for sheet in self.sheets)

    def marks_of(self, name: str) -> Marks:
        try:
            return _marks(self._parts[self._paths[name]], self._styles)
        except _DAMAGE as error:
            raise _broken() from error

    def _sheet_paths(self) -> Iterator[tuple[str, str]]:
        relations = {
            one.get("Id"): one.get("Target")
            for one in _xml(self._parts["xl/_rels/workbook.xml.rels"]).iter("{*}Relationship")
        }
        for sheet in _xml(self._parts["xl/workbook.xml"]).iter("{*}sheet"):
            target = relations.get(_relation(sheet), "")
            path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            if path in self._parts:
                yield sheet.get("name"), path

    def _percent_styles(self) -> frozenset[int]:
        """Numbers of the cell styles that show a percentage."""
        if "xl/styles.xml" not in self._parts:
            return frozenset()
        styles = _xml(self._parts["xl/styles.xml"])
        codes = {int(one.get("numFmtId")): one.get("formatCode", "") for one in styles.iter("{*}numFmt")}
        percents = _PERCENT_FORMATS | {number for number, code in codes.items() if "%" in _LITERAL.sub("", code)}
        formats = styles.find("{*}cellXfs")
        if formats is None:
            return frozenset()
        return frozenset(at for at, one in enumerate(formats) if int(one.get("numFmtId", 0)) in percents)


def open_book(data: bytes | Path) -> Book:
    """The workbook in a file; WorkbookError, with what to do, for anything that is not a plain .xlsx of a sane size."""
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size > MOST_BYTES:
        raise WorkbookError(
            Said(
                _(
                    "Tệp có %(size)s MB, lớn hơn mức nhận là %(most)s MB; biểu số liệu thường dưới 1 MB: "
                    "hãy xóa hình ảnh, trang tính thừa rồi lưu lại."
                ),
                {"size": -(-size // 2**20), "most": MOST_BYTES // 2**20},
            )
        )
    content = data.read_bytes() if isinstance(data, Path) else data
    if not content:
        raise WorkbookError(Said(_("Tệp trống, không có nội dung; hãy chọn lại tệp.")))
    if content.startswith(_OLE):
        raise WorkbookError(_old(content))
    if not content.startswith(b"PK"):
        raise WorkbookError(Said(_("Tệp không phải là sổ tính Excel; hãy chọn tệp .xlsx.")))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if wrong := _wrong_kind(archive, names):
                raise WorkbookError(wrong)
            return Book(_unfold(archive))
    except WorkbookError:
        raise
    except _BROKEN_ZIP as error:
        raise _broken() from error


def address(row: int, column: int) -> str:
    """(11, 5) -> "F12"."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def _unfold(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML parts, unfolded; pictures and the like are left where they are."""
    parts, total = {}, 0
    wanted = [one for one in archive.infolist() if one.filename.endswith((".xml", ".rels"))]
    if sum(one.file_size for one in wanted) > MOST_UNFOLDED:
        raise _unfolds_too_far()
    for one in wanted:
        pieces = []
        with archive.open(one) as source:
            while piece := source.read(CHUNK):
                total += len(piece)
                if total > MOST_UNFOLDED:
                    raise _unfolds_too_far()
                pieces.append(piece)
        parts[one.filename.lstrip("/")] = b"".join(pieces)
    return parts


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    packed.seek(0)
    return packed


def _xml(part: bytes) -> Any:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _relation(sheet: Any) -> str | None:
    """The r:id of a sheet; its namespace differs between the two variants of the format."""
    return next((value for name, value in sheet.items() if name.endswith("}id")), None)


def _marks(part: bytes, percent_styles: frozenset[int]) -> Marks:
    marks, row, column = Marks(), -1, -1

    reader = etree.iterparse(
        io.BytesIO(part), events=("start", "end"), tag=("{*}row", "{*}c"), resolve_entities=False, no_network=True
    )
    for event, element in reader:
        if element.tag.endswith("}row"):
            if event == "start":
                row, column = int(element.get("r", row + 2)) - 1, -1
            else:
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            continue
        if event == "start":
            continue
        at = _place(element.get("r"), row, column)
        column = at[1]
        marks.height, marks.width = max(marks.height, at[0] + 1), max(marks.width, at[1] + 1)
        if (formula := element.find("{*}f")) is not None:
            marks.formulas[at] = formula.text or ""
        if element.get("t") == "e":
            marks.errors[at] = element.findtext("{*}v") or "#N/A"
        if int(element.get("s", 0)) in percent_styles:
            marks.percents.add(at)
    return marks


def _place(written: str | None, row: int, column: int) -> tuple[int, int]:
    """Where a cell stands; one without an address follows the one before."""
    match = _ADDRESS.fullmatch(written or "")
    if not match:
        return row, column + 1
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return int(match[2]) - 1, number - 1


def _wrong_kind(archive: zipfile.ZipFile, names: set[str]) -> Said | None:
    if "xl/vbaProject.bin" in names or any(name.startswith("xl/macrosheets/") for name in names):
        return Said(_("Tệp có macro nên không nhận; hãy lưu lại thành .xlsx (không macro) rồi gửi lại."))
    if "xl/workbook.xml" in names:
        return None
    if "xl/workbook.bin" in names:
        return Said(_("Tệp là sổ tính nhị phân .xlsb; hãy mở bằng Excel hoặc LibreOffice và lưu lại thành .xlsx."))
    if "word/document.xml" in names:
        return Said(_("Tệp là văn bản Word, không phải sổ tính; hãy chọn tệp .xlsx."))
    if "ppt/presentation.xml" in names:
        return Said(_("Tệp là bản trình chiếu, không phải sổ tính; hãy chọn tệp .xlsx."))
    if "mimetype" in names and b"opendocument" in archive.open("mimetype").read(100):
        return Said(_("Tệp là tài liệu OpenDocument; hãy mở bằng Excel hoặc LibreOffice và lưu lại thành .xlsx."))
    return Said(_("Tệp là tệp nén .zip, không phải sổ tính; hãy giải nén và chọn tệp .xlsx bên trong."))


def _old(content: bytes) -> Said:
    """Old Office files and encrypted new ones share one outer format; the names of their streams tell."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        return Said(_("Tệp được bảo vệ bằng mật khẩu nên không đọc được; hãy bỏ mật khẩu rồi lưu và gửi lại."))
    if holds("Workbook") or holds("Book"):
        return Said(_("Tệp là sổ tính Excel đời cũ (.xls); hãy mở bằng Excel hoặc LibreOffice và lưu lại thành .xlsx."))
    return Said(_("Tệp là tài liệu Office đời cũ, không phải sổ tính; hãy chọn tệp .xlsx."))


def _broken() -> WorkbookError:
    return WorkbookError(
        Said(_("Tệp bị hỏng hoặc tải lên chưa hết; hãy mở bằng Excel, lưu lại và gửi lại, hoặc tải biểu mới về."))
    )


def _unfolds_too_far() -> WorkbookError:
    return WorkbookError(
        Said(
            _("Nội dung nén trong tệp bung ra quá %(most)s MB nên không mở; hãy xóa các dòng, trang thừa rồi lưu lại."),
            {"most": MOST_UNFOLDED // 2**20},
        )
    )
