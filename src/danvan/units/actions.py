"""The verbs that change the map: establish, rename, move, merge, split, dissolve; and decide_share.

Each is one transaction: it checks that the change can be, writes it from the day `on` for good, records who did it, and
has the database check its constraints before it returns. `on` is the first day on which the new state holds. A change
that cannot be raises UnitError and leaves nothing behind.

Verbs run one after the other (a lock of the transaction), so what was checked still holds when it is written.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from danvan.audit import actions as audit
from danvan.units import names, reach
from danvan.units.models import Succession, Unit, UnitVersion

LOCK = 20250701  # any number that no other advisory lock of this database uses
RANK = {level: rank for rank, level in enumerate(UnitVersion.Level.values)}

P = ParamSpec("P")
R = TypeVar("R")


class UnitError(ValueError):
    """A change of the map that cannot be. The message (Vietnamese) says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Founding:
    """A unit that a merge or a split brings into being. What is not said is as with its predecessors."""

    name: str
    parent: Unit | None = None
    level: str = ""
    code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    illustration: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one successor receives in a split: a share in (0, 1] or None (not decided), and some of the children."""

    to: Unit | Founding
    share: Decimal | None = None
    basis: str = ""
    children: Sequence[Unit] = field(default=())


def verb(deed: Callable[P, R]) -> Callable[P, R]:
    """One transaction, one writer at a time, constraints checked at its end."""

    @functools.wraps(deed)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        on, by = kwargs["on"], kwargs["by"]
        if not isinstance(on, dt.date) or isinstance(on, dt.datetime):
            raise UnitError(_("“%(on)s” không phải là ngày; hãy ghi một ngày theo lịch.") % {"on": on})
        if not str(by).strip():
            raise UnitError(_("Chưa rõ ai thực hiện; hãy ghi người hoặc bộ phận đã quyết định."))
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            result = deed(*args, **kwargs)
            connection.check_constraints()
            reach.rebuild()
        return result

    return run


@verb
def establish(
    *,
    name: str,
    level: str,
    on: dt.date,
    by: str,
    parent: Unit | None = None,
    code: str = "",
    kind: str = Unit.Kind.TERRITORY,
    line: str = Unit.Line.NONE,
    latitude: float | None = None,
    longitude: float | None = None,
    decision: str = "",
    illustration: bool = False,
) -> Unit:
    """A unit begins. Only the country has no parent; a body (kind, line) stands in a territory of its own level."""
    founding = Founding(
        name=name,
        parent=parent,
        level=level,
        code=code,
        latitude=latitude,
        longitude=longitude,
        illustration=illustration,
    )
    unit = _found(founding, on=on, kind=kind, line=line, decision=decision)
    _record("establish", unit, name, on=on, by=by, decision=decision)
    return unit


@verb
def rename(
    *, unit: Unit, on: dt.date, by: str, name: str | None = None, code: str | None = None, decision: str = ""
) -> UnitVersion:
    """A unit goes on under another name or code, or as another type ("Xã An Hòa" -> "Phường An Hòa")."""
    now = _subject(unit, on)
    new = {
        "name": _clean_name(now.name if name is None else name),
        "code": now.code if code is None else code,
    }
    if (new["name"], new["code"]) == (now.name, now.code):
        raise UnitError(_("%(unit)s đã có đúng tên và mã này; hãy ghi tên mới hoặc mã mới.") % {"unit": now.name})
    _check_code_is_free(new["code"], now.level, on, but=unit)
    was = now.name
    version = _change(now, on, decision=decision, designation=names.designation(new["name"]), **new)
    _record("rename", unit, f"{was} → {version.name}", on=on, by=by, decision=decision, code=version.code)
    return version


@verb
def move(*, unit: Unit, to: Unit, on: dt.date, by: str, decision: str = "") -> UnitVersion:
    """A unit answers to another parent, with everything under it."""
    now = _subject(unit, on)
    if now.parent_id == to.pk:
        raise UnitError(_("%(unit)s đã trực thuộc đơn vị này; hãy chọn đơn vị cấp trên khác.") % {"unit": now.name})
    parent = _check_parent(to, on, level=now.level, kind=unit.kind, name=now.name)
    _check_not_below(to, [unit], on)
    version = _change(now, on, decision=decision, parent=to)
    _record("move", unit, f"{now.name} → {parent.name}", on=on, by=by, decision=decision, parent=to.pk)
    return version


@verb
def merge(*, units: Sequence[Unit], into: Unit | Founding, on: dt.date, by: str, decision: str = "") -> Unit:
    """All of `units` end and become one: a new unit, or an existing one that absorbs them.

    Their children go on under the successor from the same day.
    """
    units = list(dict.fromkeys(units))
    if not units:
        raise UnitError(_("Sáp nhập cần ít nhất một đơn vị; hãy nêu các đơn vị nhập vào."))
    if into in units:
        raise UnitError(
            _("%(unit)s vừa nhập vào vừa nhận; hãy chỉ nêu nó là đơn vị nhận.") % {"unit": _subject(units[0], on).name}
        )
    ending = [_check_may_end(unit, on) for unit in units]
    if isinstance(into, Unit):
        _check_not_below(into, units, on)
    for version in ending:
        _end(version, on)
    successor = _succeed(into, ending, on, decision)
    Succession.objects.bulk_create(
        Succession(
            predecessor=unit,
            successor=successor,
            on=on,
            kind=Succession.Kind.WHOLE,
            share=Decimal(1),
            decision=decision,
        )
        for unit in units
    )
    moved = _hand_over(_child_versions(units, on), successor, on, decision)
    label = f"{', '.join(version.name for version in ending)} → {_name_on(successor, on)}"
    _record("merge", successor, label, on=on, by=by, decision=decision, units=[u.pk for u in units], children=moved)
    return successor


@verb
def split(
    *, unit: Unit, parts: Sequence[Part], on: dt.date, by: str, remains: bool = False, decision: str = ""
) -> list[Unit]:
    """A unit is divided among `parts` and ends; or (remains=True) gives them away and goes on with the rest.

    Shares are decided for all parts, for some or for none; those of a unit that ends are together 1 once all are
    decided, those of a unit that remains are together less than 1. When it ends, each child is named in one part.
    """
    if len(parts) < (1 if remains else 2):
        raise UnitError(_("Chia tách cần ít nhất hai phần; nếu chỉ có một nơi nhận, hãy ghi là sáp nhập."))
    now = _check_may_give(unit, on) if remains else _check_may_end(unit, on)
    given = Succession.objects.filter(predecessor=unit, on=on)  # by an earlier deed of the same day
    _check_shares([*(part.share for part in parts), *given.values_list("share", flat=True)], remains=remains)
    received = set(given.values_list("successor", flat=True))
    children = _allot_children(unit, parts, on, remains=remains)
    if not remains:
        _end(now, on)
    successors = []
    for part in parts:
        successor = _succeed(part.to, [now], on, decision)
        if successor.pk in received or successor == unit:
            raise UnitError(
                _("%(to)s đã nhận một phần trong ngày này, hoặc chính là đơn vị bị chia; hãy gộp các phần của nó lại.")
                % {"to": _name_on(successor, on)}
            )
        received.add(successor.pk)
        Succession.objects.create(
            predecessor=unit,
            successor=successor,
            on=on,
            kind=Succession.Kind.SPLIT,
            share=part.share,
            basis=part.basis,
            decision=decision,
        )
        _hand_over([v for v in children if v.unit in part.children], successor, on, decision)
        successors.append(successor)
    label = f"{now.name} → {', '.join(_name_on(successor, on) for successor in successors)}"
    shares = [None if part.share is None else str(part.share) for part in parts]
    to = [successor.pk for successor in successors]
    _record("split", unit, label, on=on, by=by, decision=decision, remains=remains, parts=to, shares=shares)
    return successors


@verb
def dissolve(*, unit: Unit, on: dt.date, by: str, decision: str = "") -> None:
    """A unit ends and nobody follows it. Its children must have gone elsewhere before."""
    now = _check_may_end(unit, on)
    if children := _child_versions([unit], on):
        raise UnitError(
            _("%(unit)s còn %(count)s đơn vị trực thuộc (%(names)s); hãy chuyển hoặc giải thể chúng trước.")
            % {
                "unit": now.name,
                "count": len({child.unit_id for child in children}),
                "names": _some(sorted({child.name for child in children})),
            }
        )
    _end(now, on)
    _record("dissolve", unit, now.name, on=on, by=by, decision=decision)


@verb
def decide_share(
    *, predecessor: Unit, successor: Unit, on: dt.date, share: Decimal, basis: str, by: str, decision: str = ""
) -> Succession:
    """Says which part of a divided unit went to a successor, and what that rests on. May be decided anew."""
    edge = Succession.objects.filter(predecessor=predecessor, successor=successor, on=on).first()
    if edge is None or edge.kind != Succession.Kind.SPLIT:
        raise UnitError(
            _("Không có việc chia tách nào giữa hai đơn vị này ngày %(on)s; hãy xem lại lịch sử của đơn vị.")
            % {"on": _vn(on)}
        )
    if not basis.strip():
        raise UnitError(_("Tỷ lệ phải có căn cứ (dân số, số hộ, diện tích ...); hãy ghi căn cứ."))
    others = Succession.objects.filter(predecessor=predecessor, on=on).exclude(pk=edge.pk)
    remains = UnitVersion.objects.filter(unit=predecessor, during__contains=on).exists()
    _check_shares([share, *others.values_list("share", flat=True)], remains=remains)
    was = edge.share
    edge.share, edge.basis, edge.decision = share, basis, decision or edge.decision
    edge.save()
    label = f"{_name_on(predecessor, on - dt.timedelta(1))} → {_name_on(successor, on)}"
    _record(
        "decide_share",
        predecessor,
        label,
        on=on,
        by=by,
        decision=decision,
        successor=successor.pk,
        share=str(share),
        was=None if was is None else str(was),
        basis=basis,
    )
    return edge


# What must hold before a change


def _subject(unit: Unit, on: dt.date) -> UnitVersion:
    """The version that a change on this day replaces: it holds on the day, and nothing later is recorded."""
    now = _lasting(unit, on)
    later = UnitVersion.objects.filter(unit=unit, during__startswith__gt=on).order_by("during").first()
    edge = Succession.objects.filter(Q(predecessor=unit) | Q(successor=unit), on__gt=on).order_by("on").first()
    days = [day for day in (later and later.during.lower, edge and edge.on) if day]
    if days:
        raise UnitError(
            _(
                "%(unit)s đã có thay đổi ghi từ ngày %(later)s, sau ngày %(on)s. "
                "Thay đổi phải ghi theo thứ tự thời gian; hãy chọn ngày từ %(later)s trở đi."
            )
            % {"unit": now.name, "later": _vn(min(days)), "on": _vn(on)}
        )
    return now


def _lasting(unit: Unit, on: dt.date) -> UnitVersion:
    """The version that holds on the day, of a unit that has no end recorded."""
    versions = list(UnitVersion.objects.filter(unit=unit).order_by("during"))
    if not versions:
        raise UnitError(_("Đơn vị số %(id)s không có trên bản đồ; hãy chọn một đơn vị đã thành lập.") % {"id": unit.pk})
    first, last = versions[0], versions[-1]
    if on < first.during.lower:
        raise UnitError(
            _("Ngày %(on)s chưa có %(unit)s: đơn vị này có từ ngày %(first)s. Hãy chọn ngày từ đó trở đi.")
            % {"on": _vn(on), "unit": first.name, "first": _vn(first.during.lower)}
        )
    if last.during.upper is not None:
        raise UnitError(
            _("%(unit)s đã kết thúc từ ngày %(end)s; hãy chọn một đơn vị còn tồn tại, như đơn vị kế thừa của nó.")
            % {"unit": last.name, "end": _vn(last.during.upper)}
        )
    return next(version for version in versions if on in version.during)


def _check_may_give(unit: Unit, on: dt.date) -> UnitVersion:
    """The unit was there the day before, so there is something that can go to another."""
    now = _subject(unit, on)
    if not UnitVersion.objects.filter(unit=unit, during__startswith__lt=on).exists():
        raise UnitError(
            _(
                "%(unit)s mới thành lập ngày %(on)s nên không thể chia hay kết thúc trong ngày đó; "
                "hãy chọn ngày muộn hơn."
            )
            % {"unit": now.name, "on": _vn(on)}
        )
    return now


def _check_may_end(unit: Unit, on: dt.date) -> UnitVersion:
    now = _check_may_give(unit, on)
    if Succession.objects.filter(Q(predecessor=unit) | Q(successor=unit), on=on).exists():
        raise UnitError(
            _(
                "%(unit)s đã cho hoặc nhận một phần đơn vị khác ngày %(on)s nên không thể kết thúc cùng ngày; "
                "hãy ghi một lần chia tách đủ các phần, hoặc chọn ngày khác."
            )
            % {"unit": now.name, "on": _vn(on)}
        )
    return now


def _check_parent(parent: Unit, on: dt.date, *, level: str, kind: str, name: str) -> UnitVersion:
    version = _lasting(parent, on)
    if kind == Unit.Kind.TERRITORY and parent.kind == Unit.Kind.BODY:
        raise UnitError(
            _("%(parent)s là một tổ chức; địa bàn phải trực thuộc một địa bàn. Hãy chọn địa bàn cấp trên.")
            % {"parent": version.name}
        )
    _check_rank(version, level, kind, name)
    return version


def _check_rank(parent: UnitVersion, level: str, kind: str, name: str) -> None:
    if RANK[parent.level] > RANK[level] or (kind == Unit.Kind.TERRITORY and RANK[parent.level] == RANK[level]):
        raise UnitError(
            _("%(unit)s (%(level)s) không thể trực thuộc %(parent)s (%(above)s); hãy chọn đơn vị ở cấp cao hơn.")
            % {
                "unit": name,
                "level": UnitVersion.Level(level).label,
                "parent": parent.name,
                "above": UnitVersion.Level(parent.level).label,
            }
        )


def _check_not_below(unit: Unit, heads: Iterable[Unit], on: dt.date) -> None:
    """Refuses if `unit` is one of `heads` or answers to one of them on any day from `on`, also by later changes."""
    heads = {head.pk for head in heads}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up(unit, during) AS (
                SELECT %(unit)s::bigint, daterange(%(on)s, NULL)
                UNION
                SELECT v.parent_id, up.during * v.during
                FROM up JOIN units_unitversion v ON v.unit_id = up.unit AND v.during && up.during
                WHERE v.parent_id IS NOT NULL AND NOT up.unit = ANY(%(heads)s)
            )
            SELECT unit FROM up WHERE unit = ANY(%(heads)s) LIMIT 1
            """,
            {"unit": unit.pk, "on": on, "heads": list(heads)},
        )
        if row := cursor.fetchone():
            head = Unit(pk=row[0])
            raise UnitError(
                _("%(below)s nằm trong %(head)s nên không thể là cấp trên hay nơi nhận của nó; hãy chọn đơn vị khác.")
                % {"below": _name_on(unit, on), "head": _name_on(head, on)}
            )


def _check_code_is_free(code: str, level: str, on: dt.date, but: Unit | None = None) -> None:
    holder = (
        UnitVersion.objects.filter(code=code, level=level, during__overlap=DateRange(on, None))
        .exclude(unit=but)
        .order_by("during")
        .first()
    )
    if code and holder:
        raise UnitError(
            _("Mã %(code)s đang là mã của %(unit)s từ ngày %(since)s; hãy chọn mã khác hoặc đổi mã đơn vị đó trước.")
            % {"code": code, "unit": holder.name, "since": _vn(holder.during.lower)}
        )


def _check_shares(shares: Sequence[Decimal | None], *, remains: bool) -> None:
    decided = [share for share in shares if share is not None]
    for share in decided:
        if not (isinstance(share, Decimal) and 0 < share <= 1 and share == round(share, 8)):
            raise UnitError(
                _("Tỷ lệ %(share)s không hợp lệ; hãy ghi một số lớn hơn 0, không quá 1, tối đa 8 chữ số thập phân.")
                % {"share": share}
            )
    total, all_decided = sum(decided, Decimal(0)), len(decided) == len(shares)
    if total > 1:
        raise UnitError(_("Các tỷ lệ cộng lại là %(total)s, vượt quá 1; hãy giảm bớt.") % {"total": _vn_number(total)})
    if total == 1 and (remains or not all_decided):
        raise UnitError(
            _("Các tỷ lệ cộng lại đã là 1, không còn gì cho phần còn lại; hãy giảm bớt, hoặc ghi là kết thúc đơn vị.")
        )
    if total < 1 and all_decided and not remains:
        raise UnitError(
            _("Các tỷ lệ cộng lại là %(total)s; đơn vị kết thúc thì phải chia hết, cộng lại đúng bằng 1.")
            % {"total": _vn_number(total)}
        )


def _allot_children(unit: Unit, parts: Sequence[Part], on: dt.date, *, remains: bool) -> list[UnitVersion]:
    """The child versions of a split unit from the day on, after checking that each child is named as it must be."""
    versions = _child_versions([unit], on)
    named = [child for part in parts for child in part.children]
    if len(named) != len(set(named)) or set(named) - {version.unit for version in versions}:
        raise UnitError(_("Mỗi đơn vị trực thuộc chỉ được giao cho một phần, và phải đang trực thuộc đơn vị bị chia."))
    left = sorted({version.name for version in versions if version.unit not in named})
    if left and not remains:
        raise UnitError(
            _("Còn %(count)s đơn vị trực thuộc chưa rõ về đâu (%(names)s); hãy giao mỗi đơn vị cho một phần.")
            % {"count": len(left), "names": _some(left)}
        )
    return versions


# What a change writes


def _succeed(to: Unit | Founding, predecessors: Sequence[UnitVersion], on: dt.date, decision: str) -> Unit:
    """The successor, founded now or there already. The predecessors have ended, so their codes are free."""
    units = [version.unit for version in predecessors]
    kinds = {(unit.kind, unit.line) for unit in [*units, *([to] if isinstance(to, Unit) else [])]}
    if len(kinds) > 1:
        raise UnitError(_("Chỉ sáp nhập địa bàn với địa bàn, tổ chức với tổ chức cùng hệ; hãy tách thành các lần ghi."))
    if isinstance(to, Unit):
        _lasting(to, on)
        return to
    kind, line = kinds.pop()
    return _found(_as_predecessors(to, predecessors), on=on, kind=kind, line=line, decision=decision)


def _as_predecessors(founding: Founding, predecessors: Sequence[UnitVersion]) -> Founding:
    parents, levels = {v.parent_id for v in predecessors}, {v.level for v in predecessors}
    if (not founding.parent and len(parents) > 1) or (not founding.level and len(levels) > 1):
        raise UnitError(
            _("Các đơn vị nhập vào khác cấp hoặc khác cấp trên; hãy nêu rõ cấp và đơn vị cấp trên của đơn vị mới.")
        )
    return Founding(
        **{
            **vars(founding),
            "parent": founding.parent or predecessors[0].parent,
            "level": founding.level or predecessors[0].level,
        }
    )


def _found(founding: Founding, *, on: dt.date, kind: str, line: str, decision: str) -> Unit:
    name = _clean_name(founding.name)
    if founding.level not in RANK:
        raise UnitError(_("Không có cấp “%(level)s”; hãy chọn một cấp trong danh mục.") % {"level": founding.level})
    if (kind == Unit.Kind.BODY) != bool(line):
        raise UnitError(_("Tổ chức phải thuộc một hệ (Mặt trận, Phụ nữ ...), địa bàn thì không; hãy chọn lại."))
    if founding.parent is not None:
        _check_parent(founding.parent, on, level=founding.level, kind=kind, name=name)
    elif founding.level != UnitVersion.Level.COUNTRY:
        raise UnitError(_("%(unit)s chưa có đơn vị cấp trên; hãy chọn một đơn vị.") % {"unit": name})
    elif UnitVersion.objects.filter(parent=None, during__overlap=DateRange(on, None)).exists():
        raise UnitError(_("Bản đồ đã có một cấp cao nhất; hãy chọn đơn vị cấp trên cho %(unit)s.") % {"unit": name})
    _check_code_is_free(founding.code, founding.level, on)
    unit = Unit.objects.create(kind=kind, line=line, illustration=founding.illustration)
    UnitVersion.objects.create(
        unit=unit,
        parent=founding.parent,
        code=founding.code,
        name=name,
        designation=names.designation(name),
        level=founding.level,
        during=DateRange(on, None),
        decision=decision,
        latitude=founding.latitude,
        longitude=founding.longitude,
    )
    return unit


def _change(version: UnitVersion, on: dt.date, **new: Any) -> UnitVersion:
    """From the day on the unit is as `new` says. A second change on one day goes into that day's version."""
    if version.during.lower < on:
        upper = version.during.upper
        _end(version, on)
        version = UnitVersion.objects.get(pk=version.pk)
        version.pk, version._state.adding = None, True
        version.during = DateRange(on, upper)
    for attribute, value in new.items():
        setattr(version, attribute, value)
    version.save()
    return version


def _end(version: UnitVersion, on: dt.date) -> None:
    """The version holds until the day before. One that began on the very day never came to hold."""
    if version.during.lower == on:
        version.delete()
    else:
        UnitVersion.objects.filter(pk=version.pk).update(during=DateRange(version.during.lower, on))


def _child_versions(units: Sequence[Unit], on: dt.date) -> list[UnitVersion]:
    """Every version from the day on that has one of the units as its parent."""
    versions = UnitVersion.objects.filter(parent__in=units, during__overlap=DateRange(on, None))
    return list(versions.select_related("unit").order_by("unit", "during"))


def _hand_over(children: Sequence[UnitVersion], to: Unit, on: dt.date, decision: str) -> list[int]:
    above = UnitVersion.objects.get(unit=to, during__contains=on) if children else None
    for child in children:
        _check_rank(above, child.level, child.unit.kind, child.name)
        _check_not_below(to, [child.unit], on)
        # A child that changes later keeps those changes; only its parent is another.
        own = {"decision": decision} if child.during.lower <= on else {}
        _change(child, max(on, child.during.lower), parent=to, **own)
    return sorted({child.unit_id for child in children})


def _record(what: str, unit: Unit, label: str, *, on: dt.date, by: str, decision: str, **data: Any) -> None:
    audit.record(
        by=by, verb=f"units.{what}", subject=unit, label=label[:300], on=on.isoformat(), decision=decision, **data
    )


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 200:
        raise UnitError(_("Tên đơn vị phải có từ 1 đến 200 chữ; hãy ghi đủ tên kèm loại, như “Phường Ba Đình”."))
    return name


def _name_on(unit: Unit, day: dt.date) -> str:
    version = UnitVersion.objects.filter(unit=unit, during__contains=day).first()
    return version.name if version else str(unit)


def _vn(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _vn_number(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")


def _some(all_names: Sequence[str]) -> str:
    return ", ".join(all_names[:3]) + (" ..." if len(all_names) > 3 else "")
