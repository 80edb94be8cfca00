"""What citizens of the demo raise and what became of it by now (casework.yaml), done with the verbs of each post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import resources
from typing import Any

from danvan.access import scope
from danvan.audit.actions import By
from danvan.casework import actions, deadlines, workflow
from danvan.casework.actions import answers, citizens, dialogues, issues, promises
from danvan.casework.models import Answer, Dialogue, Matter, Opinion
from danvan.config.demo.acting import BY, acting_as
from danvan.lib.datafiles import from_yaml
from danvan.lib.workdays import Calendar
from danvan.units import queries as units

POSTS = {"filling": ("xa1", "lanhdao-xa1"), "returned": ("xa2", ""), "restating": ("xa3", ""), "waiting": ("xa5", ""),
         "province": ("tinh", "lanhdao-tinh")}  # who handles, who decides; '': nobody of the demo does  # fmt: skip
TERMS = {"complaint": "complaint.settle_first", "denunciation": "denunciation.settle"}
TERM = "recommendation.answer"  # of the others
DAY = dt.timedelta(1)
Row = Mapping[str, Any]


def play(homes: Mapping[str, int], today: dt.date) -> None:
    """Fills the room of casework in the caller's transaction; nothing where it was filled before.

    homes: the unit of each part that casework.yaml names.
    """
    with scope.system("demo"):
        if Matter.objects.filter(illustration=True).exists():
            return
    said = from_yaml((resources.files(__package__) / "casework.yaml").read_bytes())
    _Play(homes, today).all(said)


class _Play:
    def __init__(self, homes: Mapping[str, int], today: dt.date) -> None:
        self.homes, self.today = homes, today
        self.parts = {unit: part for part, unit in homes.items()}
        self.calendar = Calendar.load()
        self.matters: dict[str, Matter] = {}

    def all(self, said: Row) -> None:
        for row in said["days"]:
            self._plan(row)
        # In the order in which they came, as their numbers in the register say.
        for row in sorted(said["matters"], key=lambda one: (self._received(one), one["id"])):
            self._matter(row)
        for row in said["turns"]:
            with self._by(self.homes[row["unit"]]) as by:
                actions.receive_visit(
                    unit=self.homes[row["unit"]],
                    on=self._before(row["ago"]),
                    persons=row["persons"],
                    said=row["said"],
                    by=by,
                    illustration=True,
                )
        for row in said["issues"]:
            self._issue(row)
        for row in said["dialogues"]:
            self._dialogue(row, said["promises"])

    # Days

    def _before(self, ago: int) -> dt.date:
        """So many days before today, on a working day; ahead of today where it is less than 0."""
        return self._working(self.today - dt.timedelta(ago), DAY if ago < 0 else -DAY)

    def _working(self, day: dt.date, step: dt.timedelta = -DAY) -> dt.date:
        while not self.calendar.is_working(day):
            day += step
        return day

    def _accepted(self, row: Row) -> dt.date:
        """The last working day on which it could be accepted for its term to end so many days from today."""
        last = self._working(self.today + dt.timedelta(row["due"]), DAY if row["due"] >= 0 else -DAY)
        day = self._working(min(last, self.today))
        rule = TERMS.get(row["type"], TERM)
        while (found := deadlines.deadline(rule, [deadlines.Act("accept", day)])) and found.due and found.due > last:
            day = self._working(day - DAY)
        return day

    def _received(self, row: Row) -> dt.date:
        if "due" not in row:
            return self._before(row["ago"])
        return self._working(self._accepted(row) - dt.timedelta(_after(row, "accept")))

    def _day_of(self, row: Row, after: int) -> dt.date:
        """So many days after the matter was received, on a working day."""
        start = self._received(row)
        if "due" in row:  # from the day of acceptance on both sides
            day = self._working(self._accepted(row) + dt.timedelta(after - _after(row, "accept")))
        else:
            day = self._working(self.today - dt.timedelta(row["ago"]) + dt.timedelta(after))
        return min(max(day, start), self.today)

    # Who

    def _by(self, unit: int, *, decides: bool = False) -> AbstractContextManager[By]:
        username = POSTS[self.parts[unit]][decides]
        return acting_as(username) if username else _system()

    # What

    def _plan(self, row: Row) -> None:
        unit = self.homes[row["unit"]]
        with self._by(unit) as by:
            day = actions.plan_day(
                unit=unit, on=self._before(row["ago"]), receiver=row["receiver"], by=by, illustration=True
            )
            if "held" in row:
                actions.tell_day(day=day, held=row["held"], note=row.get("note", ""), by=by)

    def _matter(self, row: Row) -> None:
        unit = self.homes[row["unit"]]
        web = row["channel"] == "web"
        with _system(citizens.BY) if web else self._by(unit) as by:
            self.matters[row["id"]] = matter = self._receive(row, unit, by)
        for kind, after, *more in row["acts"]:
            matter = self._act(matter, row, kind, self._day_of(row, after), dict(more[0]) if more else {})
        if "draft" in row:
            with self._by(matter.unit_id) as by:
                answers.draft(matter=matter, text=row["draft"], by=by)
        if "rated" in row:
            _rate(matter, **row["rated"])

    def _receive(self, row: Row, unit: int, by: By) -> Matter:
        on = self._received(row)
        count = row.get("signers", 1)
        turn = row.get("turn")
        matter = actions.receive(
            unit=unit,
            matter_type=row["type"],
            title=row.get("title", ""),
            worded="title" in row,
            text=row["text"],
            on=on,
            channel=row["channel"],
            petition=row.get("petition", True),
            person={"name": f"Người dân minh họa {row['who']}"} if "who" in row else None,
            signers="many" if count > 1 else "one" if "who" in row else "other",
            signer_count=count,
            field=row["field"] if turn else "",
            place=row.get("place", ""),
            by=by,
            illustration=True,
            **self._spot(unit, row),
        )
        if turn:
            mode, receiver, *persons = turn
            actions.receive_visit(
                unit=unit,
                on=on,
                mode=mode,
                receiver=receiver,
                persons=persons[0] if persons else 1,
                matter=matter,
                by=by,
                illustration=True,
            )
        return matter

    def _spot(self, unit: int, row: Row) -> dict[str, float | None]:
        version = units.version_on(unit, self.today) if row.get("spot") else None
        return {"latitude": version.latitude, "longitude": version.longitude} if version else {}

    def _act(self, matter: Matter, row: Row, kind: str, on: dt.date, said: dict[str, Any]) -> Matter:
        step = workflow.load()[matter.type].step(kind)
        with self._by(matter.unit_id, decides=step.who == "decide") as by:
            if kind == "classify":
                said = {"eligible": True, "competent": True, "field": row["field"], **said}
            elif kind == "dialogue":
                said["day"] = on.isoformat()
            if kind in answers.ANSWERING:
                text = said.pop("answer")
                answers.approve(matter=matter, text=text, on=on, by=by, **said)
            elif kind == "deliver":
                self._deliver(matter, on, said["proof"], by)
            elif kind == "merge":
                actions.merge(matter=matter, into=self.matters[said["into"]], on=on, by=by)
            elif kind == "hand_over":
                actions.hand_over(matter=matter, to=self.homes[said["to"]], reason=said["reason"], on=on, by=by)
            else:
                actions.act(matter=matter, kind=kind, on=on, by=by, **said)
        with scope.system("demo"):
            return Matter.objects.get(pk=matter.pk)

    def _deliver(self, matter: Matter, on: dt.date, proof: str, by: By) -> None:
        answer = answers.current(matter)
        assert answer is not None  # noqa: S101 -- casework.yaml answers before
        if matter.channel == "web":
            answer = answers.send(answer=answer, way=answers.PORTAL, by=by)
        answers.deliver(answer=answer, proof=proof, on=on, by=by)

    def _issue(self, row: Row) -> None:
        unit = self.homes[row["unit"]]
        with self._by(unit) as by:
            issue = issues.raise_issue(
                unit=unit,
                title=row["title"],
                text=row["text"],
                field=row["field"],
                on=self._before(row["ago"]),
                place=row["place"],
                matters=[self.matters[one] for one in row["matters"]],
                by=by,
                illustration=True,
            )
        if "direction" in row:
            with self._by(unit, decides=True) as by:
                issues.direct(
                    issue=issue,
                    text=row["direction"],
                    responsible=row["responsible"],
                    due=self._before(-row["due"]),
                    on=self._before(row["directed"]),
                    by=by,
                )
        with self._by(unit) as by:
            for ago, text in row.get("measures", ()):
                issues.measure(issue=issue, kind="act", text=text, on=self._before(ago), by=by)
        if "public" in row:
            with self._by(unit, decides=True) as by:
                issues.make_public(issue=issue, line=row["public"], by=by)

    def _dialogue(self, row: Row, promised: Mapping[str, Row]) -> None:
        unit = self.homes[row["unit"]]
        held = row["held"] >= 0
        with self._by(unit) as by:
            dialogue = dialogues.plan(
                unit=unit,
                title=row["title"],
                on=self._before(row["held"]),
                host_role=row["host_role"],
                audience=row.get("audience", "people"),
                topic=row["topic"],
                place=row["place"],
                agenda=row.get("agenda", ""),
                time=dt.time(8),
                collects=True,
                by=by,
                illustration=True,
            )
            dialogue = dialogues.announce(dialogue=dialogue, on=self._before(row["notice"]), by=by)
        if not held:
            with scope.system("demo"):
                for one in row["opinions"]:
                    dialogues.send_before(dialogue=dialogue, text=one["text"], hamlet=one["hamlet"])
            return
        with self._by(unit) as by:
            dialogue = dialogues.begin(dialogue=dialogue, by=by)
            made = [self._opinion(dialogue, one, promised, by) for one in row["opinions"]]
            dialogue = dialogues.hold(dialogue=dialogue, attendance=row["attendance"], by=by)
        with self._by(unit, decides=True) as by:
            dialogues.publish(dialogue=dialogue, results=row["results"], on=self._before(row["published"]), by=by)
        for promise, one in filter(None, made):
            self._keep(unit, promise, one)

    def _opinion(
        self, dialogue: Dialogue, row: Row, promised: Mapping[str, Row], by: By
    ) -> tuple[promises.Promise, Row] | None:
        opinion: Opinion = dialogues.write_down(
            dialogue=dialogue, text=row["text"], hamlet=row["hamlet"], field=row["field"], by=by
        )
        if "answer" in row:
            dialogues.answer(opinion=opinion, text=row["answer"], answered_by="Chủ tịch UBND xã", on=dialogue.on, by=by)
            return None
        one = promised[row["promise"]]
        promise = promises.promise(
            opinion=opinion,
            text=one["text"],
            by_post=one["by_post"],
            responsible=one["responsible"],
            on=dialogue.on,
            due=self._working(dialogue.on + dt.timedelta(one["due"])),
            by=by,
            illustration=True,
        )
        return promise, one

    def _keep(self, unit: int, promise: promises.Promise, row: Row) -> None:
        if "shown" in row:
            with self._by(unit) as by:
                promises.show(promise=promise, text=row["shown"], by=by)
        for ending in ("kept", "broken"):
            if ending in row:
                on = self._working(promise.made_on + dt.timedelta(row[ending]))
                with self._by(unit, decides=True) as by:
                    promises.end(promise=promise, kept=ending == "kept", text=row["said"], on=on, by=by)
        if "confirmed" in row:
            with scope.system("demo"):
                citizens.confirm(code=promise.code, kept=True, text=row["confirmed"])


@contextmanager
def _system(by: str = BY) -> Iterator[By]:
    with scope.system("demo"):
        yield by


def _rate(matter: Matter, *, satisfied: bool, comment: str, again: bool = False) -> None:
    """As its sender does it, holding its code."""
    with scope.system("demo"):
        answer: Answer = citizens.rate(matter=matter, satisfied=satisfied, comment=comment)
        if again:
            citizens.ask_again(matter=answer.matter, reason=comment)


def _after(row: Row, kind: str) -> int:
    return next(after for act, after, *_said in row["acts"] if act == kind)
