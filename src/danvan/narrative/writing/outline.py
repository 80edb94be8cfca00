"""From a consolidated submission to a report: the outline (data) filled with sentences, heading block and annexes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml

from danvan.narrative import lexicon
from danvan.narrative.writing.layout import DOTS, FONTS, fill, layout
from danvan.narrative.writing.model import Figure, Paragraph, Report, ReportData, Row, Run, clean
from danvan.narrative.writing.sentences import Saying, Sentence, Speaker
from danvan.narrative.writing.tables import annexes, compared

OUTLINE = Path(__file__).parent / "outline.yaml"
MARK = "Số liệu minh họa"
NAMED_IN_TEXT = 8  # more missing units than this are listed in an annex

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_TERRITORY = re.compile(
    r"(tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu|thôn|bản|khu phố)\b", re.IGNORECASE
)


def report(data: ReportData, layout_name: str = "") -> Report:
    """Writes the report of a consolidated submission.

    layout_name: a file of layouts/, the issuer's own if ""; its rule set in force on the report's date is used and
    named in the report. KeyError with a Vietnamese sentence for an unknown layout; ValueError where there is nothing
    to report on.
    """
    data = clean(data)
    if not any(row.now.state == "value" for row in data.rows()):
        message = f"Chưa có số liệu nào của {data.unit} cho {data.period}: hãy nhận báo cáo trước khi viết."
        raise ValueError(message)
    outline = _outline()
    rules = layout(layout_name or data.issuer.layout, data.date)
    fields = {**_fields(data), "type": rules.symbol(outline["kind"])}
    left, right, columns = rules.names(fields)
    body = _Writer(data, fields).body(outline["sections"])
    abstract = [fill(line, fields) for line in outline["abstract"]]
    return Report(
        title=f"{outline['kind'].capitalize()}: {' '.join(abstract)}",
        layout=rules.id,
        page=rules.rules["page"],
        style=rules.rules["text"],
        columns=columns,
        left=left,
        right=right,
        heading=rules.heading(outline["kind"], abstract),
        body=_ended(body, rules.rules["end"]),
        recipients=rules.recipients(data.issuer),
        signature=rules.signature(data.issuer),
        annexes=annexes(data, long_list=len(data.missing) > NAMED_IN_TEXT, report=rules.reference(fields)),
        mark=MARK if data.illustration else "",
        address=urljoin(data.base_url, data.url) if data.url else "",
        origin=data.origin and replace(data.origin, figures=tuple((r.key, r.now, r.before) for r in data.rows())),
        fonts=FONTS,
    )


def _fields(data: ReportData) -> dict[str, str]:
    year = data.date.year if data.date else data.year
    day = f"{data.date:%d}" if data.date else "…"
    # A month has two digits only where one could be taken for another: 01, 02, but 3 ... 12.
    month = "…" if data.date is None else f"{data.date.month:02d}" if data.date.month < 3 else str(data.date.month)
    kind = _TERRITORY.match(data.unit)
    whole = f"toàn {kind[1].lower()}" if kind else "trên toàn địa bàn"
    return {
        "parent": data.issuer.parent,
        "body": data.issuer.body,
        "number": "…" if data.number is None else f"{data.number:02d}",
        "symbol": data.issuer.symbol or "…",
        "place": data.issuer.place or DOTS,
        "date": f"ngày {day} tháng {month} năm {year or '…'}",
        "period": data.period,
        "Period": data.period[:1].upper() + data.period[1:],
        "next": data.next_period or "thời gian tới",
        "same": data.same_period,
        "unit": data.unit,
        "whole": whole,
        "Whole": whole[0].upper() + whole[1:],
    }


@dataclass
class _Writer:
    data: ReportData
    fields: dict[str, str]

    def __post_init__(self) -> None:
        rows = {row.key: _linked(row, self.data.base_url) for row in self.data.rows()}
        self.speaker = Speaker(rows, sayings(), self.fields)
        self.said: set[str] = set()

    def body(self, sections: list[dict[str, Any]]) -> list[Paragraph]:
        paragraphs = []
        for number, section in zip(_ROMAN, sections, strict=False):
            paragraphs.append(self._heading("section", f"{number}.", self._filled(section["title"]).upper()))
            paragraphs += self._content(section.get("content", []))
            written = [(title, text) for title, text in map(self._subsection, section.get("subsections", [])) if text]
            for place, (title, text) in enumerate(written, 1):
                paragraphs += [self._heading("subsection", f"{place}.", title), *text]
        return paragraphs

    def _subsection(self, spec: dict[str, Any]) -> tuple[str, list[Paragraph]]:
        content = self._rest() if spec.get("rest") else self._content(spec.get("content", []))
        return self._filled(spec["title"]), content

    def _content(self, items: list[dict[str, Any]]) -> list[Paragraph]:
        paragraphs = []
        otherwise = ""
        said = False
        for item in items:
            if "ask" in item:
                paragraphs.append(_place(item["ask"]))
            elif "otherwise" in item:
                otherwise = item["otherwise"]
            elif "sentences" in item:
                spoken = self._sentences(item["sentences"])
                said = said or bool(spoken)
                paragraphs += spoken
            elif item.get("basis"):
                paragraphs += self._basis()
            elif item.get("late"):
                paragraphs += self._late()
        return [_place(otherwise), *paragraphs] if otherwise and not said else paragraphs

    def _sentences(self, specs: list[Sentence]) -> list[Paragraph]:
        runs: list[Run] = []
        for spec in specs:
            self.said |= {key.partition("[")[0] for key in spec.mentioned()}
            spoken = self.speaker.say(spec)
            if spoken:
                runs += [Run(" "), *spoken] if runs else spoken
        return [Paragraph("text", tuple(runs))] if runs else []

    def _rest(self) -> list[Paragraph]:
        """What was reported and stands in no sentence of the outline, each with its label."""
        rows = [
            row
            for row in self.speaker.rows.values()
            if row.indicator not in self.said and not row.breakdown and row.now.value is not None
        ]
        return [Paragraph("text", (Run("- "), *self.speaker.say_plainly(row), Run("."))) for row in rows]

    def _basis(self) -> list[Paragraph]:
        """Whose reports the figures rest on, and what they are compared with."""
        told = [self._filers(), self._comparison()]
        text = " ".join(filter(None, told))
        return [Paragraph("text", (Run(text),))] if text else []

    def _filers(self) -> str:
        data = self.data
        if data.expected <= 1 and not data.missing:
            return ""  # nothing was put together
        listed = "danh sách tại phụ lục" if len(data.missing) > NAMED_IN_TEXT else _names(data.missing)
        if not data.filed:
            return f"Số liệu do đơn vị tự báo cáo; {len(data.missing)} đơn vị trực thuộc chưa gửi báo cáo ({listed})."
        text = f"Báo cáo được tổng hợp từ {data.filed}/{data.expected} đơn vị phải gửi báo cáo"
        if data.missing:
            text += f"; còn {len(data.missing)} đơn vị chưa gửi ({listed}) nên số liệu chưa bao gồm các đơn vị này"
        return f"{text}."

    def _comparison(self) -> str:
        both = [row for row in self.data.rows() if _has_value(row.now) and row.before and _has_value(row.before)]
        done = sum(compared(row) for row in both)
        if not both:
            return ""
        if not done:
            return f"Số liệu chưa so sánh được với {self.data.same_period}, lý do nêu tại phụ lục."
        text = f"Số liệu so sánh là so với {self.data.same_period} (sau đây gọi là cùng kỳ)"
        return f"{text}; chỉ tiêu không so sánh được nêu tại phụ lục." if done < len(both) else f"{text}."

    def _late(self) -> list[Paragraph]:
        if not self.data.missing or not self.data.filed:
            return []
        text = (
            f"Chế độ thông tin, báo cáo có nơi chưa bảo đảm: còn {len(self.data.missing)}/{self.data.expected} "
            "đơn vị chưa gửi báo cáo."
        )
        return [Paragraph("text", (Run(text),))]

    def _heading(self, role: Any, number: str, text: str) -> Paragraph:
        return Paragraph(role, (Run(text),), number)

    def _filled(self, text: str) -> str:
        return fill(text, self.fields)


@cache
def sayings() -> dict[str, Saying]:
    """How each indicator is said: the `say` of the shared lexicon."""
    entries = lexicon.load().entries.values()
    return {entry.code: Saying(**entry.say) for entry in entries if entry.code and entry.say}


@cache
def _outline() -> dict[str, Any]:
    outline: dict[str, Any] = yaml.safe_load(OUTLINE.read_text("utf-8"))
    for section in outline["sections"]:
        for part in [section, *section.get("subsections", [])]:
            for item in part.get("content", []):
                if "sentences" in item:
                    item["sentences"] = [Sentence.from_data(spec) for spec in item["sentences"]]
    return outline


def _linked(row: Row, base_url: str) -> Row:
    return replace(row, url=urljoin(base_url, row.url) if row.url else "")


def _has_value(figure: Figure) -> bool:
    return figure.state == "value" and figure.value is not None


def _place(text: str) -> Paragraph:
    return Paragraph("text", (Run(f"[{text}]", place=True),))


def _names(names: tuple[str, ...]) -> str:
    """Inside a sentence the kind of place is written small: "xã Ba Bể"."""
    return ", ".join(name[0].lower() + name[1:] if _TERRITORY.match(name) else name for name in names)


def _ended(body: list[Paragraph], end: str) -> tuple[Paragraph, ...]:
    """The last paragraph closes the text as the rule set says."""
    last = body[-1]
    return (*body[:-1], replace(last, runs=(*last.runs, Run(end))))
