"""`danvan demo`: everything from an empty database to the pages, each step safe to repeat."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from danvan.config import commands, database
from danvan.config.demo.invented import Invented, figures
from danvan.desk.assets import FONTS
from danvan.figures import actions as filing
from danvan.figures import queries as consolidating
from danvan.figures.catalogue import breakdown_key
from danvan.figures.consolidation import Consolidated
from danvan.figures.models import Cell, Submission
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.narrative import actions as reports
from danvan.narrative.models import Report
from danvan.narrative.publishing import publish
from danvan.narrative.reading import UnreadableFile
from danvan.units import actions as unit_verbs
from danvan.units import queries as units
from danvan.units.loading.load import load_map
from danvan.units.models import Unit, UnitVersion

BY = "Trình diễn (danvan demo)"
PROVINCE = "19"  # Thái Nguyên: since 1 July 2025 made of the former Thái Nguyên and Bắc Kạn
MAIN = Period("half", 2026, 1)
NAMELESS = "xa tan thanh"  # the sample whose commune has to be asked for: seven bear the name
COMMUNES_A_DISTRICT = 5  # a former district did about the work of so many of today's communes
LATEST = Period("quarter", 2026, 3)
SEEDS = database.root().parent / "shared" / "seeds"
STILL_SILENT = 3  # communes that have not filed the latest quarter, so that completeness has something to say


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reports", type=Path, metavar="DIR", help="read the report files of this folder too")
    parser.add_argument("--only-samples", action="store_true", help="leave out reports that lie beside the project")
    parser.add_argument("--no-serve", action="store_true", help="do all but serve")
    commands.serve_arguments(parser)


def demo(args: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where a report file could not be read and filed (all else is done)."""
    out = Console()
    if not out.is_terminal:
        out = Console(width=140)  # into a file or a pipe: names stay whole
    if args.reports and not args.reports.is_dir():
        out.print(f"Không có thư mục {args.reports}. Hãy cho đường dẫn tới thư mục chứa báo cáo.", style="red")
        return 2
    port = None if args.no_serve else commands.take(args)  # before the work, not after it
    with out.status("Cơ sở dữ liệu ..."):
        commands.migrate(argparse.Namespace(quiet=True))
        filing.ship_forms(by=BY)
    with out.status("Bản đồ hành chính trước và sau 01/7/2025 ..."):
        report = load_map(by=BY)
    if report.loaded:
        out.print(*report.lines(), sep="\n", markup=False, highlight=False)
    with out.status("Số liệu minh họa ..."):
        province = _unit(PROVINCE, MAIN.end, "province")
        _invent_hamlets(province)
        _invent_figures(province)
    failed = _read_reports(out, [args.reports] if args.only_samples else [SEEDS, args.reports])
    _list_reports(out)
    with out.status("Tổng hợp, so sánh, viết báo cáo ..."):
        written = list(_write(commands.address(args)))
    out.rule("Báo cáo tổng hợp", align="left")
    for sentence, paths in written:
        out.print(sentence)
        for path in paths:
            out.print(f"  {path}")
    if port:
        out.rule("Mở trong trình duyệt", align="left")
        commands.serve_on(port, args)
    return 1 if failed else 0


def _unit(code: str, day: dt.date, level: str) -> Unit:
    (version,) = units.with_code(code, day, level)
    return version.unit


def _invent_hamlets(province: Unit) -> None:
    """Hamlets are not in the packages: the model takes them; these are made up, and marked so."""
    commune = units.children(province, MAIN.end, UnitVersion.Level.COMMUNE)[0]
    if units.children(commune, MAIN.end, UnitVersion.Level.HAMLET):
        return
    for number in range(1, 5):
        unit_verbs.establish(
            name=f"Tổ dân phố minh họa số {number}",
            level=UnitVersion.Level.HAMLET,
            parent=commune.unit,
            on=dt.date(2025, 7, 1),
            by=BY,
            decision="Minh họa, không phải đơn vị có thật",
            illustration=True,
        )


def _invent_figures(province: Unit) -> None:
    """Quarters of the province: by districts until June 2025, by communes since. A few communes stay silent."""
    if Submission.objects.filter(illustration=True).exists():
        return
    told = _units_of_sample_reports(province)
    filings = []
    for quarter in (Period("quarter", 2025, n) for n in (1, 2)):
        olds = [edge.predecessor_id for edge in units.history(province).predecessors]
        for old in olds:
            for district in units.children(old, quarter.end, UnitVersion.Level.DISTRICT):
                filings.append(_filing(district, quarter, weight=COMMUNES_A_DISTRICT))  # noqa: PERF401 -- three loops read better
    communes = units.children(province, MAIN.end, UnitVersion.Level.COMMUNE)
    silent = {version.unit_id for version in communes[-STILL_SILENT:]}
    recent = [Period("quarter", 2025, n) for n in (3, 4)] + [Period("quarter", 2026, n) for n in (1, 2, 3)]
    for quarter in recent:
        for commune in communes:
            if MAIN.contains(quarter.start) and commune.unit_id in told:
                continue  # a report text tells it
            if quarter == LATEST and commune.unit_id in silent:
                continue
            filings.append(_filing(commune, quarter))
    filing.file_many(form=consolidating.FORM, filings=filings, by=BY, illustration=True)


def _units_of_sample_reports(province: Unit) -> set[int]:
    """Communes whose half-year a sample text tells: their name, borne once in the province, stands in the file's."""
    names = {path.stem.split("-", 1)[1].replace("-", " ") for path in _sample_reports()} - {NAMELESS}
    communes = units.children(province, MAIN.end, UnitVersion.Level.COMMUNE)
    return {version.unit_id for version in communes if version.search_key in names}


def _filing(version: UnitVersion, quarter: Period, weight: int = 1) -> filing.FilingInput:
    cells = [_cell(one) for one in figures(version.code, quarter.year, quarter.index, weight)]
    return filing.FilingInput(unit=version.unit_id, period=quarter, cells=cells, source="minh họa")


def _cell(one: Invented) -> filing.CellInput:
    return filing.CellInput(
        indicator=one.indicator,
        value=one.value,
        breakdown=breakdown_key(one.breakdown),
        numerator=one.numerator,
        denominator=one.denominator,
        origin=Cell.Origin.TYPED,
    )


def _sample_reports() -> list[Path]:
    return sorted(path for path in _files(Path(str(resources.files(__package__) / "reports"))))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith("."))


def _read_reports(out: Console, places: Iterable[Path | None]) -> int:
    """Receives and files every report; gives how many could not be. One bad file does not stop the others."""
    todo = [(path, True) for path in _sample_reports()]
    for place in places:
        if place and place.is_dir():
            todo += [(path, False) for path in _files(place)]
    failed = 0
    with out.status("Đọc báo cáo ...") as status:
        for number, (path, illustration) in enumerate(todo, 1):
            status.update(f"Đọc báo cáo {number}/{len(todo)}: {escape(path.name)}")
            try:
                report, _new = reports.receive(path=path, by=BY, illustration=illustration)
                if report.submission_id is None and report.unit_id and report.period:
                    reports.file(report=report, by=BY)
            except (UnreadableFile, reports.ReportError, filing.FigureError) as error:
                out.print(f"{path.name}: {error}", style="red", markup=False)
                failed += 1
            except DatabaseError as error:  # its transaction is undone, the other files go on
                said = " ".join(str(error).split())
                sentence = f"{path.name}: chưa ghi được ({said}). Hãy gửi tệp này cho người phát triển."
                out.print(sentence, style="red", markup=False)
                failed += 1
    return failed


def _list_reports(out: Console) -> None:
    listing = Table(title="Báo cáo đã đọc", title_justify="left", show_lines=False, header_style="bold")
    for heading in ("Số", "Tệp", "Đơn vị", "Kỳ", "Số liệu", "Khớp", "Không khớp", "Đã ghi", "Cần hỏi"):
        listing.add_column(heading)
    stored = list(Report.objects.select_related("submission").prefetch_related("readings", "checks").order_by("pk"))
    for report in stored:
        held = sum(check.holds for check in report.checks.all())
        asked = sum(bool(one.question) for one in report.readings.all())
        listing.add_row(
            str(report.pk),
            escape(report.name),
            _name(report) or "[yellow]?[/]",
            report.period or "[yellow]?[/]",
            str(len(report.readings.all())),
            str(held),
            f"[red]{len(report.checks.all()) - held}[/]" if len(report.checks.all()) > held else "0",
            str(sum(one.filed for one in report.readings.all())),
            str(asked + (report.unit_id is None) + (not report.period)),
        )
    out.print(listing)
    for report in stored:
        name, why = escape(report.name), escape(report.unit_why)
        for check in report.checks.all():
            if not check.holds:
                out.print(f"[red]✗[/] {name}: {escape(check.message)}")
        if report.unit_id is None:
            out.print(f"[yellow]?[/] {name}: {why} [dim](danvan resolve {report.pk} --unit MÃ)[/]")
        if not report.period:
            out.print(f"[yellow]?[/] {name}: không rõ kỳ báo cáo. [dim](danvan resolve {report.pk} --period MÃ_KỲ)[/]")


def _name(report: Report) -> str:
    if report.unit_id is None:
        return ""
    day = periods.parse(report.period).end if report.period else timezone.localdate()
    version = units.version_on(report.unit_id, day)
    return version.name if version else ""


def _write(base_url: str) -> Iterator[tuple[str, list[Path]]]:
    """The province's half-year and latest quarter, then each unit and period that a real report text was filed for."""
    province = _unit(PROVINCE, MAIN.end, "province").pk
    wanted: dict[tuple[int, str], None] = {(province, MAIN.code): None, (province, LATEST.code): None}
    for submission in _from_texts():
        wanted[submission.unit_id, submission.period] = None
    for unit, period in wanted:
        result = consolidating.consolidated(consolidating.FORM, unit, periods.parse(period), compare="restated")
        yield _published(result, base_url)


def _published(result: Consolidated, base_url: str) -> tuple[str, list[Path]]:
    """A sentence about the report and its files; no files where nothing was reported."""
    about = f"{result.unit.name}, {result.period.label()}"
    try:
        paths = publish(result, settings.VAR / "out", base_url=base_url, today=timezone.localdate(), fonts=[FONTS])
    except ValueError as error:
        return f"{about}: chưa viết được báo cáo. {error}", []
    itself = result.unit in (*result.filed, *result.others)
    told = "tự báo cáo" if itself else f"{len(result.filed)} trên {len(result.expected)} đơn vị đã gửi"
    return f"{about}: {told}; {len(result.reported)} chỉ tiêu có số liệu.", paths


def _from_texts() -> Iterable[Submission]:
    return Submission.objects.filter(report__isnull=False, illustration=False).order_by("pk")
