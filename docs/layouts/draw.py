"""Prints three reports with invented figures and draws their pages: `python docs/layouts/draw.py [FOLDER]`."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import yaml
from PIL import Image

from danvan.desk.assets import FONTS
from danvan.figures import catalogue
from danvan.lib.periods import Period
from danvan.narrative import writing
from danvan.narrative.editing import Edit, Figures, edited
from danvan.narrative.writing import Contribution, Figure, Issuer, ReportData, Row, Section, Signer, composing
from danvan.narrative.writing.meanings import meanings
from danvan.narrative.writing.model import Below
from danvan.units.loading import sources

FIGURES = yaml.safe_load(Path(__file__).with_name("figures.yaml").read_text("utf-8"))
SCALE = 0.85  # of 72 dots an inch
ACROSS = 4  # pages in a row


@dataclass(frozen=True)
class Sample:
    """times: how many quarters; late: units below that have not filed; words: what people wrote, by block."""

    period: str
    day: date
    issuer: Issuer
    late: int = 0
    words: tuple[tuple[str, str], ...] = ()

    @property
    def times(self) -> int:
        return len(Period.parse(self.period).months) // 3


SAMPLES = {
    "quarter-party-2026": Sample(
        "2026-Q3",
        date(2026, 10, 5),
        Issuer(
            "Ban Tuyên giáo và Dân vận",
            "Tỉnh ủy Thái Nguyên",
            "BTGDVTU",
            "Thái Nguyên",
            Signer("Phó Trưởng ban", "deputy", "Trưởng ban"),
            ("Ban Tuyên giáo và Dân vận Trung ương", "Thường trực Tỉnh ủy", "Lãnh đạo Ban"),
        ),
        late=2,
        words=(
            (
                "situation.ask",
                "Trong quý III, đời sống của các tầng lớp Nhân dân cơ bản ổn định; Nhân dân đồng tình với việc sắp xếp "
                "tổ chức bộ máy, quan tâm đến thủ tục hành chính ở các xã, phường mới và công tác phòng, chống bão lũ.",
            ),
            (
                "forces.ask",
                "Lực lượng Quân đội, Công an giúp Nhân dân thu hoạch lúa mùa, sửa chữa nhà ở, khắc phục hậu quả mưa "
                "lũ; phối hợp tuyên truyền, vận động Nhân dân chấp hành pháp luật.",
            ),
            (
                "strengths.ask",
                "Cấp ủy, chính quyền các xã, phường mới sớm ổn định tổ chức, giữ nền nếp tiếp công dân và đối thoại.",
            ),
            (
                "weaknesses.ask",
                "Việc theo dõi, nhân rộng mô hình ở một số nơi còn chậm sau khi sắp xếp đơn vị hành chính.",
            ),
            ("causes.ask", "Cán bộ làm công tác dân vận ở cấp xã mới bố trí, địa bàn rộng hơn trước."),
            (
                "tasks.ask",
                "Một là, tham mưu cấp ủy tổng kết phong trào thi đua “Dân vận khéo” trong năm.\n"
                "Hai là, phối hợp kiểm tra việc thực hiện dân chủ ở cơ sở tại các xã, phường.\n"
                "Ba là, nắm chắc tình hình Nhân dân, kịp thời giải quyết những vấn đề nổi cộm ngay từ cơ sở.",
            ),
            (
                "proposals.ask",
                "Đề nghị Ban Tuyên giáo và Dân vận Trung ương sớm hướng dẫn tiêu chí công nhận mô hình “Dân vận khéo”.",
            ),
        ),
    ),
    "half-year-party-2018": Sample(
        "2021-H1",
        date(2021, 6, 15),
        Issuer(
            "Ban Dân vận",
            "Tỉnh ủy Thái Nguyên",
            "BDVTU",
            "Thái Nguyên",
            Signer("Trưởng ban"),
            ("Ban Dân vận Trung ương", "Thường trực Tỉnh ủy"),
        ),
    ),
    "year-state": Sample(
        "2025-Y",
        date(2026, 1, 5),
        Issuer(
            "Ủy ban nhân dân tỉnh Thái Nguyên",
            "",
            "UBND",
            "Thái Nguyên",
            Signer("Chủ tịch", "collective", "Ủy ban nhân dân"),
            ("Thường trực Tỉnh ủy", "Thường trực Hội đồng nhân dân tỉnh"),
            layout="state",
            author="government",
        ),
    ),
}


def data(sample: Sample) -> ReportData:
    known, period = catalogue.load(), Period.parse(sample.period)
    rows = {
        title: [_row(known, key, *pair, times=sample.times, period=sample.period) for key, pair in rows.items()]
        for title, rows in FIGURES.items()
    }
    below = tuple(_below(sample))
    gave = [one for one in below if one.filed]
    ranked = [row for found in rows.values() for row in found if row.key in meanings().rank]
    given = [one for row in ranked for one in _given(row, gave, sample)]
    return ReportData(
        issuer=sample.issuer,
        unit="Tỉnh Thái Nguyên",
        period=period.label(),
        period_code=period.code,
        same_period=period.same_last_year.label(),
        next_period=period.next.label(),
        sections=tuple(Section(title, tuple(found)) for title, found in rows.items()),
        date=sample.day,
        number=7,
        expected=len(below),
        filed=len(gave),
        missing=tuple(one.name for one in below if not one.filed),
        contributions=tuple(given),
        below=below,
        base_url="https://danvan.example/",
        url=f"tables/19/{period.code}/",
        illustration=True,
    )


def _below(sample: Sample) -> Iterator[Below]:
    """The real units of Thái Nguyên on that day: districts until July 2025, then communes."""
    found = sources.read()
    new = sample.day >= date(2025, 7, 1)
    places, level = (found.new, "commune") if new else (found.old, "district")
    province = next(one.key for one in places if one.level == "province" and "thainguyen" in one.key)
    units = sorted((one for one in places if one.level == level and one.parent == province), key=lambda one: one.code)
    for number, one in enumerate(units):
        point = (one.latitude, one.longitude) if one.latitude and one.longitude else None
        yield Below(number, one.name, number not in range(5, 5 + 9 * sample.late, 9), point)


def _given(row: Row, units: list[Below], sample: Sample) -> Iterator[Contribution]:
    """The figure cut up among the units, unevenly but always the same."""
    weights = random.Random(f"{row.key} {sample.period}")  # noqa: S311 -- invented figures
    shares = [weights.paretovariate(1.6) for _ in units]
    whole, left = row.now.value or Decimal(0), row.now.value or Decimal(0)
    for number, (unit, share) in enumerate(zip(units, shares, strict=True), 1):
        part = left if number == len(units) else min(left, Decimal(round(float(whole) * share / sum(shares))))
        left -= part
        yield Contribution(
            unit.name, row.indicator, "", row.label, row.unit, Figure("value", part), unit_id=unit.unit_id
        )


def _row(known: catalogue.Catalogue, key: str, now: object, before: object, *, times: int, period: str) -> Row:
    code, _, breakdown = key.rstrip("]").partition("[")
    indicator = known[code]
    flows = times if indicator.kind.code in ("flow", "money", "ratio") or code == "iss.open_end" else 1
    figure, earlier = _figure(now, flows), _figure(before, flows)
    delta = (figure.value or Decimal(0)) - (earlier.value or Decimal(0))
    rate = indicator.unit_vi == "%"
    return Row(
        indicator=indicator.code,
        label=indicator.name_vi,
        unit=indicator.unit_vi,
        breakdown=breakdown,
        part=indicator.breakdown_label(breakdown) if breakdown else "",
        now=figure,
        before=earlier,
        delta=delta,
        percent=None if rate or not earlier.value else 100 * delta / earlier.value,
        url=f"tables/19/{period}/#{indicator.code}",
    )


def _figure(given: object, times: int) -> Figure:
    if isinstance(given, str):
        part, whole = (times * Decimal(number) for number in given.split("/"))
        return Figure("value", 100 * part / whole, part, whole)
    return Figure("value", times * Decimal(str(given)))


def written(sample: Sample) -> writing.Report:
    """The report with what people wrote."""
    given = data(sample)
    plan = composing.outline_of(given)
    made = composing.divided(given, plan)
    places = {block.key: (division.id, block.place) for division in made for block in division.blocks}
    words = [Edit(places[key][0], key, places[key][1], "own", text) for key, text in sample.words]
    return composing.laid(given, plan, edited(made, words, Figures.of(given)))


def drawn(paper: writing.Report, path: Path) -> None:
    """All pages of a paper, a few in a row."""
    with tempfile.TemporaryDirectory() as place:
        pdf = Path(place, "report.pdf")
        writing.to_pdf(paper, pdf, [FONTS])
        with pypdfium2.PdfDocument(pdf) as document:
            pages = [page.render(scale=SCALE).to_pil().convert("L") for page in document]
    gap = 12
    rows = [pages[n : n + ACROSS] for n in range(0, len(pages), ACROSS)]
    wide = max(sum(page.width + gap for page in row) for row in rows) + gap
    sheet = Image.new("L", (wide, sum(max(page.height for page in row) + gap for row in rows) + gap), 200)
    top = gap
    for row in rows:
        left = gap
        for page in row:
            sheet.paste(page, (left, top))
            left += page.width + gap
        top += max(page.height for page in row) + gap
    sheet.quantize(16).save(path, optimize=True)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, sample in SAMPLES.items():
        drawn(written(sample), folder / f"{name}.png")


if __name__ == "__main__":
    main()
