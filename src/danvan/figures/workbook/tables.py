"""Any table as a file, streamed: rows are never held together, and the last line says how many there were.

CSV is written for spreadsheets with Vietnamese settings, where the comma is the decimal sign: fields are separated by
semicolons, decimals written with a comma and thousands without a sign, after a byte order mark, since without it such
spreadsheets take UTF-8 for an older encoding. A line "sep=;" would undo the mark, so there is none.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from danvan.figures.workbook.model import Said
from danvan.figures.workbook.model import noop as _
from danvan.lib.numbers import digits

Value = str | int | float | Decimal | bool | dt.date | None
COUNT_LABEL = "Số dòng"
BATCH = 500  # rows in one piece of the stream
MOST_ROWS = 2**20 - 2  # of a sheet, beside its heading and the line of the count
KEPT_IN_MEMORY = 2**20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_TEXT = 32_767  # of a cell
_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DAY_0 = dt.date(1899, 12, 30)
LAST_LINE = 4000  # bytes at the end of a sheet among which its last line is
_EXACT = 10**15  # beyond, a spreadsheet keeps 15 digits only: written as text


class TableError(RuntimeError):
    """A table that cannot be handed out. said: the sentence for the reader."""

    def __init__(self, said: Said) -> None:
        super().__init__(str(said))
        self.said = said


class CountMismatch(TableError):  # noqa: N818 -- reads as what is wrong
    """A file does not hold the rows that went into it."""


class TooManyRows(TableError):  # noqa: N818
    """More than a sheet can hold."""


def stream_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The table as CSV in pieces of some 500 rows; the last line is "Số dòng;<count>".

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(map(_field, columns))
    count = 0
    for count, row in enumerate(rows, 1):
        writer.writerow([_field(value) for value in row])
        if count % BATCH == 0:
            yield _taken(buffer)
    writer.writerow([COUNT_LABEL, count])
    yield _taken(buffer)


def stream_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Value]], *, title: str = "Bảng") -> IO[bytes]:
    """The table as an .xlsx in a temporary file, read back and counted; closed by who takes it, and gone then.

    Raises TooManyRows where a sheet cannot hold them, CountMismatch where the file does not hold what was written.
    """
    target = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY, suffix=".xlsx")  # noqa: SIM115 -- the taker closes
    try:
        count = _write(target, columns, rows, title)
        check_count(target, count)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def check_count(file: IO[bytes], expected: int) -> None:
    """Reads a finished table back, counts its rows, and compares them with its last line and with `expected`.

    file: of stream_csv or stream_xlsx, seekable. Raises CountMismatch.
    """
    file.seek(0)
    counted, stated = _count_xlsx(file) if file.read(2) == b"PK" else _count_csv(file)
    if not counted == stated == expected:
        raise CountMismatch(
            Said(
                _("Tệp xuất có %(counted)s dòng, ghi là %(stated)s, trong khi cần %(expected)s; hãy xuất lại."),
                {"counted": counted, "stated": stated, "expected": expected},
            )
        )


def _field(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    if isinstance(value, bool):
        return _truth(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").replace(".", ",")
    return value.isoformat(" ", "seconds") if isinstance(value, dt.datetime) else value.isoformat()


def _truth(value: bool) -> str:
    return "có" if value else "không"


def _taken(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece


def _write(target: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Value]], title: str) -> int:
    """The rows go into the file of an empty table: a third of the time of writing each cell by the library."""
    parts, page = _empty(columns, title)
    opening, sample, closing = re.split(rb'(<row r="2".*?</row>)', page, maxsplit=1, flags=re.S)
    styles = [style.decode() for style in re.findall(rb's="(\d+)"', sample)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        with archive.open(_PAGE, "w", force_zip64=True) as sheet:
            sheet.write(re.sub(rb"<dimension[^>]*>", b"", opening))
            count = 0
            for piece, count in _pieces(rows, len(columns), styles):  # noqa: B007 -- the last one is the sum
                sheet.write(piece.encode())
            sheet.write(closing)
    return count


_PAGE = "xl/worksheets/sheet1.xml"


def _empty(columns: Sequence[str], title: str) -> tuple[dict[str, bytes], bytes]:
    """The parts of a workbook with the heading and, in line 2, one cell of each style; and its sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#f1efeb", "bottom": 1, "text_wrap": True, "valign": "top"})
        page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "Bảng")
        page.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            page.set_column(column, column, min(max(len(name) + 2, 11), 40))
            page.write_string(0, column, name, head)
        for column, style in enumerate(
            (
                {"num_format": "dd/mm/yyyy", "align": "left"},
                {"num_format": "dd/mm/yyyy hh:mm", "align": "left"},
                {"italic": True, "top": 1},
            )
        ):
            page.write_blank(1, column, None, book.add_format(style))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return parts, parts.pop(_PAGE)


def _pieces(rows: Iterable[Sequence[Value]], width: int, styles: Sequence[str]) -> Iterator[tuple[str, int]]:
    """XML of some rows, and how many there are up to them; the line of the count last."""
    day, moment, last = styles
    letters = [xl_col_to_name(column) for column in range(width)]
    waiting: list[str] = []
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise TooManyRows(
                Said(
                    _("Bảng có hơn %(most)s dòng, một trang tính không chứa hết; hãy lọc bớt hoặc xuất tệp .csv."),
                    {"most": digits(MOST_ROWS)},
                )
            )
        at = str(count + 1)
        waiting.append(f'<row r="{at}">')
        for letter, value in zip(letters, row, strict=True):
            if isinstance(value, str):
                waiting.append(f'<c r="{letter}{at}" t="inlineStr"><is>{_text(value)}</is></c>')
            elif isinstance(value, bool):
                waiting.append(f'<c r="{letter}{at}" t="inlineStr"><is><t>{_truth(value)}</t></is></c>')
            elif isinstance(value, int | float | Decimal):
                if -_EXACT < value < _EXACT:
                    waiting.append(f'<c r="{letter}{at}"><v>{value}</v></c>')
                else:
                    waiting.append(f'<c r="{letter}{at}" t="inlineStr"><is><t>{_field(value)}</t></is></c>')
            elif value is not None:
                style = moment if isinstance(value, dt.datetime) else day
                waiting.append(f'<c r="{letter}{at}" s="{style}"><v>{_serial(value)}</v></c>')
        waiting.append("</row>")
        if count % BATCH == 0:
            yield "".join(waiting), count
            waiting.clear()
    at = str(count + 2)
    waiting.append(
        f'<row r="{at}"><c r="A{at}" s="{last}" t="inlineStr"><is><t>{COUNT_LABEL}</t></is></c>'
        f'<c r="B{at}" s="{last}"><v>{count}</v></c></row>'
    )
    yield "".join(waiting), count


def _text(value: str) -> str:
    if not value.isprintable():
        value = _UNSAID.sub("", value)
    if "_x" in value:  # else a spreadsheet takes _x0041_ for the letter A
        value = _ESCAPED.sub("_x005F_", value)
    space = ' xml:space="preserve"' if value != value.strip() else ""
    return f"<t{space}>{escape(value[:LONGEST_TEXT])}</t>"


def _serial(value: dt.date) -> float | int:
    """Days since the spreadsheet's day 0."""
    if not isinstance(value, dt.datetime):
        return (value - _DAY_0).days
    since = value.replace(tzinfo=None) - dt.datetime.combine(_DAY_0, dt.time())
    return since / dt.timedelta(1)


def _count_csv(file: IO[bytes]) -> tuple[int, int]:
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        count, last = -2, []  # neither the heading nor the line of the count
        for last in csv.reader(text, delimiter=";"):  # noqa: B007 -- asked after the loop
            count += 1
        return count, int(last[1]) if len(last) == 2 and last[0] == COUNT_LABEL else -1
    finally:
        text.detach()


def _count_xlsx(file: IO[bytes]) -> tuple[int, int]:
    """Rows of the sheet without the heading and the line of the count; and what that line says."""
    rows, tail, end = -2, b"", b""
    with zipfile.ZipFile(file) as archive, archive.open(_PAGE) as source:
        while piece := source.read(2**18):
            piece = tail + piece
            rows += piece.count(b"<row ")
            tail, end = piece[-4:], (end + piece)[-LAST_LINE:]
    found = re.search(COUNT_LABEL + r"</t>.*?<v>(\d+)</v>", end.rpartition(b"<row ")[2].decode("utf-8", "replace"))
    return rows, int(found[1]) if found else -1
