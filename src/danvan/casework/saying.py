"""What the things of this room are called on a page, in its language: types, states, values, days, terms.

The terms of law and their articles stand in Vietnamese in either language; pages mark them so.
"""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.casework import workflow
from danvan.casework.deadlines import TRAITS, Deadline, Rules, State
from danvan.casework.workflow import Label
from danvan.figures import catalogue
from danvan.figures.filing_page import language
from danvan.lib.periods import Language
from danvan.lib.workdays import Calendar

Choices = list[tuple[str, str]]
SOON = 3  # working days from which on a limit is said to be near
_FAR = 60  # days beyond which lateness is told in plain days


class Mark(NamedTuple):
    """A state said by icon, colour and word."""

    icon: str
    tone: str
    word: str


# Words of the catalogue and of the table of acts


def label(one: Label) -> str:
    return one.en if language() == "en" else one.vi


def options(vocabulary: str) -> Choices:
    """(value, name) of a vocabulary of the catalogue."""
    return list(_words(vocabulary, language()).items())


def named(vocabulary: str, value: str) -> str:
    """A value's name; the value itself where the vocabulary does not know it."""
    return _words(vocabulary, language()).get(value, value)


@cache
def _words(vocabulary: str, spoken: Language) -> dict[str, str]:
    found = catalogue.load().vocabularies[vocabulary]
    return {value: word.label(spoken) for value, word in found.values.items()}


def types() -> Choices:
    return [(code, type_name(code)) for code in workflow.load().types]


def type_name(code: str) -> str:
    if code == "data_request":
        return _("yêu cầu về dữ liệu cá nhân")
    return named("matter_type", code)


def states() -> Choices:
    return [(code, label(one)) for code, one in workflow.load().states.items()]


def state_name(code: str) -> str:
    return label(workflow.load().states[code])


def resolution_name(code: str) -> str:
    found = workflow.load().resolutions.get(code)
    return label(found) if found else ""


def traits() -> Choices:
    said = {
        "remote": _("vùng sâu, vùng xa"),
        "complex": _("phức tạp"),
        "specially_complex": _("đặc biệt phức tạp"),
        "several_places": _("phải kiểm tra ở nhiều nơi"),
    }
    return [(code, said[code]) for code in TRAITS if code in said]


def done(step: workflow.Step) -> str:
    """What is said of an act once it was done."""
    return step.en_done if language() == "en" else step.done


def act_name(kind: str, matter_type: str) -> str:
    """What an act is called on its button."""
    step = workflow.load()[matter_type].steps.get(kind)
    return (step.en if language() == "en" else step.vi) if step else kind


# Days and limits


@cache
def calendar() -> Calendar:
    return Calendar.load()


@lru_cache(maxsize=4096)
def _working_days(after: dt.date, until: dt.date) -> int:
    return len(calendar().count(after, until).counted)


def due_mark(due: dt.date | None, today: dt.date) -> Mark | None:
    """How near a limit is: in working days, in plain ones where it is long past. None where there is none."""
    if due is None:
        return None
    if due < today:
        late = (today - due).days
        if late > _FAR:
            return Mark("bad", "bad", ngettext("trễ %(n)s ngày", "trễ %(n)s ngày", late) % {"n": late})
        n = max(1, _working_days(due, today))
        return Mark("bad", "bad", ngettext("trễ %(n)s ngày làm việc", "trễ %(n)s ngày làm việc", n) % {"n": n})
    if due == today:
        return Mark("clock", "due", _("hạn hôm nay"))
    if (due - today).days > _FAR:
        n = (due - today).days
        return Mark("calendar", "", ngettext("còn %(n)s ngày", "còn %(n)s ngày", n) % {"n": n})
    n = _working_days(today, due)
    said = ngettext("còn %(n)s ngày làm việc", "còn %(n)s ngày làm việc", n) % {"n": n}
    return Mark("clock", "due", said) if n <= SOON else Mark("calendar", "", said)


def clock_mark(clock: Deadline, today: dt.date) -> Mark:
    """What a clock of a matter stands at."""
    state = clock.state(today)
    if state == State.HANDED_OVER:
        return Mark("same", "waiting", _("chuyển theo vụ việc"))
    if state == State.PAUSED:
        return Mark("clock", "waiting", _("đang tạm dừng"))
    if state == State.MET:
        return Mark("done", "done", _("đã làm đúng hạn"))
    if state == State.MISSED:
        return Mark("bad", "bad", _("đã làm, trễ hạn"))
    if clock.rule.minimum:
        return Mark("calendar", "waiting", _("không sớm hơn ngày này"))
    return due_mark(clock.due, today) or Mark("clock", "", "")


@cache
def _rule_names() -> dict[str, str]:
    return {rule.code: rule.name for rule in Rules.load()}


def rule_name(code: str) -> str:
    return _rule_names().get(code, code)
