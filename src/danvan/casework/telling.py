"""The timeline of a matter as sentences: what was done, what it says, whose act it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from danvan.access.models import Person
from danvan.casework import saying, workflow
from danvan.casework.models import Act, Matter, Move, Turn
from danvan.lib.periods import vietnamese

_OF_CITIZENS = ("ask_again", "appeal")  # acts in whose words a citizen speaks
LONG = 240  # characters beyond which a text is folded up


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that an act says. label: "" where the words stand alone; matter: its number, where it names one."""

    label: str
    words: str
    matter: int | None = None

    @property
    def long(self) -> bool:
        return len(self.words) > LONG


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. told: the citizen is told; file: the number of its document."""

    on: dt.date
    said: str
    details: tuple[Detail, ...]
    by: str
    unit: str
    told: bool = False
    document: str = ""
    file: int | None = None
    kind: str = ""


def timeline(
    matter: Matter,
    acts: Sequence[Act],
    units: Mapping[int, str],
    turns: Iterable[Turn] = (),
    moves: Iterable[Move] = (),
    *,
    reads: bool = True,
) -> list[Line]:
    """Acts, the turns in which somebody was received about it, due days that moved; by day, then as written down.

    units: names of those whose acts they are or to which they lead. reads: without, what a citizen said is left out.
    """
    people = {act.said["person"] for act in acts if isinstance(act.said.get("person"), int)}
    persons = dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    hidden = () if reads else _OF_CITIZENS
    found = [(act.on, act.at, _line(matter, act, units, persons, told=act.kind not in hidden)) for act in acts]
    found += [(turn.on, turn.at, _received(turn)) for turn in turns]
    found += [(move.on, move.at, _moved(move)) for move in moves]
    return [line for _on, _at, line in sorted(found, key=lambda one: one[:2])]


def _line(matter: Matter, act: Act, units: Mapping[int, str], persons: dict[int, str], *, told: bool) -> Line:
    step = workflow.load()[matter.type].steps.get(act.kind)
    return Line(
        on=act.on,
        said=_said(act, step),
        details=tuple(_details(act, units, persons)) if told else (),
        by=act.by,
        unit=units.get(act.unit_id, ""),
        told=act.public,
        document=step.document if step else "",
        file=act.file_id,
        kind=act.kind,
    )


def _said(act: Act, step: workflow.Step | None) -> str:
    if step:
        return saying.done(step)
    if act.kind == "merged_from":
        return _("Nhận nhập từ vụ việc khác")
    return _("Đã tiếp nhận")


def _details(act: Act, units: Mapping[int, str], persons: dict[int, str]) -> Iterable[Detail]:
    said = act.said
    if act.to_unit_id:
        yield Detail(_("Đến"), units.get(act.to_unit_id, ""))
    yield from _told(said, _FACTS)
    yield from _classified(said)
    if isinstance(said.get("person"), int):
        yield Detail(_("Giao cho"), persons.get(said["person"], ""))
    if said.get("named"):
        yield Detail(_("Vụ việc"), str(said["named"]), said.get("matter"))
    yield from _told(said, _WORDS)


_FACTS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "channel": (gettext_lazy("Kênh:"), lambda value: saying.named("channel", value)),
    "body": (gettext_lazy("Đến"), str),
    "field": (gettext_lazy("Lĩnh vực:"), lambda value: saying.named("field_case", value)),
    "verdict": (gettext_lazy("Kết quả:"), saying.resolution_name),
    "days": (gettext_lazy("Thêm"), lambda value: ngettext("%(n)s ngày", "%(n)s ngày", int(value)) % {"n": value}),
    "day": (gettext_lazy("Ngày"), lambda value: _day(str(value))),
    "number": (gettext_lazy("Số"), str),
}
_WORDS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "proof": (gettext_lazy("Căn cứ:"), str),
    "reason": (gettext_lazy("Lý do:"), str),
    "title": ("", str),
    "answer": ("", str),
    "why": (gettext_lazy("Lý do chọn:"), str),
}


def _told(said: Mapping[str, Any], names: Mapping[str, tuple[Any, Callable[[Any], str]]]) -> Iterable[Detail]:
    for name, (label, words) in names.items():
        if said.get(name):
            yield Detail(str(label), words(said[name]))


def _classified(said: Mapping[str, Any]) -> Iterable[Detail]:
    if said.get("eligible") is True:
        yield Detail("", _("đủ điều kiện xử lý"))
    if said.get("eligible") is False:
        reason = saying.named("reason_ineligible", str(said.get("ineligible_reason") or ""))
        yield Detail(_("Không đủ điều kiện xử lý:"), reason)
    if said.get("competent") is not None:
        yield Detail("", _("thuộc thẩm quyền") if said["competent"] else _("không thuộc thẩm quyền"))
    if traits := said.get("traits"):
        names = dict(saying.traits())
        yield Detail("", ", ".join(names.get(one, one) for one in traits))
    suggested = [
        saying.type_name(str(said["suggested_type"])) if said.get("suggested_type") else "",
        saying.named("field_case", str(said["suggested_field"])) if said.get("suggested_field") else "",
    ]
    if any(suggested):
        yield Detail(_("Gợi ý lúc nhận:"), ", ".join(filter(None, suggested)))


def _received(turn: Turn) -> Line:
    said = _("Đã tiếp người dân về việc này")
    details = []
    if turn.persons > 1:
        details.append(Detail("", ngettext("%(n)s người", "%(n)s người", turn.persons) % {"n": turn.persons}))
    details.append(Detail(_("Người tiếp:"), saying.named("receiver", turn.receiver)))
    if turn.said:
        details.append(Detail(_("Trả lời tại chỗ:"), turn.said))
    return Line(turn.on, said, tuple(details), turn.by, "", kind="turn")


def _moved(move: Move) -> Line:
    none = _("không có hạn")
    said = _("Hạn chuyển từ %(before)s sang %(after)s") % {
        "before": vietnamese(move.before) if move.before else none,
        "after": vietnamese(move.after) if move.after else none,
    }
    by = _("do quy định hoặc ngày nghỉ thay đổi")
    return Line(move.on, said, (Detail("", move.why),), by, "", kind="moved")


def _day(said: str) -> str:
    try:
        return vietnamese(dt.date.fromisoformat(said))
    except ValueError:
        return said
