"""When the law wants a matter's next step done, and why on that day: the acts of a matter in, a day with its trace out.

Plain Python. The terms are data with their articles (data/deadlines.yaml); which days are worked is `lib.workdays`.
Counting follows Bộ luật Dân sự 2015 Điều 147, 148: the day of the act that starts a clock is not counted, and a term in
calendar days that would end on a day off ends on the next working day. While a clock stands still no day counts: from
the day after the pause up to and with the day on which the matter is taken up again.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import yaml

from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import vietnamese
from danvan.lib.workdays import YEARS, Calendar, Day, TermKind, weekday

DATA = Path(__file__).parent / "data" / "deadlines.yaml"
KINDS: Mapping[TermKind, str] = {"calendar": "ngày", "working": "ngày làm việc"}
TRAITS = {
    "remote": "vùng sâu, vùng xa",
    "complex": "phức tạp",
    "specially_complex": "đặc biệt phức tạp",
    "several_places": "phải kiểm tra ở nhiều nơi",
    "not_competent": "không thuộc thẩm quyền",
    "reception": "nêu khi tiếp công dân",
}
_DAY = timedelta(days=1)
_LONGEST = 366 * 5  # days looked at; a clock that runs longer has been paused for years

PAUSE, RESUME, EXTEND, HAND_OVER = "suspend", "resume", "extend", "hand_over"


class DeadlineError(ValueError):
    """What cannot be counted; a Vietnamese sentence that says what to do."""


class NoRuleError(DeadlineError):
    """No version of a term is in force on a day: a rule ended and none took its place."""


# Rules


@dataclass(frozen=True, slots=True)
class Extension:
    """How a term may be made longer: of matters with this trait, so many times, by at most so many days each."""

    of: str
    times: int
    days: int
    article: str


@dataclass(frozen=True, slots=True)
class Pause:
    """From which day on the law knows that the clock may stand still."""

    since: date
    article: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One term of law, as it holds from a day on. until: the first day on which it does not hold; None: it holds still.

    longer: traits -> days, for matters that have all of them. minimum: no limit but a wait: nothing may be done before.
    """

    code: str
    name: str
    article: str
    since: date
    days: int
    kind: TermKind
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    until: date | None = None
    longer: Mapping[frozenset[str], int] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = ()
    pause: Pause | None = None
    next: str = ""
    when: str = ""
    minimum: bool = False
    note: str = ""
    verified: bool = False

    def allowed(self, traits: Collection[str] = ()) -> tuple[int, frozenset[str]]:
        """The days of the term for such a matter, and the traits that make it longer."""
        fitting = [(days, said) for said, days in self.longer.items() if said <= set(traits)]
        return max(fitting, key=lambda one: (one[0], sorted(one[1])), default=(self.days, frozenset()))

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Rules:
    """The table of terms. Errors are DeadlineErrors."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._versions: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=lambda one: (one.code, one.since)):
            versions = self._versions.setdefault(rule.code, [])
            before = versions[-1] if versions else None
            if before and (before.until is None or before.until > rule.since):
                raise DeadlineError(f"Thời hạn “{rule.code}” có hai bản cùng hiệu lực ngày {vietnamese(rule.since)}.")
            versions.append(rule)
        for rule in self:
            if rule.next and rule.next not in self._versions:
                raise DeadlineError(f"Thời hạn “{rule.code}” dẫn sang “{rule.next}”, nhưng không có thời hạn này.")

    @classmethod
    def load(cls, path: Path = DATA) -> Rules:
        return _load(path)

    def __iter__(self) -> Iterator[Rule]:
        return (rule for versions in self._versions.values() for rule in versions)

    def on(self, code: str, day: date) -> Rule:
        """The version in force on a day."""
        versions = self._versions.get(code)
        if versions is None:
            known = ", ".join(self._versions)
            raise DeadlineError(f"Không có thời hạn “{code}”. Có: {known}.")
        for rule in versions:
            if rule.holds_on(day):
                return rule
        since = ", ".join(
            f"từ {vietnamese(rule.since)}" + (f" đến hết {vietnamese(rule.until - _DAY)}" if rule.until else "")
            for rule in versions
        )
        raise NoRuleError(
            f"“{versions[-1].name}” không có quy định hiệu lực ngày {vietnamese(day)} (chỉ có: {since}). "
            "Kiểm tra lại ngày, hoặc bổ sung quy định của thời gian đó."
        )

    def ending(self, day: date, until: date) -> list[Rule]:
        """Versions that stop holding after that day and up to another with none to take their place."""
        return [
            rule
            for versions in self._versions.values()
            for rule in versions
            if rule.until and day < rule.until <= until and not any(one.holds_on(rule.until) for one in versions)
        ]


@cache
def _load(path: Path) -> Rules:
    try:
        data = from_yaml(path.read_text("utf-8"))
        return Rules(_rule(row) for row in data["rules"])
    except DeadlineError:
        raise
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise DeadlineError(f"Không đọc được bảng thời hạn {path.name}: {error}.") from error


def _rule(row: Mapping[str, Any]) -> Rule:
    given = dict(row)
    longer = {frozenset(said.split()): days for said, days in (given.pop("longer", None) or {}).items()}
    pause = given.pop("pause", None)
    rule = Rule(
        since=given.pop("from"),
        until=given.pop("to", None),
        starts=tuple(given.pop("starts")),
        ends=tuple(given.pop("ends")),
        longer=MappingProxyType(longer),
        extensions=tuple(Extension(**one) for one in given.pop("extension", ())),
        pause=Pause(pause["from"], pause["article"]) if pause else None,
        **given,
    )
    named = {trait for said in longer for trait in said} | {one.of for one in rule.extensions}
    if rule.when:
        named.add(rule.when)
    if unknown := named - TRAITS.keys():
        raise DeadlineError(f"Thời hạn “{rule.code}”: không rõ tính chất {', '.join(sorted(unknown))}.")
    if rule.kind not in get_args(TermKind):
        raise DeadlineError(f"Thời hạn “{rule.code}”: cách tính “{rule.kind}” không có.")
    if type(rule.days) is not int or rule.days < 1 or any(type(d) is not int or d < rule.days for d in longer.values()):
        raise DeadlineError(f"Thời hạn “{rule.code}”: số ngày phải là số nguyên từ 1, bản dài hơn không được ngắn hơn.")
    return rule


# Acts and what follows from them


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to a matter on a day. days: by how many an extension makes the term longer.

    to: the unit that took the matter over.
    """

    kind: str
    day: date
    days: int = 0
    to: str = ""


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"  # ended in time
    MISSED = "missed"  # ended too late
    OVERDUE = "overdue"  # runs on, too late
    HANDED_OVER = "handed_over"


StepKind = Literal["start", "counted", "skipped", "paused", "due"]


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the trace. number: its place in the term, None where it is not counted."""

    day: date
    kind: StepKind
    why: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock of a matter: until when, and why.

    due: the last day in time (of a minimum: the first day allowed); None while the clock stands still. allowed: days of
    the term without extensions; total: with them. trace: every day from the start to the due day.
    """

    rule: Rule
    start: Act
    due: date | None
    allowed: int
    total: int
    traits: frozenset[str]
    trace: tuple[Step, ...]
    extensions: tuple[tuple[Act, Extension], ...] = ()
    ended: Act | None = None
    handed_over: Act | None = None
    unconfirmed_years: tuple[int, ...] = ()

    @property
    def counted(self) -> int:
        return sum(step.number is not None for step in self.trace)

    def state(self, today: date) -> State:
        if self.handed_over:
            return State.HANDED_OVER
        if self.ended:
            return State.MISSED if self.is_late(self.ended.day) else State.MET
        if self.due is None:
            return State.PAUSED
        return State.OVERDUE if self.is_late(today) else State.RUNNING

    def is_late(self, day: date) -> bool:
        """Whether something done on that day is out of time; of a minimum: too early."""
        if self.due is None:
            return False
        return day < self.due if self.rule.minimum else day > self.due

    def left(self, today: date, calendar: Calendar) -> int | None:
        """Working days left, 0 on the last day, negative for those since; None while the clock stands still."""
        if self.due is None:
            return None
        early, late = sorted((today, self.due))
        days = len(calendar.count(early, late).counted)
        return days if today <= self.due else -days

    @property
    def sentence(self) -> str:
        """The day with its reason, in Vietnamese."""
        term = f"{self.total} {KINDS[self.rule.kind]} từ {vietnamese(self.start.day)} (không tính ngày này)"
        if self.due is None:
            return f"{self.rule.name}: đồng hồ đang dừng, đã tính {self.counted}/{self.total} {KINDS[self.rule.kind]}."
        day = f"{weekday(self.due)} {vietnamese(self.due)}"
        said = f"không sớm hơn {day}" if self.rule.minimum else f"hạn cuối {day}"
        return f"{self.rule.name}: {said}; {term}, {self.rule.article}."

    @property
    def warnings(self) -> tuple[str, ...]:
        said = (
            [] if self.rule.verified else [f"Thời hạn này chưa đối chiếu với văn bản chính thức ({self.rule.article})."]
        )
        if self.rule.note:
            said.append(self.rule.note)
        said += [
            f"Năm {year}: chưa có quyết định nghỉ lễ, hoán đổi ngày làm việc trong dữ liệu; kết quả có thể thay đổi."
            for year in self.unconfirmed_years
        ]
        return tuple(said)


def deadline(
    code: str,
    acts: Sequence[Act],
    *,
    traits: Collection[str] = (),
    rules: Rules | None = None,
    calendar: Calendar | None = None,
) -> Deadline | None:
    """The clock of one rule over a matter's acts in their order; None where it never started.

    An act that starts it once more (a matter taken over) starts it anew. Raises DeadlineError for acts that cannot
    stand: out of order, an extension that came too late or that the law does not know, a pause within a pause.
    """
    rules, calendar = rules or Rules.load(), calendar or Calendar.load()
    _in_order(acts)
    began = _began(code, acts, rules)
    if began is None:
        return None
    start = acts[began]
    rule = rules.on(code, start.day)
    return _Clock(rule, start, frozenset(traits), calendar).run(acts[began + 1 :])


def deadlines(
    acts: Sequence[Act],
    *,
    codes: Iterable[str],
    traits: Collection[str] = (),
    rules: Rules | None = None,
    calendar: Calendar | None = None,
) -> list[Deadline]:
    """The clocks of a matter, those of the given rules that started, in the order in which they did.

    One that started on a day on which no version of its rule was in force is not among them: see `unruled`.
    """
    rules = rules or Rules.load()
    found = []
    for code in codes:
        with suppress(NoRuleError):
            if one := deadline(code, acts, traits=traits, rules=rules, calendar=calendar):
                found.append(one)
    fitting = [one for one in found if not one.rule.when or one.rule.when in traits]
    return sorted(fitting, key=lambda one: (one.start.day, one.rule.code))


def unruled(acts: Sequence[Act], *, codes: Iterable[str], rules: Rules | None = None) -> list[str]:
    """A sentence for each of the rules whose clock would have started, had a version been in force."""
    rules = rules or Rules.load()
    said = []
    for code in codes:
        if (began := _began(code, acts, rules)) is not None:
            try:
                rules.on(code, acts[began].day)
            except NoRuleError as error:
                said.append(str(error))
    return said


def _began(code: str, acts: Sequence[Act], rules: Rules) -> int | None:
    """The place of the act that started the clock last."""
    starts = {kind for rule in rules if rule.code == code for kind in rule.starts}
    if not starts:
        rules.on(code, date.min)  # raises: there is no such rule
    return next((place for place in range(len(acts) - 1, -1, -1) if acts[place].kind in starts), None)


def _in_order(acts: Sequence[Act]) -> None:
    for before, after in itertools.pairwise(acts):
        if after.day < before.day:
            raise DeadlineError(
                f"Việc ngày {vietnamese(after.day)} được ghi sau việc ngày {vietnamese(before.day)}: "
                "xem lại ngày của hai việc."
            )


class _Clock:
    """Counts one term through the acts that follow its start."""

    def __init__(self, rule: Rule, start: Act, traits: frozenset[str], calendar: Calendar) -> None:
        self.rule, self.start, self.traits, self.calendar = rule, start, traits, calendar
        self.allowed, self.because = rule.allowed(traits)
        self.pauses: list[tuple[Act, Act | None]] = []
        self.extended: list[tuple[Act, Extension]] = []

    def run(self, acts: Sequence[Act]) -> Deadline:
        ended = handed_over = None
        for act in acts:
            if act.kind in self.rule.ends:
                ended = act
            elif act.kind == HAND_OVER:
                handed_over = act
            elif act.kind == PAUSE:
                self._pause(act)
            elif act.kind == RESUME:
                self._resume(act)
            elif act.kind == EXTEND and self.rule.extensions:
                self._extend(act)
            if ended or handed_over:
                break
        steps, due, years = self._count(self._total())
        return Deadline(
            rule=self.rule,
            start=self.start,
            due=due,
            allowed=self.allowed,
            total=self._total(),
            traits=self.because,
            trace=tuple(steps),
            extensions=tuple(self.extended),
            ended=ended,
            handed_over=handed_over,
            unconfirmed_years=tuple(sorted(years - self.calendar.plans.keys())),
        )

    def _total(self) -> int:
        return self.allowed + sum(act.days for act, _by in self.extended)

    def _pause(self, act: Act) -> None:
        rule = self.rule
        if rule.pause is None:
            return  # this clock knows no pause: it runs on
        if act.day < rule.pause.since:
            raise DeadlineError(
                f"“{rule.name}” chỉ được tạm đình chỉ từ {vietnamese(rule.pause.since)} ({rule.pause.article}), "
                f"không phải ngày {vietnamese(act.day)}."
            )
        if self.pauses and self.pauses[-1][1] is None:
            raise DeadlineError(f"Ngày {vietnamese(act.day)}: vụ việc đang tạm đình chỉ, hãy ghi ngày tiếp tục trước.")
        self.pauses.append((act, None))

    def _resume(self, act: Act) -> None:
        if self.rule.pause is None:
            return
        if not self.pauses or self.pauses[-1][1] is not None:
            raise DeadlineError(f"Ngày {vietnamese(act.day)}: vụ việc không tạm đình chỉ nên không có gì để tiếp tục.")
        self.pauses[-1] = self.pauses[-1][0], act

    def _extend(self, act: Act) -> None:
        rule = self.rule
        fitting = [one for one in rule.extensions if one.of in self.traits]
        if not fitting:
            of = " hoặc ".join(TRAITS[one.of] for one in rule.extensions)
            raise DeadlineError(f"“{rule.name}” chỉ được gia hạn với vụ việc {of}: hãy ghi tính chất vụ việc trước.")
        by = fitting[0]
        if len(self.extended) >= by.times:
            raise DeadlineError(
                f"“{rule.name}” chỉ được gia hạn {by.times} lần với vụ việc {TRAITS[by.of]} ({by.article})."
            )
        if not 1 <= act.days <= by.days:
            raise DeadlineError(f"Mỗi lần gia hạn từ 1 đến {by.days} ngày ({by.article}), không phải {act.days} ngày.")
        _steps, due, _years = self._count(self._total())
        if due is not None and act.day > due:
            raise DeadlineError(
                f"Gia hạn ngày {vietnamese(act.day)} sau khi đã hết hạn ({vietnamese(due)}): không gia hạn được nữa. "
                "Hãy giải quyết ngay và ghi lý do chậm."
            )
        self.extended.append((act, by))

    def _count(self, total: int) -> tuple[list[Step], date | None, set[int]]:
        """Every day from the start on, the last of them the due day; no due day while the clock stands still."""
        steps, number = [Step(self.start.day, "start", "ngày bắt đầu, không tính")], 0
        years: set[int] = set()
        day = self.start.day
        for _ in range(_LONGEST):
            day += _DAY
            if day.year not in YEARS:
                break
            if (paused := self._paused_on(day)) is not None:
                if paused[1] is None:
                    steps.append(Step(day, "paused", f"tạm đình chỉ từ {vietnamese(paused[0].day)}"))
                    return steps, None, years
                steps.append(Step(day, "paused", f"tạm đình chỉ đến {vietnamese(paused[1].day)}"))
                continue
            last = number + 1 == total
            if self.rule.kind == "working" or (last and not self.rule.minimum):
                years.add(day.year)
                found: Day = self.calendar.day(day)
                if not found.working:
                    steps.append(
                        Step(day, "skipped", found.why if self.rule.kind == "working" else f"{found.why}: lùi hạn")
                    )
                    continue
            number += 1
            steps.append(Step(day, "due" if last else "counted", "", number))
            if last:
                return steps, day, years
        raise DeadlineError(
            f"“{self.rule.name}” tính từ {vietnamese(self.start.day)} kéo dài quá {_LONGEST} ngày: "
            "xem lại các ngày tạm đình chỉ."
        )

    def _paused_on(self, day: date) -> tuple[Act, Act | None] | None:
        return next(
            ((begun, ended) for begun, ended in self.pauses if begun.day < day and (ended is None or day <= ended.day)),
            None,
        )
