"""The words of a PDF in the order in which people read them, however they were written."""

import pytest
import typst

from danvan.narrative.reading import UnreadableFile, pdf, pdf_pages

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


def test_too_many_pages_are_refused():
    page = f"#set page(width: 3cm, height: 3cm)\n#for _ in range({pdf_pages.MOST_PAGES}) {{ pagebreak() }}"
    with pytest.raises(UnreadableFile, match=r"trên 1\.000 trang"):
        pdf.text_of(typst.compile(page.encode()), "a.pdf")
