"""When a form is due, why on that day, how late it came, and who is reminded when.

Plain Python. A due rule is data of a form (data/forms/*.yaml), the days of reminders are data (data/reminders.yaml);
which days are worked is `lib.workdays`. At least one working day lies between the end of a period and its due day (Nghị
định 09/2019/NĐ-CP Điều 8.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self, get_args
from zoneinfo import ZoneInfo

from danvan.figures.catalogue import DATA, Wording
from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import Period, vietnamese
from danvan.lib.workdays import Calendar, Day, Term, weekday

HERE = ZoneInfo("Asia/Ho_Chi_Minh")  # deadlines are those of the offices' clocks
MOST = 60  # working days; more is a slip of the pen
_DAY = timedelta(days=1)
_MONTHS = {"last": "tháng cuối kỳ", "after": "tháng sau kỳ"}

Month = Literal["last", "after"]


@dataclass(frozen=True, slots=True)
class DueRule:
    """So many working days after the period ends, or a fixed day of its last month or of the month after.

    working_days: from 1, when no day is fixed. day, month: the fixed day (1 to 28); on a day off it is the next working
    day (Bộ luật Dân sự 2015 Điều 148). hour: until that hour of the day, else until its end. Errors are ValueErrors in
    Vietnamese.
    """

    working_days: int = 0
    day: int = 0
    month: Month = "after"
    hour: int | None = None
    source: str = ""
    verified: bool = False

    def __post_init__(self) -> None:
        for name in ("working_days", "day"):
            if type(getattr(self, name)) is not int:
                raise ValueError("Hạn nộp: số ngày phải là số nguyên.")
        if bool(self.working_days) == bool(self.day):
            raise ValueError("Hạn nộp: chọn một trong hai, số ngày làm việc sau kỳ hoặc một ngày cố định trong tháng.")
        if self.working_days and not 1 <= self.working_days <= MOST:
            raise ValueError(f"Hạn nộp: số ngày làm việc sau kỳ phải từ 1 đến {MOST}, không phải {self.working_days}.")
        if self.day and not 1 <= self.day <= 28:
            raise ValueError(f"Hạn nộp: ngày cố định phải từ 1 đến 28, không phải {self.day}.")
        if self.month not in get_args(Month):
            raise ValueError(f"Hạn nộp: tháng “{self.month}” không có, chỉ có {', '.join(get_args(Month))}.")
        if self.hour is not None and (type(self.hour) is not int or not 0 <= self.hour <= 23):
            raise ValueError(f"Hạn nộp: giờ phải từ 0 đến 23, không phải {self.hour}.")

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self | None:
        """The rule of a form: {working_days: 5, after: window_end} or {fixed: {day: 20, month: last}}; {}: no due day.

        Either may give hour, source, verified. Raises ValueError for anything else.
        """
        if not data:
            return None
        given = dict(data)
        if (after := given.pop("after", "window_end")) != "window_end":
            raise ValueError(f"Hạn nộp: không tính từ “{after}” được, chỉ tính từ khi kết thúc kỳ (window_end).")
        fixed = given.pop("fixed", None) or {}
        unknown = (given.keys() - {"working_days", "hour", "source", "verified"}) | (fixed.keys() - {"day", "month"})
        if unknown:
            raise ValueError(f"Hạn nộp: không có mục {', '.join(sorted(unknown))}.")
        return cls(**given, **fixed)

    def to_json(self) -> dict[str, Any]:
        """The inverse of `parse`."""
        data = {key: value for key, value in asdict(self).items() if value not in (None, "")}
        day, month = data.pop("day", 0), data.pop("month")
        if day:
            data.pop("working_days")
            return {"fixed": {"day": day, "month": month}, **data}
        return {"working_days": data.pop("working_days"), "after": "window_end", **data}

    @property
    def sentence(self) -> str:
        """The rule in words: "5 ngày làm việc sau khi kết thúc kỳ, trước 17 giờ"."""
        if self.day:
            said = f"ngày {self.day} {_MONTHS[self.month]}"
        else:
            said = f"{self.working_days} ngày làm việc sau khi kết thúc kỳ"
        return said if self.hour is None else f"{said}, trước {self.hour} giờ"


@dataclass(frozen=True, slots=True)
class Due:
    """The due day of a period. term: every day counted and skipped from the end of the period to it."""

    period: Period
    rule: DueRule
    day: date
    term: Term

    @property
    def sentence(self) -> str:
        """Why on that day, in Vietnamese: the rule, the days skipped and why, what is not confirmed."""
        until = "" if self.rule.hour is None else f"{self.rule.hour} giờ "
        said = [f"Hạn nộp: {until}{weekday(self.day)} {vietnamese(self.day)}"]
        if self.rule.day:
            nominal = _nominal(self.period, self.rule)
            said.append(f", {self.rule.sentence.partition(',')[0]}")
            if nominal != self.day:
                said.append(f"; ngày {vietnamese(nominal)} là ngày nghỉ nên lùi đến ngày làm việc tiếp theo")
        else:
            said.append(f", {self.rule.working_days} ngày làm việc sau ngày kết thúc kỳ {vietnamese(self.period.end)}")
            if self.term.skipped:
                said.append(f"; không tính {', '.join(_runs(self.term.skipped))}")
        said.append(".")
        if not self.rule.verified:
            said.append(" Hạn này chưa được đối chiếu với văn bản quy định.")
        return "".join(said + [f" {warning}" for warning in self.term.warnings])


class Status(StrEnum):
    """Where a unit stands with a period's form, by time alone."""

    NO_DUTY = "no_duty"
    NOT_DUE = "not_due"
    DUE = "due"
    LATE = "late"
    IN_TIME = "in_time"
    FILED_LATE = "filed_late"

    def label(self, language: str = "vi") -> str:
        return _LABELS[self].label(language)


_LABELS = {
    Status.NO_DUTY: Wording("không phải nộp", "not asked to file"),
    Status.NOT_DUE: Wording("chưa đến hạn", "not due"),
    Status.DUE: Wording("đang trong hạn nộp", "due"),
    Status.LATE: Wording("quá hạn chưa nộp", "overdue"),
    Status.IN_TIME: Wording("đã nộp đúng hạn", "filed in time"),
    Status.FILED_LATE: Wording("đã nộp muộn", "filed late"),
}


class Reminder(NamedTuple):
    """One reminder of a day. kind: before, on_day, after, escalated; working_days: to or since the due day."""

    kind: str
    working_days: int
    to: Literal["filer", "superior"]
    sentence: str


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """On which working days from the due day somebody is told, during [from, to)."""

    start: date
    end: date | None
    before: tuple[int, ...]
    on_day: bool
    after: tuple[int, ...]
    escalate: tuple[int, ...]
    source: str
    verified: bool


def due(period: Period, rule: DueRule, calendar: Calendar | None = None) -> Due:
    """The due day of a period. ValueError where the rule gives a day on which the period has not ended."""
    calendar = calendar or Calendar.load()
    if rule.day:
        day = _nominal(period, rule)
        while not calendar.is_working(day):
            day += _DAY
        if day <= period.end:
            raise ValueError(
                f"Hạn nộp {rule.sentence} ({vietnamese(day)}) đến trước khi kỳ kết thúc ({vietnamese(period.end)}): "
                "hãy chọn ngày của tháng sau kỳ, hoặc số ngày làm việc sau kỳ."
            )
        return Due(period, rule, day, calendar.count(period.end, day))
    term = calendar.add_working_days(period.end, rule.working_days)
    return Due(period, rule, term.due, term)


def _nominal(period: Period, rule: DueRule) -> date:
    """The fixed day, worked or not."""
    last = period.end
    months = last.year * 12 + last.month - 1 + (rule.month == "after")
    return date(months // 12, months % 12 + 1, rule.day)


def lateness(due: Due, at: date | datetime, calendar: Calendar | None = None) -> int:
    """By how many working days something that comes `at` that day or moment is late; 0 in time.

    What comes after the hour of the due day, or on the days off after it, is one day late. A moment without a time
    zone is one of the offices' clocks.
    """
    day, hour = _local(at)
    if day < due.day or (day == due.day and (due.rule.hour is None or hour < due.rule.hour)):
        return 0
    return max(1, len((calendar or Calendar.load()).count(due.day, day).counted))


def _local(at: date | datetime) -> tuple[date, int]:
    """The day and the hour on the offices' clocks; a day alone is its first hour."""
    if not isinstance(at, datetime):
        return at, 0
    here = at.astimezone(HERE) if at.tzinfo else at
    return here.date(), here.hour


def status(
    due: Due, now: date | datetime, filed: date | datetime | None = None, calendar: Calendar | None = None
) -> Status:
    """Where a unit that has the duty stands now. filed: when it submitted what stands, None where nothing does."""
    if filed is not None:
        return Status.FILED_LATE if lateness(due, filed, calendar) else Status.IN_TIME
    if _local(now)[0] <= due.period.end:
        return Status.NOT_DUE
    return Status.LATE if lateness(due, now, calendar) else Status.DUE


def reminders_for(due: Due, today: date, calendar: Calendar | None = None) -> list[Reminder]:
    """Who is told what today about a form that is not filed: nothing on a day off, each kind at most once.

    Sending it at most once a day is the sender's part.
    """
    calendar = calendar or Calendar.load()
    rule = reminder_rule(due.day)
    if not calendar.is_working(today) or today <= due.period.end:
        return []
    at = f"báo cáo {due.period.label()}, hạn {vietnamese(due.day)}"
    if today == due.day:
        return [Reminder("on_day", 0, "filer", f"Hôm nay là ngày cuối nộp {at}.")] if rule.on_day else []
    if today < due.day:
        days = len(calendar.count(today, due.day).counted)
        said = f"Còn {days} ngày làm việc đến hạn nộp {at}."
        return [Reminder("before", days, "filer", said)] if days in rule.before else []
    days = lateness(due, today, calendar)
    said = f"Đã quá hạn {days} ngày làm việc: {at}."
    found = []
    if days in rule.after:
        found.append(Reminder("after", days, "filer", said))
    if days in rule.escalate:
        found.append(Reminder("escalated", days, "superior", said))
    return found


def reminder_rule(on: date) -> ReminderRule:
    """The days of reminders in force on a day."""
    for rule in reminder_rules():
        if rule.start <= on and (rule.end is None or on < rule.end):
            return rule
    raise ValueError(f"Không có quy định nhắc nộp báo cáo cho ngày {vietnamese(on)}.")


@cache
def reminder_rules(path: Path = DATA / "reminders.yaml") -> tuple[ReminderRule, ...]:
    """The dated rules of the data file, in order; ValueError where two overlap or an entry is wrong."""
    try:
        rules = tuple(
            ReminderRule(
                start=row["from"],
                end=row.get("to"),
                before=_days(row["before"]),
                on_day=row["on_day"],
                after=_days(row["after"]),
                escalate=_days(row["escalate"]),
                source=row["source"],
                verified=row["verified"],
            )
            for row in from_yaml(path.read_text("utf-8"))
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"Không đọc được quy định nhắc nộp {path.name}: {error}.") from error
    for one, other in pairwise(rules):
        if one.end is None or other.start < one.end:
            raise ValueError(f"Quy định nhắc nộp {path.name}: hai khoảng thời gian chồng lên nhau.")
    return rules


def _days(given: Iterable[int]) -> tuple[int, ...]:
    days = tuple(given)
    if any(type(day) is not int or day < 1 for day in days):
        raise ValueError(f"số ngày làm việc phải từ 1: {days}")
    return days


def _runs(days: Iterable[Day]) -> list[str]:
    """Days off in words, those that follow each other as one: "3/1/2026–4/1/2026 (nghỉ hằng tuần)"."""
    runs: list[list[Day]] = []
    for day in days:
        if runs and runs[-1][-1].date + _DAY == day.date:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = []
    for run in runs:
        span = vietnamese(run[0].date) + (f"–{vietnamese(run[-1].date)}" if len(run) > 1 else "")
        whys = dict.fromkeys("nghỉ hằng tuần" if day.source == "weekend" else day.why for day in run)
        said.append(f"{span} ({', '.join(whys)})")
    return said
