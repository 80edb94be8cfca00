"""The body of a report: what an outline makes of the figures, block by block, and the paragraphs that come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urljoin

from danvan.narrative.writing.layout import fill
from danvan.narrative.writing.meanings import meanings, sayings
from danvan.narrative.writing.model import Block, Contribution, Division, Figure, Paragraph, ReportData, Row, Run
from danvan.narrative.writing.names import listed
from danvan.narrative.writing.outlines import Item, Outline, Part
from danvan.narrative.writing.sentences import Speaker, comparable
from danvan.narrative.writing.tables import compared

NAMED_IN_TEXT = 8  # more missing units than this are listed in an annex
_FEW = 3  # units that lack a figure, figures that nobody reported: more are counted
_MOVES = 5  # figures named as better or worse
_TELLING, _TELLING_POINTS = 5, 1  # percent, and percentage points, below which nothing moved

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def body(data: ReportData, outline: Outline, fields: Mapping[str, str]) -> tuple[Division, ...]:
    """Every section and subsection of the outline with what can be said under it; empty ones have no blocks."""
    writer = _Writer(data, outline, dict(fields))
    divisions = []
    for section in outline.sections:
        divisions.append(writer.division(section, top=True))
        divisions += [writer.division(part, top=False) for part in section.parts]
    return tuple(divisions)


def paragraphs(divisions: Iterable[Division]) -> tuple[Paragraph, ...]:
    """The divisions one after the other under numbered headings; one in which nothing is said has none."""
    written: list[Paragraph] = []
    sections = 0
    for section, parts in _sections(divisions):
        told = [part for part in parts if part.blocks]
        if not section.blocks and not told:
            continue
        written.append(Paragraph("section", (Run(section.title.upper()),), f"{_ROMAN[sections]}."))
        sections += 1
        written += _content(section)
        for under, part in enumerate(told, 1):
            written += [Paragraph("subsection", (Run(part.title),), f"{under}."), *_content(part)]
    return tuple(written)


def _sections(divisions: Iterable[Division]) -> Iterator[tuple[Division, list[Division]]]:
    held: list[tuple[Division, list[Division]]] = []
    for division in divisions:
        if division.role == "section":
            held.append((division, []))
        else:
            held[-1][1].append(division)
    yield from held


def _content(division: Division) -> list[Paragraph]:
    return [paragraph for block in division.blocks for paragraph in block.paragraphs]


@dataclass
class _Writer:
    data: ReportData
    outline: Outline
    fields: dict[str, str]

    def __post_init__(self) -> None:
        data = self.data
        rows = {row.key: replace(row, url=_linked(row.url, data)) for row in data.rows()}
        given: dict[str, list[Contribution]] = defaultdict(list)
        if not data.missing:  # who has not filed has not reported this either
            for one in data.contributions:
                key = f"{one.indicator}[{one.breakdown}]" if one.breakdown else one.indicator
                given[key].append(replace(one, url=_linked(one.url, data)))
        self.speaker = Speaker(rows, sayings(), self.fields, given)
        self.said = {code for part in self.outline.parts() for item in part.items for code in item.mentioned()}

    def division(self, part: Part, *, top: bool) -> Division:
        role = "section" if top else "subsection"
        return Division(part.id, role, fill(part.title, self.fields), tuple(self._blocks(part)))  # type: ignore[arg-type]

    def _blocks(self, part: Part) -> Iterator[Block]:
        blocks = [(item, self._block(item)) for item in part.items]
        told = any(block and item.what == "sentences" for item, block in blocks)
        for place, (item, block) in enumerate(blocks, 1):
            if block and not (item.what == "otherwise" and told):
                yield replace(block, place=place)

    def _block(self, item: Item) -> Block | None:
        if item.what in ("ask", "otherwise"):
            return Block(item.key, "ask", (Paragraph("text", (Run(f"[{item.text}]", place=True),)),))
        if item.what == "rest":
            return _block(item, self._rest())
        if item.what in ("better", "worse"):
            text, rows = self._moves(better=item.what == "better")
            return _block(item, [_plain(text)] if text else [], rests_on=tuple(row.key for row in rows))
        if item.what == "sentences":
            return _block(item, self._sentences(item))
        text = {"basis": self._basis, "late": self._late, "gaps": self._gaps}[item.what]()
        return _block(item, [_plain(text)] if text else [])

    # --- figures

    def _sentences(self, item: Item) -> list[Paragraph]:
        runs: list[Run] = []
        for sentence in item.sentences:
            spoken = self.speaker.say(sentence)
            if spoken:
                runs += [Run(" "), *spoken] if runs else spoken
        if runs and (lacking := self._lacking({run.cell for run in runs})):
            runs.append(Run(f" {lacking}"))
        return [Paragraph("text", tuple(runs))] if runs else []

    def _lacking(self, cells: set[str]) -> str:
        """Which units that filed left out figures which are said, where they are few; else the annex counts them."""
        gaps: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in self.speaker.rows.values():
            who = self._who_lacks(row)
            if row.key in cells and not row.breakdown and 0 < len(who) <= _FEW:
                gaps[who].append(row)
        told = []
        for who, rows in gaps.items():
            what = f"{len(rows)} số liệu nêu trên" if len(rows) > _FEW else listed([_small(row.label) for row in rows])
            told.append(f"{what} của {listed(who)}")
        return f"Chưa có {'; '.join(told)}." if told else ""

    def _who_lacks(self, row: Row) -> tuple[str, ...]:
        """Those that filed and left this figure out; who has not filed at all is told once."""
        late = set(self.data.missing)
        return tuple(name for name in row.missing if name not in late)

    def _rest(self) -> list[Paragraph]:
        """What was reported and stands in no sentence of the outline, each with its label."""
        rows = [
            row
            for row in self.speaker.rows.values()
            if row.indicator not in self.said and not row.breakdown and row.now.value is not None
        ]
        return [Paragraph("text", (Run("- "), *self.speaker.say_plainly(row), Run("."))) for row in rows]

    def _moves(self, *, better: bool) -> tuple[str, list[Row]]:
        """Which figures moved the good way, or the other; no figures, they stand where they are reported."""
        moved = []
        for row in self.speaker.rows.values():
            way = meanings().better.get(row.indicator)
            size = _moved(row)
            if way and not row.breakdown and size and row.delta and ((row.delta > 0) == (way == "more")) == better:
                moved.append((size, row))
        most = sorted(moved, key=lambda one: -one[0])[:_MOVES]
        rows = [row for _, row in moved if row in [row for _, row in most]]
        clauses = []
        for up, word in ((True, "tăng"), (False, "giảm")):
            names = [_small(row.label) for row in rows if row.delta and (row.delta > 0) == up]
            if names:
                clauses.append(f"{_and(names)} {word if len(names) == 1 else f'đều {word}'}")
        return (f"So với cùng kỳ, {'; '.join(clauses)}." if clauses else ""), rows

    # --- whose figures they are

    def _basis(self) -> str:
        """Whose reports the figures rest on, and what they are compared with."""
        return " ".join(filter(None, [self._filers(), self._comparison()]))

    def _filers(self) -> str:
        data = self.data
        if data.expected <= 1 and not data.missing:
            return ""  # nothing was put together
        names = "danh sách tại phụ lục" if len(data.missing) > NAMED_IN_TEXT else listed(data.missing)
        if not data.filed:
            return f"Số liệu do đơn vị tự báo cáo; {len(data.missing)} đơn vị trực thuộc chưa gửi báo cáo ({names})."
        text = f"Báo cáo được tổng hợp từ {data.filed}/{data.expected} đơn vị phải gửi báo cáo"
        if data.missing:
            text += f"; còn {len(data.missing)} đơn vị chưa gửi ({names}) nên số liệu chưa bao gồm các đơn vị này"
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

    def _late(self) -> str:
        data = self.data
        if not data.missing or not data.filed:
            return ""
        late = f"còn {len(data.missing)}/{data.expected} đơn vị chưa gửi báo cáo"
        return f"Chế độ thông tin, báo cáo có nơi chưa bảo đảm: {late}."

    def _gaps(self) -> str:
        """Which figures nobody reported, and how many not every unit that filed."""
        data = self.data
        if not data.filed or data.expected <= 1:
            return ""
        whole = [row for row in data.rows() if not row.breakdown]
        silent = [row for row in whole if row.now.state == "not_reported"]
        partly = [row for row in whole if _has_value(row.now) and self._who_lacks(row)]
        told = []
        if 0 < len(silent) <= _FEW:
            told.append(f"Chưa đơn vị nào báo cáo {listed([_small(row.label) for row in silent])}.")
        elif silent:
            told.append(f"Còn {len(silent)}/{len(whole)} chỉ tiêu của biểu chưa đơn vị nào báo cáo.")
        if partly:
            count = f"{len(partly)} chỉ tiêu" if len(partly) > 1 else f"Chỉ tiêu {_small(partly[0].label)}"
            told.append(f"{count} chưa đủ số liệu của các đơn vị đã gửi báo cáo (nêu tại phụ lục).")
        return " ".join(told)


def _block(item: Item, written: Sequence[Paragraph], rests_on: tuple[str, ...] = ()) -> Block | None:
    return Block(item.key, "said", tuple(written), rests_on=rests_on) if written else None


def _plain(text: str) -> Paragraph:
    return Paragraph("text", (Run(text),))


def _linked(url: str, data: ReportData) -> str:
    return urljoin(data.base_url, url) if url else ""


def _moved(row: Row) -> Decimal:
    """How far it moved, in percent; 0 where that is too little to speak of, or cannot be told."""
    if not comparable(row) or row.delta is None or row.now.value is None or not row.before or not row.before.value:
        return Decimal(0)
    if row.unit == "%":
        return abs(row.delta) if abs(row.delta) >= _TELLING_POINTS else Decimal(0)
    size = 100 * abs(row.delta) / row.before.value
    return size if size >= _TELLING else Decimal(0)


def _has_value(figure: Figure) -> bool:
    return figure.state == "value" and figure.value is not None


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _and(names: Sequence[str]) -> str:
    return " và ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
