"""One cell's content, as spreadsheets hand it over, as a figure of a row; or the sentence that says why it is none."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from danvan.figures.workbook.model import EMPTY, MOST, PLACES, FormRow, Said
from danvan.figures.workbook.model import noop as _
from danvan.lib import numbers
from danvan.lib.vietnamese import fold

LONGEST_NOTE = 2000
_NUMBER = re.compile(r"[-−]?\d[\d., ]*")
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?=,|\.|$)")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+")
_ONE_GROUP = re.compile(r"\d{1,3}[.,]\d{3}")
_EMPTY_WORDS = {fold(words): state for state, words in EMPTY.items()}


class NotAFigure(ValueError):  # noqa: N818 -- reads as a sentence
    """said: why the content is no figure of the row, and what to do."""

    def __init__(self, said: Said) -> None:
        super().__init__(str(said))
        self.said = said


def state_in_words(content: object) -> str | None:
    """ "chưa báo cáo" -> "not_reported"; None where the words name no kind of empty."""
    return _EMPTY_WORDS.get(fold(content)) if isinstance(content, str) else None


def figure(content: object, row: FormRow, *, percent: bool = False) -> Decimal:
    """The figure that a cell's content means in this row; NotAFigure where it means none.

    content: a number, or text in either format ("1.234,5", "1,234.5", "1 234"). percent: the cell shows it as a
    percentage, so that 0.889 stands for 88.9.
    """
    if isinstance(content, bool):
        raise _no(_("“%(written)s” không phải là số; hãy ghi số."), "TRUE" if content else "FALSE")
    if isinstance(content, dt.datetime | dt.date | dt.time | dt.timedelta):
        raise _no(
            _("“%(written)s” là ngày giờ, không phải số (bảng tính tự đổi khi gõ như 1/2); hãy ghi lại số."),
            content.strftime("%d/%m/%Y") if isinstance(content, dt.date) else str(content),
        )
    if isinstance(content, str):
        value, percent = _from_text(content, row), False  # text says percent as people do: 88,9
    elif isinstance(content, int | float | Decimal):
        # A spreadsheet keeps 15 digits; what follows is dust of its arithmetic (0.30000000000000004).
        value = Decimal(f"{content:.15g}") if isinstance(content, float) else Decimal(content)
    else:
        raise _no(_("“%(written)s” không phải là số; hãy ghi số."), str(content))
    if percent:
        if row.kind != "percent":
            raise _no(_("%(written)s là tỷ lệ phần trăm, dòng này cần số lượng; hãy ghi số."), _percent(value))
        value *= 100
    return _possible(value, row)


def _from_text(content: str, row: FormRow) -> Decimal:
    text = " ".join(content.replace("\u00a0", " ").replace("\u202f", " ").split()).lstrip("'")
    if row.kind == "percent":
        text = text.removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(text):
        if any(sign.isdigit() for sign in text):
            said = _("“%(written)s” có cả chữ và số; hãy chỉ ghi số, phần còn lại ghi vào cột Ghi chú.")
        else:
            said = _("“%(written)s” không phải là số; hãy ghi số, hoặc để trống và chọn lý do ở cột bên cạnh.")
        raise _no(said, content)
    sign, digits = (-1, text[1:].strip()) if text[0] in "-−" else (1, text)
    if spaced := _SPACED.match(digits):
        digits = spaced[0].replace(" ", "") + digits[spaced.end() :]
    if row.places and _ONE_GROUP.fullmatch(digits):
        raise _no(
            _("“%(written)s” đọc được hai cách (hàng nghìn hay phần lẻ); hãy bỏ dấu hàng nghìn hoặc ghi bớt số lẻ."),
            content,
        )
    if _ENGLISH.fullmatch(digits):
        digits = digits.replace(",", "")
    try:
        return sign * numbers.parse(digits)
    except numbers.NotANumber:
        raise _no(_("“%(written)s” không đọc được thành một số; hãy ghi như 1234 hoặc 12,5."), content) from None


def _possible(value: Decimal, row: FormRow) -> Decimal:
    written = numbers.digits(value) if value.is_finite() and abs(value) < MOST else f"{value:.15g}"
    if not value.is_finite() or abs(value) >= MOST:
        raise _no(_("%(written)s lớn quá mức có thể có; hãy xem lại số và đơn vị tính (%(measure)s)."), written, row)
    if value < 0 and not row.signed:
        raise _no(_("%(written)s nhỏ hơn 0; hãy ghi số từ 0 trở lên."), written)
    if not row.places and value != value.to_integral_value():
        raise _no(_("%(written)s có phần lẻ, dòng này đếm số nguyên (%(measure)s); hãy ghi số nguyên."), written, row)
    exact = value.quantize(PLACES, ROUND_HALF_UP).normalize() if row.places else value
    return exact + 0  # 1E+2 is 100, and there is no minus nought


def tidy(note: str) -> str:
    """A note as both sides keep it: no control characters, one sort of line end, no space around."""
    lines = note.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in lines if sign == "\n" or sign.isprintable()).strip()


def shown(content: object) -> str:
    """A cell's content as text, to show what was found."""
    if isinstance(content, bool):
        return "TRUE" if content else "FALSE"
    if isinstance(content, dt.datetime) and content.time() == dt.time():
        content = content.date()
    if isinstance(content, dt.date):
        return content.strftime("%d/%m/%Y")
    if isinstance(content, float):
        return f"{content:.15g}"
    return str(content)


def _percent(value: Decimal) -> str:
    return f"{numbers.digits(value * 100)}%"


def _no(words: str, written: str, row: FormRow | None = None) -> NotAFigure:
    of: dict[str, Any] = {"written": written if len(written) <= 80 else written[:79] + "…"}
    if row:
        of["measure"] = row.measure
    return NotAFigure(Said(words, of))
