"""`danvan demo`: everything from an empty database to the pages, each step safe to repeat."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from danvan.config import CommandError, cli, commands, database, processes
from danvan.config.demo import invented, working
from danvan.config.demo import round as rounds
from danvan.config.demo.acting import BY
from danvan.config.demo.password import FILE, password
from danvan.config.demo.round import Cast, Role, cell, sent_at
from danvan.desk.assets import FONTS
from danvan.figures import actions as filing
from danvan.figures import queries as consolidating
from danvan.figures.consolidation import Consolidated
from danvan.figures.models import Submission
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.narrative import actions as reports
from danvan.narrative.models import Report
from danvan.narrative.publishing import publish
from danvan.narrative.reading import UnreadableFile
from danvan.units import actions as unit_verbs
from danvan.units import queries as units
from danvan.units import reach
from danvan.units.loading.load import load_map
from danvan.units.models import Unit, UnitVersion

PROVINCE = "19"  # Thái Nguyên: since 1 July 2025 made of the former Thái Nguyên and Bắc Kạn
MAIN = Period("half", 2026, 1)
NAMELESS = "xa tan thanh"  # the sample whose commune has to be asked for: seven bear the name
COMMUNES_A_DISTRICT = 5  # a former district did about the work of so many of today's communes
SEEDS = database.root().parent / "shared" / "seeds"
TABLES = {"tiep_cong_dan": invented.reception, "xu_ly_don": invented.petitions}  # of the state statistics
Figures = Callable[[str, int, int], Iterator[invented.Invented]]


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reports", type=Path, metavar="DIR", help="read the report files of this folder too")
    parser.add_argument("--only-samples", action="store_true", help="leave out reports that lie beside the project")
    parser.add_argument("--no-serve", action="store_true", help="do all but serve")
    commands.serve_arguments(parser)


def demo(args: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where a report file could not be read and filed (all else is done)."""
    if args.no_serve:
        return _make(args)
    port = commands.take(args)  # before the work, not after it
    connections.close_all()  # each process opens its own
    status = processes.apart(lambda: cli.told(lambda: _make(args)))
    if status < 0:
        raise CommandError(
            f"Việc chuẩn bị bị hệ điều hành dừng (tín hiệu {-status}): hãy xem bộ nhớ còn đủ không, rồi chạy lại."
        )
    if status in (0, 1):
        commands.serve_on(port, args, beside=working.rounds)
    return status


def _make(args: argparse.Namespace) -> int:
    out = Console()
    if not out.is_terminal:
        out = Console(width=140)  # into a file or a pipe: names stay whole
    if args.reports and not args.reports.is_dir():
        out.print(f"Không có thư mục {args.reports}. Hãy cho đường dẫn tới thư mục chứa báo cáo.", style="red")
        return 2
    with out.status("Cơ sở dữ liệu ..."):
        commands.migrate(argparse.Namespace(quiet=True))
        filing.ship_forms(by=BY)
    with out.status("Bản đồ hành chính trước và sau 01/7/2025 ..."):
        report = load_map(by=BY)
    if report.loaded:
        out.print(*report.lines(), sep="\n", markup=False, highlight=False)
    today = timezone.localdate()
    latest = rounds.latest(today)
    with out.status("Số liệu minh họa ..."):
        province = _unit(PROVINCE, MAIN.end, "province")
        communes = units.children(province, latest.end, UnitVersion.Level.COMMUNE)
        parts = rounds.cast(communes, _units_of_sample_reports(province))
        _invent_hamlets(province)
        _invent_figures(province, parts, latest)
    failed = _read_reports(out, [args.reports] if args.only_samples else [SEEDS, args.reports])
    _list_reports(out)
    with out.status("Kỳ báo cáo đang chạy ..."):
        country = units.country(latest.end)
        people = rounds.prepare(parts, province, country.unit, today)
        rounds.renew_passwords()
    with out.status("Tổng hợp, so sánh, viết báo cáo ..."):
        written = list(_write(commands.address(args), latest))
    out.rule("Báo cáo tổng hợp", align="left")
    for sentence, paths in written:
        out.print(sentence)
        for path in paths:
            out.print(f"  {path}")
    _list_people(out, people, commands.address(args))
    return 1 if failed else 0


def _list_people(out: Console, people: Sequence[Role], address: str) -> None:
    out.rule("Mở trong trình duyệt", align="left")
    listing = Table(box=None, show_header=False, pad_edge=False)
    listing.add_column(no_wrap=True, style="bold")
    listing.add_column()
    listing.add_column()
    for one in people:
        listing.add_row(one.username, one.name, one.tries)
    out.print("Những người minh họa, không ai có thật; mỗi người làm được phần việc của mình:")
    out.print(listing)
    out.print(f"Mật khẩu chung: [bold]{password()}[/]  (giữ trong {settings.VAR / FILE})")
    out.print(f"Địa chỉ: {address}")


def _unit(code: str, day: dt.date, level: str) -> Unit:
    (version,) = units.with_code(code, day, level)
    return version.unit


def _invent_hamlets(province: Unit) -> None:
    """Hamlets are not in the packages: the model takes them; these are made up, and marked so."""
    commune = units.children(province, MAIN.end, UnitVersion.Level.COMMUNE)[0]
    if units.children(commune, MAIN.end, UnitVersion.Level.HAMLET):
        return
    with reach.once():
        for number in range(1, 5):
            unit_verbs.establish(
                name=f"Tổ dân phố minh họa số {number}",
                level=UnitVersion.Level.HAMLET,
                parent=commune.unit,
                on=rounds.REFORM,
                by=BY,
                decision="Minh họa, không phải đơn vị có thật",
                illustration=True,
            )


def _invent_figures(province: Unit, parts: Cast, latest: Period) -> None:
    """Quarters of the province: by districts until June 2025, by communes since. The round's communes wait for it."""
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
    quarter = Period("quarter", 2025, 3)
    while quarter <= latest:
        for commune in communes:
            if MAIN.contains(quarter.start) and commune.unit_id in told:
                continue  # a report text tells it
            if quarter == latest and commune.unit_id in parts.not_accepted:
                continue
            filings.append(_filing(commune, quarter))
        quarter = quarter.next
    with transaction.atomic():
        filing.file_many(form=consolidating.FORM, filings=filings, by=BY, illustration=True)
        for form, figures in TABLES.items():
            filing.file_many(form=form, filings=_tables(form, figures, communes), by=BY, illustration=True)


def _tables(form: str, figures: Figures, communes: Sequence[UnitVersion]) -> Iterator[filing.FilingInput]:
    """The quarters of a table whose windows run from the 15th, since there are communes."""
    last = Period.covering(timezone.localdate(), "quarter", "15").previous
    quarter = Period("quarter", 2025, 3, "15")
    while quarter <= last:
        for commune in communes:
            cells = [cell(one) for one in figures(commune.code, quarter.year, quarter.index)]
            at = sent_at(quarter, f"{form}/{commune.code}/{quarter.code}")
            yield filing.FilingInput(commune.unit_id, quarter, cells, source="minh họa", filed_at=at)
        quarter = quarter.next


def _units_of_sample_reports(province: Unit) -> set[int]:
    """Communes whose half-year a sample text tells: their name, borne once in the province, stands in the file's."""
    names = {path.stem.split("-", 1)[1].replace("-", " ") for path in _sample_reports()} - {NAMELESS}
    communes = units.children(province, MAIN.end, UnitVersion.Level.COMMUNE)
    return {version.unit_id for version in communes if version.search_key in names}


def _filing(version: UnitVersion, quarter: Period, weight: int = 1) -> filing.FilingInput:
    cells = [cell(one) for one in invented.figures(version.code, quarter.year, quarter.index, weight)]
    at = sent_at(quarter, f"{version.code}/{quarter.code}")
    return filing.FilingInput(version.unit_id, quarter, cells, source="minh họa", filed_at=at)


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
    received = Report.objects.filter(received_for=None)  # the round's people have sent others for their units
    stored = list(received.select_related("submission").prefetch_related("readings", "checks").order_by("pk"))
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


def _write(base_url: str, latest: Period) -> Iterator[tuple[str, list[Path]]]:
    """The province's half-year and latest quarter, then each unit and period that a real report text was filed for."""
    province = _unit(PROVINCE, MAIN.end, "province").pk
    wanted: dict[tuple[int, str], None] = {(province, MAIN.code): None, (province, latest.code): None}
    for submission in _from_texts():
        wanted[submission.unit_id, submission.period] = None
    for unit, period in wanted:
        result = consolidating.consolidated(consolidating.FORM, unit, periods.parse(period), compare="restated")
        yield _published(result, base_url)


def _published(result: Consolidated, base_url: str) -> tuple[str, list[Path]]:
    """A sentence about the report and its files; no files where nothing was reported."""
    about = f"{result.unit.name}, {result.period.label()}"
    try:
        folder = settings.VAR / "out" / str(result.unit.id)
        paths = publish(result, folder, base_url=base_url, today=timezone.localdate(), fonts=[FONTS])
    except ValueError as error:
        return f"{about}: chưa viết được báo cáo. {error}", []
    itself = result.unit in (*result.filed, *result.others)
    told = "tự báo cáo" if itself else f"{len(result.filed)} trên {len(result.expected)} đơn vị đã gửi"
    return f"{about}: {told}; {len(result.reported)} chỉ tiêu có số liệu.", paths


def _from_texts() -> Iterable[Submission]:
    return Submission.objects.filter(reports__isnull=False, illustration=False).order_by("pk").distinct()
