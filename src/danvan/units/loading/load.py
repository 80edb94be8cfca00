"""Writes the planned map, all or nothing, and tells what was found."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from danvan.audit import actions as audit
from danvan.units import names, queries, reach
from danvan.units.actions import LOCK, UnitError
from danvan.units.loading import plan as planning
from danvan.units.loading import sources
from danvan.units.models import Succession, Unit, UnitVersion


@dataclass
class Report:
    """What the load did. loaded is False where a map was there already: then nothing was touched."""

    loaded: bool
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[planning.Finding] = field(default_factory=list)
    packages: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def lines(self) -> Iterator[str]:
        """The report for people, in Vietnamese."""
        if not self.loaded:
            yield _("Bản đồ đã được nạp trước đó; không thay đổi gì.")
            return
        packages = ", ".join(f"{name} {version}" for name, version in self.packages.items())
        yield _("Đã nạp bản đồ Việt Nam từ %(packages)s trong %(seconds).1f giây.") % {
            "packages": packages,
            "seconds": self.seconds,
        }
        for what, count in self.counts.items():
            yield f"  {_thousands(count):>7}  {what}"
        yield ""
        yield _("Đối chiếu (số lượng, lựa chọn, ví dụ):")
        for finding in sorted(self.findings, key=lambda finding: finding.count == 0 and not finding.choice):
            yield from _finding_lines(finding)


def load_map(*, by: str) -> Report:
    """Loads the old and the new map of Viet Nam with every succession between them, and one audit event.

    Where a map is loaded already nothing changes. Raises UnitError where the packages leave a hole in the lineage.
    """
    began = time.perf_counter()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if queries.first_day() is not None:
            return Report(loaded=False)
        data = sources.read()
        findings = planning.findings(data)
        if holes := [finding for finding in findings if finding.stops and finding.count]:
            said = "\n".join(line for hole in holes for line in _finding_lines(hole))
            raise UnitError(
                _("Dữ liệu của các gói không khép kín nên bản đồ chưa được nạp; hãy dùng bản gói khác.\n%(said)s")
                % {"said": said}
            )
        plan = planning.build(data)
        _write(plan)
        connection.check_constraints()
        with connection.cursor() as cursor:
            cursor.execute("SELECT units_count_statistics()")
            reach.rebuild()
            cursor.execute("SELECT units_count_statistics()")
        report = Report(
            loaded=True,
            counts=_counts(data, plan),
            findings=findings,
            packages=sources.versions(),
            seconds=time.perf_counter() - began,
        )
        audit.record(by=by, verb="units.load_map", label="Việt Nam", counts=report.counts, packages=report.packages)
    return report


def _write(plan: planning.Plan) -> None:
    units = Unit.objects.bulk_create([Unit() for _ in range(plan.units)])
    UnitVersion.objects.bulk_create(
        UnitVersion(
            unit=units[draft.unit],
            parent=None if draft.parent is None else units[draft.parent],
            code=draft.code,
            name=draft.name,
            designation=names.designation(draft.name),
            level=draft.level,
            during=DateRange(draft.begins, draft.ends),
            decision=draft.decision,
            latitude=draft.latitude,
            longitude=draft.longitude,
        ).set_keys()
        for draft in plan.versions
    )
    Succession.objects.bulk_create(
        Succession(
            predecessor=units[old],
            successor=units[new],
            on=planning.REFORM,
            kind=kind,
            share=Decimal(1) if kind == Succession.Kind.WHOLE else None,
            decision=planning.REFORM_DECISION,
        )
        for old, new, kind in plan.successions
    )


def _counts(data: sources.Sources, plan: planning.Plan) -> dict[str, int]:
    last = planning.REFORM - dt.timedelta(1)
    kept = {d.unit for d in plan.versions if d.ends == planning.REFORM} & {
        d.unit for d in plan.versions if d.begins == planning.REFORM
    }
    communes = {draft.unit for draft in plan.versions if draft.level == "commune"}
    return {
        _("tỉnh, thành phố đến %(day)s") % {"day": f"{last:%d/%m/%Y}"}: len(data.old_of("province")),
        _("huyện, quận, thị xã, thành phố thuộc tỉnh"): len(data.old_of("district")),
        _("xã, phường, thị trấn"): len(data.old_of("commune")),
        _("tỉnh, thành phố từ %(day)s") % {"day": f"{planning.REFORM:%d/%m/%Y}"}: len(data.new_of("province")),
        _("xã, phường, đặc khu"): len(data.new_of("commune")),
        _("tỉnh, thành phố giữ nguyên"): len(kept - communes),
        _("xã, phường giữ nguyên"): len(kept & communes),
        _("quan hệ nhập trọn"): sum(kind == "whole" for *_pair, kind in plan.successions),
        _("quan hệ chia tách, chưa có tỷ lệ"): sum(kind == "split" for *_pair, kind in plan.successions),
    }


def _finding_lines(finding: planning.Finding) -> Iterator[str]:
    yield f"  {_thousands(finding.count):>7}  {finding.title}"
    if finding.choice and (finding.count or not finding.found):
        yield f"           → {finding.choice}"
    if finding.found:
        yield f"           {_('ví dụ')}: {'; '.join(finding.found[:3])}"


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", ".")
