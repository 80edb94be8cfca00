"""`danvan resolve`: people answer what a report leaves open, then it is filed."""

from __future__ import annotations

import argparse
import sys

from django.db import transaction
from django.utils import timezone

from danvan.figures.errors import FigureError
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.lib.vietnamese import fold
from danvan.narrative import actions, queries, reading
from danvan.narrative.models import Report
from danvan.units import queries as units
from danvan.units.models import UnitVersion


def resolve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("report", type=int, nargs="?", help="số của văn bản; bỏ trống để xem các câu hỏi")
    parser.add_argument("--unit", metavar="MÃ", help="mã đơn vị trong danh mục của ngày cuối kỳ báo cáo")
    parser.add_argument("--level", choices=UnitVersion.Level.values, help="cấp, khi hai cấp dùng chung một mã")
    parser.add_argument("--period", metavar="MÃ_KỲ", help="ví dụ 2026-Q1, 2026-H1, 2026-9M, 2026-Y")
    parser.add_argument("--yes", action="store_true", help="ghi dù tên đơn vị khác tên nêu trong văn bản")
    parser.add_argument("--withdraw", action="store_true", help="rút số liệu đã ghi từ văn bản này")


def resolve(args: argparse.Namespace) -> int:
    """Lists the questions, or settles one report's unit and period and files it."""
    if args.report is None:
        return _list()
    report = Report.objects.filter(pk=args.report).first()
    if report is None:
        return _refuse(f"Không có văn bản số {args.report}. Xem danh sách: danvan resolve.")
    if args.withdraw:
        return _withdraw(report)
    if not (args.unit or args.period):
        return _refuse("Hãy cho biết đơn vị (--unit MÃ) hoặc kỳ báo cáo (--period MÃ_KỲ).")
    try:
        with transaction.atomic():
            period = _period(args.period) if args.period else None
            unit = _unit(args.unit, args.level, period or _period_of(report)) if args.unit else None
            if unit and not args.yes:
                _refuse_another_name(report, unit)
            actions.settle(report=report, unit=unit.unit if unit else None, period=period, by="danvan resolve")
            if report.unit_id and report.period:
                actions.file(report=report, by="danvan resolve")
    except (actions.ReportError, FigureError, ValueError) as error:
        return _refuse(str(error))
    filed = report.submission.cells.count() if report.submission_id else 0
    sys.stdout.write(f"{report}: đã ghi {filed} ô số liệu, kỳ {report.period or '?'}.\n")
    return 0


def _withdraw(report: Report) -> int:
    try:
        actions.withdraw(report=report, by="danvan resolve")
    except actions.ReportError as error:
        return _refuse(str(error))
    sys.stdout.write(f"{report}: đã rút khỏi số liệu.\n")
    return 0


def _refuse_another_name(report: Report, unit: UnitVersion) -> None:
    """Figures of one place under the name of another are the mistake that nobody finds later."""
    mention = reading.read_text(report.text).unit
    if mention and mention.name and fold(mention.name) not in fold(unit.name):
        raise actions.ReportError(
            f"Văn bản nêu “{mention.quote}”, đơn vị được chọn là {unit.name}. Nếu đúng như vậy, thêm --yes."
        )


def _list() -> int:
    open_reports = Report.objects.filter(submission=None).order_by("pk")
    lines = [f"{r.pk}  {r.name}: {r.unit_why}" for r in open_reports if r.unit_id is None]
    lines += [f"{r.pk}  {r.name}: không rõ kỳ báo cáo ({r.period_label or '…'})." for r in open_reports if not r.period]
    for one in queries.unanswered().select_related("report"):
        lines.append(f"{one.report_id}  {one.report.name}: “{one.quote.strip()}”. {one.question}")
    sys.stdout.write("\n".join(lines or ["Không còn câu hỏi nào."]) + "\n")
    return 0


def _period(code: str) -> Period:
    found = periods.parse(code)
    if not isinstance(found, Period):
        raise actions.ReportError(f"“{code}” không phải kỳ báo cáo. Ví dụ: 2026-Q1, 2026-H1, 2026-9M, 2026-Y.")
    return found


def _period_of(report: Report) -> Period | None:
    return _period(report.period) if report.period else None


def _unit(code: str, level: str | None, period: Period | None) -> UnitVersion:
    day = period.end if period else timezone.localdate()
    found = units.with_code(code, day, level)
    if len(found) == 1:
        return found[0]
    if found:
        said = "; ".join(f"{version.name} (--level {version.level})" for version in found)
        raise actions.ReportError(f"Mã {code} có ở nhiều cấp ngày {day:%d/%m/%Y}: {said}.")
    raise actions.ReportError(
        f"Không có đơn vị mang mã {code} ngày {day:%d/%m/%Y}. Tìm mã: danvan units --on {day:%Y-%m-%d}."
    )


def _refuse(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 2
