"""A reporting round in the middle: people, what each has done by now with the verbs of their own post, what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from danvan.access.actions import add_person, give_post
from danvan.access.models import Person
from danvan.audit import actions as audit
from danvan.config.demo import casework, invented, papers
from danvan.config.demo.acting import BY, acting_as
from danvan.config.demo.invented import Invented
from danvan.config.demo.password import password
from danvan.figures import actions as filing
from danvan.figures import queries as figures
from danvan.figures.catalogue import breakdown_key
from danvan.figures.models import Submission
from danvan.lib.periods import Period
from danvan.narrative.actions import keep
from danvan.narrative.reading.reader import read_text
from danvan.units import actions as map_verbs
from danvan.units import queries as units
from danvan.units import reach
from danvan.units.models import Unit, UnitVersion

REFORM = dt.date(2025, 7, 1)
FRONT = "mat_tran_tuan"
SIGNED = Period("half", 2026, 1)  # what the sample reports tell, so there is something to sign
NEIGHBOUR = "08"  # Tuyên Quang
EARLIEST = Period("quarter", 2026, 3)  # after what the province signed
FRONTS = 4
WEEKS = 5
SILENT = 5


def latest(today: dt.date) -> Period:
    """The quarter that ended last: the round is in its middle whatever the day."""
    return max(Period.covering(today, "quarter").previous, EARLIEST)


class Cast(NamedTuple):
    """The communes of the round, each with a part; `silent` sent nothing and have nobody in the demo."""

    filling: UnitVersion  # xa1: half full
    returned: UnitVersion  # xa2: came back
    restating: UnitVersion  # xa3: accepted, then restated
    jumping: UnitVersion  # xa4: waits, with a figure that asks for a look
    waiting: UnitVersion  # xa5
    late: UnitVersion  # xa6: nothing yet
    silent: tuple[UnitVersion, ...]

    @property
    def named(self) -> tuple[UnitVersion, ...]:
        return self[:6]

    @property
    def not_accepted(self) -> set[int]:
        """Whose latest quarter the bulk leaves to the round."""
        return {one.unit_id for one in (*self.named, *self.silent)} - {self.restating.unit_id}


def cast(communes: Sequence[UnitVersion], told: set[int]) -> Cast:
    """told: the communes whose half-year a sample report tells; they are left alone."""
    free = [one for one in communes if one.unit_id not in told]
    return Cast(*free[1:7], tuple(free[-SILENT:]))


@dataclass(frozen=True, slots=True)
class Role:
    """One of the demo's people. tries: what to look for when signed in as them."""

    username: str
    name: str
    unit: int
    role: str
    title: str
    tries: str


def people(parts: Cast, province: Unit, country: Unit, fronts: Sequence[Unit], period: Period) -> list[Role]:
    """Who there is. Names say that they are nobody; the number tells them apart."""
    (neighbour,) = units.with_code(NEIGHBOUR, period.end, "province")
    committee = "Cán bộ Ban Xây dựng Đảng (minh họa)"
    what = period.label()
    office = "Trưởng ban (minh họa)"

    def at(version: UnitVersion, number: int, username: str, role: str, title: str, tries: str) -> Role:
        kind = "Lãnh đạo" if role == "leader" else "Cán bộ"
        return Role(username, f"{kind} minh họa {number} ({version.name})", version.unit_id, role, title, tries)

    home = units.version_on(province, period.end)
    whole = units.version_on(country, period.end)
    assert home is not None and whole is not None  # noqa: S101, PT018 -- the map is loaded
    return [
        at(parts.filling, 1, "xa1", "officer", committee, f"nhập tiếp {what} đang dở; tiếp dân, xử lý vụ việc"),
        at(parts.filling, 2, "lanhdao-xa1", "leader", "Phó Bí thư (minh họa)", f"gửi {what} khi đủ; ký trả lời dân"),
        at(parts.returned, 3, "xa2", "reviewer", committee, f"{what} bị trả lại: xem lý do ở từng ô, sửa, gửi lại"),
        at(parts.restating, 4, "xa3", "reviewer", committee, "đã đính chính quý I; đính chính thêm kỳ khác"),
        at(parts.jumping, 5, "xa4", "reviewer", committee, f"đã gửi {what}, chờ xem xét; rút lại được"),
        at(parts.waiting, 6, "xa5", "reviewer", committee, f"đã gửi {what}, chờ xem xét"),
        at(parts.late, 7, "xa6", "reviewer", committee, f"chưa gửi {what}, đã được nhắc: tải biểu Excel, nhập, gửi"),
        Role("mattran1", f"Cán bộ minh họa 8 (Mặt trận {parts.filling.name})", fronts[0].pk, "reviewer",
             "Cán bộ Mặt trận (minh họa)", "nhập số liệu tuần của Mặt trận"),
        at(home, 9, "tinh", "reviewer", "Chuyên viên (minh họa)", "xem xét, trả lại, chấp nhận, nhắc các xã"),
        at(home, 10, "lanhdao-tinh", "leader", office, "xem toàn tỉnh, vụ việc quá hạn; số đã ký thay đổi: ký lại"),
        at(home, 11, "xem-tinh", "viewer", "Chuyên viên (minh họa)", "chỉ xem: bảng gửi, tổng hợp, so sánh"),
        at(neighbour, 12, "tinhban", "leader", office, f"tỉnh bên: không thấy gì của {home.name}"),
        at(whole, 13, "trunguong", "leader", "Vụ trưởng (minh họa)", "xem cả nước, đi từ con số xuống câu văn"),
        at(whole, 14, "quantri", "administrator", "Quản trị (minh họa)", "người dùng, chức danh, nhật ký"),
        at(whole, 15, "bieumau", "forms", "Quản trị biểu mẫu (minh họa)", "soạn và ban hành phiên bản biểu"),
    ]  # fmt: skip


def prepare(parts: Cast, province: Unit, country: Unit, today: dt.date) -> list[Role]:
    """The people, the bodies of the Front, and what each has done by now, also of what citizens raise. Whole or not at
    all; safe to repeat."""
    period = latest(today)
    with transaction.atomic():
        fronts = _fronts(parts)
        roles = people(parts, province, country, fronts, period)
        if not Person.objects.filter(username=roles[0].username).exists():
            _people(roles)
            _Play(parts, province, period, fronts).all(today)
        homes = {name: getattr(parts, name).unit_id for name in ("filling", "returned", "restating", "waiting")}
        casework.play({**homes, "province": province.pk}, today)
    return roles


def _fronts(parts: Cast) -> list[Unit]:
    """The Front's body in a few communes: made up, as bodies are not in the packages."""
    homes = parts.named[:FRONTS]
    known = {
        one.parent_id: one.unit
        for one in UnitVersion.objects.filter(
            parent__in=[home.unit_id for home in homes], unit__line=Unit.Line.FRONT
        ).select_related("unit")
    }
    with reach.once():
        return [known.get(home.unit_id) or _front(home) for home in homes]


def _front(home: UnitVersion) -> Unit:
    return map_verbs.establish(
        name=f"Ủy ban MTTQ Việt Nam {home.name[:1].lower()}{home.name[1:]} (minh họa)",
        level=UnitVersion.Level.COMMUNE,
        parent=home.unit,
        kind=Unit.Kind.BODY,
        line=Unit.Line.FRONT,
        on=REFORM,
        by=BY,
        decision="Minh họa, không phải cơ quan có thật",
        illustration=True,
    )


def _people(roles: Sequence[Role]) -> None:
    secret = password()
    for one in roles:
        person = add_person(username=one.username, name=one.name, password=secret, by=BY, illustration=True)
        give_post(person=person, unit=one.unit, role=one.role, title=one.title, since=REFORM, by=BY)


def renew_passwords() -> None:
    """Where the file of the password was lost: a new one for all of the demo's people."""
    secret = password()
    for person in Person.objects.filter(illustration=True):
        if not person.check_password(secret):
            person.set_password(secret)
            person.save(update_fields=["password"])
            audit.record(by=BY, verb="access.renew_demo_password", subject=person)


class _Play:
    """What the people did, each in their own scope."""

    def __init__(self, parts: Cast, province: Unit, period: Period, fronts: Sequence[Unit]) -> None:
        self.parts, self.province, self.period, self.fronts = parts, province, period, fronts

    def all(self, today: dt.date) -> None:
        self._sign()
        self._wait()
        self._fill()
        self._send_back()
        self._restate()
        self._remind()
        self._weeks(today)
        self._report()
        self._papers(today)

    def _sign(self) -> None:
        with acting_as("lanhdao-tinh") as by:
            filing.sign(form=figures.FORM, unit=self.province, period=SIGNED, by=by, text="Số liệu minh họa.")

    def _wait(self) -> None:
        self._send("xa5", self.parts.waiting)
        more = {"rec.turns": 8, "rec.persons": 8}
        self._send("xa4", self.parts.jumping, times=more)

    def _fill(self) -> None:
        entries = self._entries(self.parts.filling)
        with acting_as("xa1") as by:
            draft = filing.open_draft(
                form=figures.FORM, unit=self.parts.filling.unit_id, period=self.period, by=by, illustration=True
            )
            filing.enter(submission=draft, entries=entries[: len(entries) // 2], by=by)

    def _send_back(self) -> None:
        sent = self._send("xa2", self.parts.returned)
        remarks = [
            filing.RemarkInput("Số vụ việc đã giải quyết cao hơn sổ tiếp công dân: xem lại.", "rec.cases_resolved"),
            filing.RemarkInput("Chưa tách mô hình lĩnh vực kinh tế theo hướng dẫn mới.", "mod.total", "field=economy"),
        ]
        with acting_as("tinh") as by:
            filing.send_back(submission=sent, remarks=remarks, by=by, decision="Bổ sung rồi gửi lại trong tuần.")

    def _restate(self) -> None:
        """Of a quarter within what the province signed, accepted; of the latest one, waiting."""
        unit = self.parts.restating
        first = self._correct(unit, Period("quarter", 2026, 1), "Sổ tiếp công dân còn 3 lượt chưa ghi.", 3)
        with acting_as("tinh") as by:
            filing.accept(submission=first, by=by)
        self._correct(unit, self.period, "Ghi thiếu một buổi tiếp công dân cuối kỳ.", 2)

    def _correct(self, unit: UnitVersion, period: Period, why: str, more: int) -> Submission:
        said = {
            one.indicator: one for one in invented.figures(unit.code, period.year, period.index) if not one.breakdown
        }
        keys = ("rec.turns", "rec.persons")
        with acting_as("xa3") as by:
            draft = filing.open_draft(
                form=figures.FORM, unit=unit.unit_id, period=period, by=by, restate=why, illustration=True
            )
            entries = [
                filing.Entry(filing.CellInput(key, said[key].value + more), note=why, force=True) for key in keys
            ]
            filing.enter(submission=draft, entries=entries, by=by)
            return filing.submit(submission=draft, by=by)

    def _remind(self) -> None:
        late = [self.parts.late, *self.parts.silent]
        with acting_as("tinh") as by:
            filing.remind(
                form=figures.FORM,
                root=self.province.pk,
                period=self.period,
                chosen=[one.unit_id for one in late],
                by=by,
            )

    def _weeks(self, today: dt.date) -> None:
        """The Front's last weeks: the latest one half filled by the first body, not begun by the last."""
        last = Period.covering(today, "week").previous
        weeks = [last]
        while len(weeks) < WEEKS:
            weeks.insert(0, weeks[0].previous)
        filings = [
            filing.FilingInput(
                unit=body,
                period=week,
                cells=[cell(one) for one in invented.week(home.code, week.year, week.index)],
                source="minh họa",
                filed_at=sent_at(week, f"{home.code}/{week.code}", 1),
            )
            for body, home in zip(self.fronts, self.parts.named, strict=False)
            for week in weeks
            if week != last or body in self.fronts[1:-1]
        ]
        filing.file_many(form=FRONT, filings=filings, by=BY, illustration=True)
        home = self.parts.filling
        entries = [filing.Entry(cell(one)) for one in invented.week(home.code, last.year, last.index)]
        with acting_as("mattran1") as by:
            draft = filing.open_draft(form=FRONT, unit=self.fronts[0], period=last, by=by, illustration=True)
            filing.enter(submission=draft, entries=entries[: len(entries) // 2], by=by)

    def _report(self) -> None:
        """What the first commune's Party building board wrote lies there, read and not yet looked through."""
        home = self.parts.filling
        above = units.version_on(self.province, self.period.end)
        text = (resources.files(__package__) / "to_review.txt").read_text("utf-8")
        words = text.format(
            UNIT=home.name.upper(),
            unit=home.name[:1].lower() + home.name[1:],
            province=above.name,
            period=self.period.label(),
        )
        with acting_as("xa1") as by:
            keep(document=read_text(words), name=f"bao-cao-{self.period.code}.txt", by=by, illustration=True)

    def _papers(self, today: dt.date) -> None:
        with acting_as("tinh") as by:
            papers.invitation(self.province.pk, self.period, today, by)
            drafted = papers.conclusion(self.province.pk, self.period, today, by)
        with acting_as("lanhdao-tinh") as by:
            papers.issue(drafted, today, by)

    def _send(self, username: str, unit: UnitVersion, times: dict[str, int] | None = None) -> Submission:
        """A commune's latest quarter, entered and submitted. times: figures multiplied, so that they ask for a look."""
        with acting_as(username) as by:
            draft = filing.open_draft(
                form=figures.FORM, unit=unit.unit_id, period=self.period, by=by, illustration=True
            )
            filing.enter(submission=draft, entries=self._entries(unit, times or {}), by=by)
            return filing.submit(submission=draft, by=by)

    def _entries(self, unit: UnitVersion, times: dict[str, int] | None = None) -> list[filing.Entry]:
        found = invented.figures(unit.code, self.period.year, self.period.index)
        more = times or {}
        return [filing.Entry(cell(one._replace(value=one.value * (more.get(one.indicator, 1))))) for one in found]


def cell(one: Invented) -> filing.CellInput:
    return filing.CellInput(
        indicator=one.indicator,
        value=one.value,
        breakdown=breakdown_key(one.breakdown),
        numerator=one.numerator,
        denominator=one.denominator,
    )


def sent_at(period: Period, seed: str, within: int = 6) -> dt.datetime:
    """When an invented report came in: in the days after the period, one in fifteen late."""
    dice = invented.dice_of(seed)
    days = dice.randint(1, within) if dice.random() > 1 / 15 else within + dice.randint(3, 9)
    day = period.end + dt.timedelta(days)
    at = dt.datetime.combine(day, dt.time(dice.randint(8, 16), dice.randint(0, 59)))
    return min(timezone.make_aware(at), timezone.now())
