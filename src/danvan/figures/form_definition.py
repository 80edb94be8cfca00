"""A version of a form as a value: what it asks, of whom, by when; what is wrong with it; what changed since another.

Plain Python. The same shape stands in data/forms/*.yaml, in the database and in what a form administrator edits; each
is read into a `Definition` whether it is sound or not, and `validate` tells what is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple, Self, get_args

import yaml

from danvan.figures import catalogue, deadlines
from danvan.figures.catalogue import Catalogue, CatalogueError, Wording
from danvan.figures.deadlines import DueRule
from danvan.lib import periods
from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import Period, vietnamese

LEVELS = {
    "country": Wording("cả nước", "country"),
    "province": Wording("cấp tỉnh", "province"),
    "district": Wording("cấp huyện", "district"),
    "commune": Wording("cấp xã", "commune"),
}
LINES = {
    "": Wording("địa bàn", "the units themselves"),
    "party_mobilisation": Wording("dân vận của Đảng", "Party mobilisation"),
    "government": Wording("chính quyền", "government"),
    "peoples_council": Wording("Hội đồng nhân dân", "People's Councils"),
    "front": Wording("Mặt trận Tổ quốc", "Fatherland Front"),
    "women": Wording("Hội Liên hiệp Phụ nữ", "Women's Union"),
    "farmers": Wording("Hội Nông dân", "Farmers' Union"),
    "youth": Wording("Đoàn Thanh niên", "Youth Union"),
    "veterans": Wording("Hội Cựu chiến binh", "Veterans' Association"),
    "trade_union": Wording("Công đoàn", "Trade Union"),
    "armed_forces": Wording("lực lượng vũ trang", "armed forces"),
}
PERIODICITIES = {
    "week": Wording("tuần", "week"),
    "month": Wording("tháng", "month"),
    "quarter": Wording("quý", "quarter"),
    "half": Wording("6 tháng", "half-year"),
    "nine_months": Wording("9 tháng", "nine months"),
    "year": Wording("năm", "year"),
    "ytd": Wording("lũy kế từ đầu năm", "year to date"),
}
LONGEST = 200  # characters of a name or a title
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")

Key = tuple[str, str]  # indicator, breakdown


@dataclass(frozen=True, slots=True)
class Row:
    """One figure asked for, with a note for who fills it in."""

    indicator: str
    breakdown: str = ""
    note_vi: str = ""
    note_en: str = ""

    @property
    def key(self) -> Key:
        return self.indicator, self.breakdown

    def note(self, language: str = "vi") -> str:
        return Wording(self.note_vi, self.note_en).label(language)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading."""

    title_vi: str
    title_en: str
    rows: tuple[Row, ...] = ()

    def title(self, language: str = "vi") -> str:
        return Wording(self.title_vi, self.title_en).label(language)


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must file it, during [start, end): the bodies of a line, or ("") the units, of one level."""

    level: str
    start: date
    end: date | None = None
    line: str = ""

    @property
    def who(self) -> str:
        """ "cấp xã", "Mặt trận Tổ quốc cấp xã"."""
        level, line = _said(LEVELS, self.level), _said(LINES, self.line)
        return f"{line} {level}" if self.line else level


@dataclass(frozen=True, slots=True)
class Definition:
    """A form in force during [start, end). due: as `deadlines.DueRule.parse` reads it; {} for no due day."""

    code: str
    name_vi: str
    name_en: str
    calendar: str
    periodicities: tuple[str, ...]
    start: date
    end: date | None = None
    line: str = ""
    due: Mapping[str, Any] = field(default_factory=dict)
    notes_vi: str = ""
    notes_en: str = ""
    sections: tuple[Section, ...] = ()
    duty: tuple[Duty, ...] = ()

    @property
    def rows(self) -> Iterator[Row]:
        return (row for section in self.sections for row in section.rows)

    def name(self, language: str = "vi") -> str:
        return Wording(self.name_vi, self.name_en).label(language)

    def notes(self, language: str = "vi") -> str:
        return Wording(self.notes_vi, self.notes_en).label(language)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From plain data: days as dates or "2026-01-31", a row as {indicator, breakdown, ...} or as in a data file.

        Raises ValueError (a Vietnamese sentence) where the shape is not that of a form; content is `validate`'s.
        """
        try:
            return cls(
                code=_text(data["code"]),
                name_vi=_text(data["name_vi"]),
                name_en=_text(data["name_en"]),
                calendar=_text(data["calendar"]),
                periodicities=tuple(_text(kind) for kind in _list(data["periodicities"])),
                start=_day(data["from"]),
                end=_day(data["to"]) if data.get("to") else None,
                line=_text(data.get("line") or ""),
                due=dict(data.get("due") or {}),
                notes_vi=_text(data.get("notes_vi") or ""),
                notes_en=_text(data.get("notes_en") or ""),
                sections=tuple(section(one) for one in _list(data["sections"])),
                duty=tuple(
                    Duty(
                        level=_text(duty["level"]),
                        start=_day(duty["from"]),
                        end=_day(duty["to"]) if duty.get("to") else None,
                        line=_text(duty.get("line", data.get("line")) or ""),
                    )
                    for duty in _list(data["duty"])
                ),
            )
        except KeyError as error:
            raise ValueError(f"Biểu mẫu thiếu mục {error}.") from None
        except (TypeError, AttributeError) as error:
            raise ValueError(f"Không đọc được biểu mẫu: {error}.") from None

    def to_json(self) -> dict[str, Any]:
        """Plain data, days as "2026-01-31"; the inverse of `from_json`."""
        return {
            "code": self.code,
            "name_vi": self.name_vi,
            "name_en": self.name_en,
            "calendar": self.calendar,
            "periodicities": list(self.periodicities),
            "from": self.start.isoformat(),
            "to": self.end and self.end.isoformat(),
            "line": self.line,
            "due": dict(self.due),
            "notes_vi": self.notes_vi,
            "notes_en": self.notes_en,
            "sections": self.sections_json(),
            "duty": [
                {
                    "line": duty.line,
                    "level": duty.level,
                    "from": duty.start.isoformat(),
                    "to": duty.end and duty.end.isoformat(),
                }
                for duty in self.duty
            ],
        }

    def sections_json(self) -> list[dict[str, Any]]:
        """The sections as they are stored; a row says only the notes that it has."""
        return [
            {
                "title_vi": section.title_vi,
                "title_en": section.title_en,
                "rows": [
                    {"indicator": row.indicator, "breakdown": row.breakdown}
                    | {name: note for name in ("note_vi", "note_en") if (note := getattr(row, name))}
                    for row in section.rows
                ],
            }
            for section in self.sections
        ]


def read(path: Path) -> Definition:
    """The form of a data file. ValueError names the file."""
    try:
        return Definition.from_json(from_yaml(path.read_text("utf-8")))
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def section(data: Mapping[str, Any]) -> Section:
    """A section of plain data. Raises KeyError, TypeError where it is none."""
    return Section(_text(data["title_vi"]), _text(data["title_en"]), tuple(_row(row) for row in _list(data["rows"])))


def _row(data: str | Mapping[str, Any]) -> Row:
    """A row of the database, or of a data file: "rec.turns mode=regular", {row: the same, note_vi, note_en}."""
    given: Mapping[str, Any] = {"row": data} if isinstance(data, str) else data
    if "row" in given:
        indicator, _, breakdown = _text(given["row"]).partition(" ")
    else:
        indicator, breakdown = _text(given["indicator"]), _text(given.get("breakdown") or "")
    return Row(indicator, breakdown, _text(given.get("note_vi") or ""), _text(given.get("note_en") or ""))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"“{value}” không phải chữ")
    return value.strip()


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"“{value}” không phải danh sách")
    return value


def _day(value: date | str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"Ngày “{value}” không có trong lịch; hãy viết như 2026-01-31.") from None


# --- what is wrong


def validate(definition: Definition, known: Catalogue | None = None) -> list[str]:
    """What must be mended before it may be put in force, in Vietnamese sentences; empty when it is sound."""
    known = known or catalogue.load()
    found = [*wrong_names(definition), *_wrong_periods(definition)]
    found += [*_wrong_rows(definition, known), *_wrong_due(definition), *_wrong_duty(definition)]
    return list(dict.fromkeys(found))


def wrong_names(definition: Definition) -> Iterator[str]:
    """The part of `validate` that a form without anything in it can pass."""
    if not _CODE.fullmatch(definition.code):
        yield f"Mã biểu “{definition.code[:60]}” phải gồm 2 đến 40 chữ thường không dấu, chữ số, dấu gạch dưới."
    for name, said in ((definition.name_vi, "tiếng Việt"), (definition.name_en, "tiếng Anh")):
        if not name:
            yield f"Biểu chưa có tên {said}."
        elif len(name) > LONGEST:
            yield f"Tên {said} của biểu dài quá {LONGEST} ký tự."
    if definition.end and definition.end <= definition.start:
        yield f"Biểu hết hiệu lực ngày {vietnamese(definition.end)}, không sau ngày {vietnamese(definition.start)}."
    if definition.line not in LINES:
        yield f"Không có khối “{definition.line}”."


def _wrong_periods(definition: Definition) -> Iterator[str]:
    try:
        plain = periods.calendar_named(definition.calendar).name == periods.PLAIN
    except ValueError as error:
        yield str(error)
        plain = True
    if not definition.periodicities:
        yield "Biểu chưa chọn kỳ báo cáo nào."
    for kind, times in Counter(definition.periodicities).items():
        if kind not in get_args(periods.Kind):
            yield f"Không có loại kỳ “{kind}”. Dùng một trong: {', '.join(get_args(periods.Kind))}."
        elif times > 1:
            yield f"Kỳ “{PERIODICITIES[kind].vi}” được chọn hai lần."
        elif kind == "week" and not plain:
            yield "Kỳ tuần tính từ thứ Hai đến Chủ nhật: biểu có kỳ tuần phải dùng lịch dương lịch."


def _wrong_rows(definition: Definition, known: Catalogue) -> Iterator[str]:
    if not definition.sections:
        yield "Biểu chưa có phần nào."
    for number, section in enumerate(definition.sections, 1):
        name = f"Phần “{section.title_vi}”" if section.title_vi else f"Phần thứ {number}"
        for title, said in ((section.title_vi, "tiếng Việt"), (section.title_en, "tiếng Anh")):
            if not title:
                yield f"{name} chưa có tên {said}."
            elif len(title) > LONGEST:
                yield f"{name}: tên {said} dài quá {LONGEST} ký tự."
        if not section.rows:
            yield f"{name} chưa có dòng nào."
        for row in section.rows:
            try:
                known[row.indicator].check_breakdown(row.breakdown)
            except CatalogueError as error:
                yield f"{name}: {error}"
    titles = Counter(section.title_vi for section in definition.sections if section.title_vi)
    yield from (f"Có {times} phần cùng tên “{title}”." for title, times in titles.items() if times > 1)
    keys = Counter(row.key for row in definition.rows)
    yield from (
        f"“{row_name(key, known)}”: chỉ tiêu {' '.join(key).strip()} có hai dòng."
        for key, times in keys.items()
        if times > 1
    )


def _wrong_due(definition: Definition) -> Iterator[str]:
    try:
        rule = DueRule.parse(definition.due)
    except (ValueError, TypeError, AttributeError) as error:
        yield str(error) if isinstance(error, ValueError) else f"Không đọc được hạn nộp “{definition.due}”."
        return
    if rule is None:
        return
    if rule.day and "week" in definition.periodicities:
        yield "Hạn nộp: kỳ tuần chỉ dùng được số ngày làm việc sau kỳ, không dùng ngày cố định trong tháng."
    try:
        for kind in definition.periodicities:
            if kind in get_args(periods.Kind) and not (rule.day and kind == "week"):
                calendar = periods.PLAIN if kind == "week" else definition.calendar
                first = Period.covering(date(definition.start.year, 1, 1), kind, calendar)  # type: ignore[arg-type]
                deadlines.due(first, rule)
    except ValueError as error:
        yield str(error)


def _wrong_duty(definition: Definition) -> Iterator[str]:
    if not definition.duty:
        yield "Biểu chưa giao cho đơn vị nào phải nộp."
    for duty in definition.duty:
        if duty.level not in LEVELS:
            yield f"Không có cấp “{duty.level}” nộp báo cáo; chỉ có {', '.join(LEVELS)}."
        if duty.line not in LINES:
            yield f"Không có khối “{duty.line}”."
        if duty.end and duty.end <= duty.start:
            yield f"Trách nhiệm nộp của {duty.who}: ngày kết thúc phải sau ngày {vietnamese(duty.start)}."
    for one, other in combinations(definition.duty, 2):
        if (one.line, one.level) == (other.line, other.level) and _overlap(one, other):
            yield f"Trách nhiệm nộp của {one.who} được giao hai lần trong cùng một thời gian."


def _overlap(one: Duty, other: Duty) -> bool:
    return (other.end is None or one.start < other.end) and (one.end is None or other.start < one.end)


# --- what changed


class Change(NamedTuple):
    """One change. kind: added, removed, moved or changed; sentence: in Vietnamese."""

    kind: str
    sentence: str


def diff(old: Definition, new: Definition, known: Catalogue | None = None) -> list[Change]:
    """What the new version changes, in words, from the whole to the single row; empty when nothing but its days."""
    known = known or catalogue.load()
    return [
        *_changed_head(old, new),
        *_changed_duty(old, new),
        *_changed_sections(old, new),
        *_changed_rows(old, new, known),
    ]


def _changed_head(old: Definition, new: Definition) -> Iterator[Change]:
    for name, said in _HEAD.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change("changed", f"Đổi {said}: {_quoted(before)} thành {_quoted(after)}.")
    if old.line != new.line:
        yield Change("changed", f"Đổi khối nộp báo cáo: {_said(LINES, old.line)} thành {_said(LINES, new.line)}.")
    before, after = (set(one.periodicities) for one in (old, new))
    for kind in [*new.periodicities, *old.periodicities]:
        if kind in after - before:
            yield Change("added", f"Thêm kỳ báo cáo: {_said(PERIODICITIES, kind)}.")
        elif kind in before - after:
            yield Change("removed", f"Bỏ kỳ báo cáo: {_said(PERIODICITIES, kind)}.")
    dues = [due_words(one.due) for one in (old, new)]
    if dues[0] != dues[1]:
        yield Change("changed", f"Đổi hạn nộp: {dues[0]} thành {dues[1]}.")


_HEAD = {
    "name_vi": "tên biểu",
    "name_en": "tên tiếng Anh",
    "calendar": "lịch chốt số liệu",
    "notes_vi": "hướng dẫn chung",
    "notes_en": "hướng dẫn chung tiếng Anh",
}


def due_words(due: Mapping[str, Any]) -> str:
    """A due rule in words, with its source and whether it was verified; also of one that cannot be read."""
    try:
        rule = DueRule.parse(due)
    except (ValueError, TypeError, AttributeError):
        return f"“{due}”"
    if rule is None:
        return "không có hạn nộp"
    source = f"; nguồn: {rule.source}" if rule.source else ""
    return f"{rule.sentence} ({'đã' if rule.verified else 'chưa'} đối chiếu{source})"


def _changed_duty(old: Definition, new: Definition) -> Iterator[Change]:
    before, after = ({(duty.line, duty.level, duty.start): duty for duty in one.duty} for one in (old, new))
    for key, duty in after.items():
        if key not in before:
            yield Change("added", f"Giao trách nhiệm nộp cho {duty.who} từ {_lasting(duty)}.")
        elif duty.end != before[key].end:
            yield Change(
                "changed", f"Trách nhiệm nộp của {duty.who}: từ {_lasting(before[key])} thành từ {_lasting(duty)}."
            )
    for key, duty in before.items():
        if key not in after:
            yield Change("removed", f"Bỏ trách nhiệm nộp của {duty.who} từ {_lasting(duty)}.")


def _lasting(duty: Duty) -> str:
    return f"{vietnamese(duty.start)} đến " + (f"trước {vietnamese(duty.end)}" if duty.end else "nay")


def _changed_sections(old: Definition, new: Definition) -> Iterator[Change]:
    renamed = _renamed(old, new)
    before = {renamed.get(section.title_vi, section.title_vi): section for section in old.sections}
    after = {section.title_vi: section for section in new.sections}
    for was, title in renamed.items():
        yield Change("changed", f"Đổi tên phần “{was}” thành “{title}”.")
    for title in after:
        if title not in before:
            yield Change("added", f"Thêm phần “{title}”.")
        elif after[title].title_en != before[title].title_en:
            english = f"{_quoted(before[title].title_en)} thành {_quoted(after[title].title_en)}"
            yield Change("changed", f"Đổi tên tiếng Anh của phần “{title}”: {english}.")
    for title in before:
        if title not in after:
            yield Change("removed", f"Bỏ phần “{title}”.")
    kept = [title for title in before if title in after], [title for title in after if title in before]
    for title in _moved(*kept):
        yield Change("moved", f"Đổi thứ tự phần “{title}”.")


def _renamed(old: Definition, new: Definition) -> dict[str, str]:
    """Sections with another title that kept most of their rows: old title -> new title."""
    olds, news = (
        {section.title_vi: {row.key for row in section.rows} for section in one.sections} for one in (old, new)
    )
    found: dict[str, str] = {}
    for title, rows in olds.items():
        for other, others in news.items():
            free = title not in news and other not in olds and other not in found.values()
            if free and 2 * len(rows & others) > max(len(rows), len(others)):
                found[title] = other
                break
    return found


def _changed_rows(old: Definition, new: Definition, known: Catalogue) -> Iterator[Change]:
    renamed = _renamed(old, new)
    before = {row.key: (renamed.get(s.title_vi, s.title_vi), row) for s in old.sections for row in s.rows}
    after = {row.key: (s.title_vi, row) for s in new.sections for row in s.rows}
    for key, (title, _) in after.items():
        if key not in before:
            yield Change("added", f"Thêm dòng “{row_name(key, known)}” vào phần “{title}”.")
    for key, (title, _) in before.items():
        if key not in after:
            yield Change("removed", f"Bỏ dòng “{row_name(key, known)}” khỏi phần “{title}”.")
    kept = [key for key in after if key in before]
    for title in dict.fromkeys(after[key][0] for key in kept):
        stayed = {key for key in kept if before[key][0] == after[key][0] == title}
        for key in _moved([key for key in before if key in stayed], [key for key in after if key in stayed]):
            yield Change("moved", f"Đổi thứ tự dòng “{row_name(key, known)}” trong phần “{title}”.")
    for key in kept:
        (was, row), (title, now) = before[key], after[key]
        if was != title:
            yield Change("moved", f"Chuyển dòng “{row_name(key, known)}” từ phần “{was}” sang phần “{title}”.")
        for attribute, said in (("note_vi", "ghi chú"), ("note_en", "ghi chú tiếng Anh")):
            one, other = getattr(row, attribute), getattr(now, attribute)
            if one != other:
                words = f"{_quoted(one)} thành {_quoted(other)}"
                yield Change("changed", f"Đổi {said} của dòng “{row_name(key, known)}”: {words}.")


def _moved(before: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    """Of the same things in another order, those that moved; the longest runs are taken to have stayed."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {thing for block in blocks for thing in after[block.b : block.b + block.size]}
    return [thing for thing in after if thing not in stayed]


def row_name(key: Key, known: Catalogue, language: str = "vi") -> str:
    """The row in words; its code where the catalogue does not know it."""
    try:
        return known.label(*key, language)
    except (CatalogueError, KeyError):
        return " ".join(filter(None, key))


def _said(names: Mapping[str, Wording], code: str) -> str:
    return names[code].vi if code in names else code


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "(trống)"
