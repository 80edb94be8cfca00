"""What is to be said of the days in a paper: a meeting that is past, a notice too late, a day off."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from danvan.lib.periods import vietnamese
from danvan.lib.workdays import Calendar, weekday
from danvan.narrative.letters.kinds import Kind, meetings


@dataclass(frozen=True, slots=True)
class DayNote:
    """field: whose day it is. wrong: it cannot be; else somebody should look at it again. A Vietnamese sentence."""

    field: str
    sentence: str
    wrong: bool = False


def notes(kind: Kind, values: Mapping[str, Any], day: datetime.date) -> tuple[DayNote, ...]:
    """day: of the paper, today for one that has none yet."""
    return tuple(_notes(kind, values, day))


def _notes(kind: Kind, values: Mapping[str, Any], day: datetime.date) -> Iterator[DayNote]:
    meeting = values.get("day")
    if kind.meeting and isinstance(meeting, datetime.date):
        yield from _meeting(kind, values, meeting, day)
    for field in kind.fields:
        due = [column.name for column in field.columns if column.type == "day"]
        for number, row in enumerate(values.get(field.name) or (), 1) if due else ():
            for name in due:
                if isinstance(row.get(name), datetime.date):
                    yield from _due(field.name, number, row[name], day)
    until = values.get(kind.until) if kind.until else None
    if isinstance(until, datetime.date) and until <= day:
        yield DayNote(kind.until, f"Ngày {vietnamese(until)} đã qua: chọn ngày sau ngày văn bản.", wrong=True)


def _meeting(kind: Kind, values: Mapping[str, Any], meeting: datetime.date, day: datetime.date) -> Iterator[DayNote]:
    asked = meetings().get(str(values.get("meeting_kind")))
    rule = asked if asked and asked.valid_from <= meeting else None
    source = f" ({rule.source})" if rule and rule.source else ""
    if kind.meeting == "ahead":
        if meeting < day:
            said = f"Ngày họp {vietnamese(meeting)} đã qua so với ngày văn bản {vietnamese(day)}: xem lại ngày họp."
            yield DayNote("day", said, wrong=True)
            return
        yield from _day_off("day", "Ngày họp", meeting)
        left = (meeting - day).days
        if rule and left < rule.notice:
            said = f"Phải báo trước ít nhất {rule.notice} ngày{source}; văn bản này chỉ trước {left} ngày."
            yield DayNote("day", said)
        return
    if meeting > day:
        said = f"Ngày họp {vietnamese(meeting)} sau ngày văn bản {vietnamese(day)}: chưa họp thì chưa có kết luận."
        yield DayNote("day", said, wrong=True)
    elif rule and rule.published and (day - meeting).days > rule.published:
        said = f"Kết quả phải công bố trong {rule.published} ngày{source}; đã {(day - meeting).days} ngày."
        yield DayNote("day", said)


def _due(field: str, number: int, due: datetime.date, day: datetime.date) -> Iterator[DayNote]:
    if due < day:
        said = f"Dòng {number}: hạn {vietnamese(due)} trước ngày văn bản {vietnamese(day)}: xem lại hạn."
        yield DayNote(field, said, wrong=True)
    else:
        yield from _day_off(field, f"Dòng {number}: hạn", due)


def _day_off(field: str, what: str, day: datetime.date) -> Iterator[DayNote]:
    try:
        found = Calendar.load().day(day)
    except ValueError as error:  # a year that the calendar does not know
        yield DayNote(field, str(error), wrong=True)
        return
    if not found.working:
        yield DayNote(field, f"{what} {vietnamese(day)} là {weekday(day)}, {found.why}.")
