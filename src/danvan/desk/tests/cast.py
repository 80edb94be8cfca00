"""What the tests of the pages stand on: a small map through the reform of 2025, and reports read in it."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from danvan.figures import actions
from danvan.figures.models import Form, Submission
from danvan.narrative.models import Check, Reading, Report
from danvan.units import reach
from danvan.units.models import Succession, Unit, UnitVersion

# Queries of every page: its transaction (2), session, person, the person's posts with the names of their units, notices
# not seen; and the scope: of nobody (after that of the test), of the person, of their post.
FRAME = 9
REFORM = date(2025, 7, 1)
START = date(2015, 1, 1)


def unit(name: str, level: str, parent: Unit | None, start: date = START, end: date | None = None, **more) -> Unit:
    """A territory with one version."""
    made = Unit.objects.create(illustration=more.pop("illustration", False))
    version = UnitVersion(unit=made, parent=parent, name=name, level=level, during=DateRange(start, end), **more)
    version.set_keys()
    version.save()
    reach.rebuild()
    return made


def become(predecessor: Unit, successor: Unit, kind: str = "whole") -> None:
    Succession.objects.create(
        predecessor=predecessor,
        successor=successor,
        on=REFORM,
        kind=kind,
        share=1 if kind == "whole" else None,
        decision="Nghị quyết 202/2025/QH15",
    )
    reach.rebuild()


class Map:
    """Bắc Kạn and the old Thái Nguyên become Thái Nguyên; an old commune goes to two new ones in parts."""

    def __init__(self) -> None:
        self.country = unit("Việt Nam", "country", None)
        self.bac_kan = unit("Tỉnh Bắc Kạn", "province", self.country, end=REFORM, code="06")
        self.old_thai_nguyen = unit("Tỉnh Thái Nguyên", "province", self.country, end=REFORM, code="19")
        self.thai_nguyen = unit("Tỉnh Thái Nguyên", "province", self.country, start=REFORM, code="19")
        self.dong_xuan = unit("Xã Đồng Xuân", "commune", self.thai_nguyen, start=REFORM, code="05001")
        self.tan_lap = unit("Xã Tân Lập", "commune", self.thai_nguyen, start=REFORM, code="05002")
        self.old = unit("Xã Đồng Xuân cũ", "commune", self.old_thai_nguyen, end=REFORM, code="05001")
        become(self.bac_kan, self.thai_nguyen)
        become(self.old_thai_nguyen, self.thai_nguyen)
        become(self.old, self.dong_xuan, "split")
        become(self.old, self.tan_lap, "split")


TEXT = """BÁO CÁO
Công tác dân vận quý I năm 2026 của xã Đồng Xuân

Đến nay toàn xã có 55 mô hình “Dân vận khéo”, tăng 12 mô hình so với cùng kỳ năm 2025,
trong đó có 41 mô hình tập thể và 16 mô hình cá nhân.

Ban tiếp công dân đã giải quyết 22/29 vụ việc, đạt 75%. Quyên góp được trên 26,4 tỷ đồng.
"""


def report(unit: Unit | None, number: int = 1, period: str = "2026-Q1", figures: int = 1) -> Report:
    """A report with a contradiction and so many times the figures of TEXT."""
    made = Report.objects.create(
        name=f"bao-cao-{number}.txt",
        sha256=hashlib.sha256(f"{unit and unit.pk} {number}".encode()).hexdigest(),
        text=TEXT,
        title=f"Báo cáo công tác dân vận số {number}",
        unit=unit,
        period=period,
        received_for=Unit.objects.filter(versions__level="country").first(),
        illustration=True,
        unit_why="“Xã Đồng Xuân” là tên duy nhất trên bản đồ ngày 31/3/2026." if unit else "Văn bản không nêu đơn vị.",
    )
    for _ in range(figures):
        _read(made, "55 mô hình", 55, "mô hình", "mod.total", filed=True, change=_RISE)
        _read(made, "41 mô hình", 41, "mô hình", "mod.total", breakdown="subject=collective", filed=True)
        _read(made, "16 mô hình", 16, "mô hình", "mod.total", breakdown="subject=individual", filed=True)
        _read(made, "22/29", 22, "vụ việc", "rec.cases_resolved", question="Số này của kỳ nào? Chọn kỳ.")
        _read(made, "75%", 75, "%", "")
        _read(made, "trên 26,4 tỷ đồng", 26_400_000_000, "đồng", "", qualifier="over")
    start = TEXT.index("22/29")
    Check.objects.create(
        report=made,
        kind="percent",
        holds=False,
        start=start,
        end=TEXT.index("75%") + 3,
        message="22/29 = 75,9%, văn bản ghi 75%.",
    )
    Check.objects.create(report=made, kind="sum", holds=True, start=40, end=60, message="41 + 16 = 57")
    return made


_RISE = {"delta": "12", "direction": "up", "unit": "mô hình", "versus": "so với cùng kỳ năm 2025"}


def _read(report: Report, quote: str, value: int, measure: str, indicator: str, **more) -> Reading:
    start = report.text.index(quote)
    return Reading.objects.create(
        report=report,
        start=start,
        end=start + len(quote),
        quote=quote,
        value=Decimal(value),
        unit=measure,
        indicator=indicator,
        **more,
    )


def file(unit: Unit, period: str = "2026-Q1", value: int = 55, source: Report | None = None) -> Submission:
    """What a unit filed: models in all and by field, a reception rate; read from a report where one is given."""
    if not Form.objects.exists():
        actions.ship_forms(by="test")
    evidence = []
    if source:
        start = source.text.index("55 mô hình")
        words = {"start": start, "end": start + len("55 mô hình"), "quote": "55 mô hình"}
        evidence = [actions.EvidenceInput(kind="sentence", source=f"narrative.Report:{source.pk}", **words)]
    cells = [
        actions.CellInput(indicator="mod.total", value=value, origin="read" if source else "typed", evidence=evidence),
        actions.CellInput(indicator="mod.total", breakdown="field=economy", value=value // 2),
        actions.CellInput(indicator="vis.gift_value", value=26_400_000_000),
    ]
    return actions.file_submission(
        form="dan_van", unit=unit, period=period, cells=cells, by="test", source="test", illustration=True
    )
