"""The words of a PDF in the order in which people read them, however they were written."""

import pypdfium2
import pytest
import typst

from danvan.narrative.reading import UnreadableFile, pdf, pdf_pages, read_text

LINES = ("Năm 2023, huyện Sông Trà tiếp 46 lượt công dân,", "giải quyết 22/29 vụ việc, đạt tỷ lệ 75,9%; tổ chức cơ sở")
# Every letter in its place, but those that the condition picks come behind all others of their line.
APART = """
#set page(width: 20cm, height: 6cm, margin: 1cm)
#set text(size: 14pt)
#let apart(line) = context {
  let (x, late) = (0pt, ())
  for sign in line.clusters() {
    if sign == " " { x += 3.5pt; continue }
    if CONDITION { late.push((x, sign)) } else { place(dx: x, sign) }
    x += measure(sign).width
  }
  for (x, sign) in late { place(dx: x, sign) }
}
"""
CONDITIONS = {
    "letters of another font": '"ăệếượảĩỷạểứổơởốụđ".contains(sign)',
    "capitals": 'sign.match(regex("[A-Z]")) != none',
    "all but the digits": 'sign.match(regex("[^0-9]")) != none',
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_letters_written_behind_their_line_stand_where_they_are_printed(condition):
    page = APART.replace("CONDITION", CONDITIONS[condition])
    page += "\n#v(10pt)\n".join(f'#apart("{line}")' for line in LINES)
    assert pdf.text_of(typst.compile(page.encode()), "a.pdf").split() == " ".join(LINES).split()


def test_columns_side_by_side_stay_apart():
    page = "#set page(width: 20cm, height: 8cm)\n#grid(columns: 2, gutter: 1cm)[Một hai\\ ba bốn][Năm sáu\\ bảy tám]"
    assert pdf.text_of(typst.compile(page.encode()), "a.pdf").split("\n")[:2] == ["Một hai", "ba bốn"]


def printed(markup: str) -> str:
    return pdf.text_of(typst.compile(markup.encode()), "a.pdf")


NAMES = "Hội Nông dân, Công đoàn, Hội Cựu chiến binh, Đoàn Thanh niên và Hội Liên hiệp Phụ nữ. "
AS_IN_REPORTS = (
    "#set page(width: WIDTH, height: 12cm, margin: 1cm)\n#set par(first-line-indent: (amount: 1cm, all: true))\n"
)


@pytest.mark.parametrize("width", [f"{width}cm" for width in (9, 10.5, 11, 12.3, 13, 14.7)])
@pytest.mark.parametrize("justify", ["true", "false"])
def test_a_line_that_was_broken_at_the_margin_goes_on(width, justify):
    words = f"Nay có đoàn viên của {NAMES}".strip()
    page = AS_IN_REPORTS.replace("WIDTH", width) + f"#set par(justify: {justify})\n{words}\n\n{words}\n\nNgắn thôi"
    assert printed(page) == f"{words}\n{words}\nNgắn thôi"


def test_lines_that_end_before_the_margin_stay_apart():
    page = AS_IN_REPORTS.replace("WIDTH", "14cm") + (
        "#set par(first-line-indent: 0cm)\n#align(center)[*BÁO CÁO* \\ Kết quả quý I]\nI. Tình hình chung\n\n"
        f"Toàn tỉnh có {NAMES}{NAMES}\n\nNơi nhận \\ Như trên"
    )
    said = printed(page).split("\n")
    assert said == ["BÁO CÁO", "Kết quả quý I", "I. Tình hình chung", f"Toàn tỉnh có {NAMES}{NAMES}".strip(),
                    "Nơi nhận", "Như trên"]  # fmt: skip


def test_a_sentence_goes_on_over_the_page_and_its_number():
    page = AS_IN_REPORTS.replace("WIDTH", "12cm").replace("12cm, margin", "4cm, margin: (top: 1.5cm, rest: 1cm), a")
    page = page.replace(", a: 1cm", ', header: context align(center, counter(page).display("1"))')
    said = printed(page + f"Toàn tỉnh có {NAMES * 6}".strip())
    assert said.split("\n")[-1] == f"Toàn tỉnh có {NAMES * 6}".strip()


# Tables

ACROSS = "table.cell(colspan: 5)[Dân vận khéo],"
TABLE = """#set page(width: 16cm, height: HEIGHT, margin: 1cm)
Đã sơ kết quý I năm 2026 ở tỉnh.
#table(columns: (1cm, 3cm, 2cm, 2cm, 2cm), align: (center, left, center, right, right), inset: 3pt,
  table.header(table.cell(rowspan: 2)[TT], table.cell(rowspan: 2)[Chỉ tiêu], table.cell(rowspan: 2)[Đơn vị tính],
    table.cell(colspan: 2)[Kết quả], [Quý I năm 2026], [Quý I năm 2025]),
  [1], [Số lượt tiếp công dân], [lượt], [46], [66],
  ACROSS
  [2], [Mô hình Dân vận khéo], [mô hình], [], [1.055],
)
Hết.""".replace("ACROSS", ACROSS)
HEADS = ["TT | Chỉ tiêu | Đơn vị tính | Kết quả | ", " |  |  | Quý I năm 2026 | Quý I năm 2025"]
BODY = [
    "1 | Số lượt tiếp công dân | lượt | 46 | 66",
    "Dân vận khéo |  |  |  | ",
    "2 | Mô hình Dân vận khéo | mô hình |  | 1.055",
]


def test_a_ruled_table_is_divided_into_its_cells():
    said = printed(TABLE.replace("HEIGHT", "14cm"))
    assert said.split("\n") == ["Đã sơ kết quý I năm 2026 ở tỉnh.", *HEADS, *BODY, "Hết."]


def test_heads_said_again_on_the_next_page_are_left_out():
    page = TABLE.replace("HEIGHT", "6cm")
    assert len(pypdfium2.PdfDocument(typst.compile(page.encode()))) == 2
    said = printed(page)
    assert said.split("\n") == ["Đã sơ kết quý I năm 2026 ở tỉnh.", *HEADS, *BODY, "Hết."]


def test_a_cell_is_named_by_its_headings():
    document = read_text(printed(TABLE.replace("HEIGHT", "14cm")))
    found = {(r.indicator, r.value, r.period and r.period.code) for r in document.readings}
    assert found == {("rec.turns", 46, None), ("rec.turns", 66, "2025-Q1"), ("mod.total", 1055, "2025-Q1")}


def test_sides_may_be_bars_or_missing():
    sides = "stroke: (x, y) => (bottom: 1pt, top: 1pt, left: if x > 0 { 1pt }), inset:"
    bars = TABLE.replace("HEIGHT", "14cm").replace("inset:", sides).replace(ACROSS, "")
    assert printed(bars).split("\n")[1:-1] == [*HEADS, BODY[0], BODY[2]]


def test_a_frame_around_long_texts_is_no_table():
    words = "Toàn tỉnh đã tổ chức đối thoại. " * 12
    said = printed(f"#set page(width: 21cm, height: 29cm)\n#table(columns: 2)[{words}][Năm 2026][a][b]")
    assert " | " not in said


def test_too_many_pages_are_refused():
    page = f"#set page(width: 3cm, height: 3cm)\n#for _ in range({pdf_pages.MOST_PAGES}) {{ pagebreak() }}"
    with pytest.raises(UnreadableFile, match=r"trên 1\.000 trang"):
        pdf.text_of(typst.compile(page.encode()), "a.pdf")
