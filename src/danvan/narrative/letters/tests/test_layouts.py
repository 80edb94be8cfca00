"""How papers look, measured on the printed page: the numbers of the guides, written here once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from danvan.desk.assets import FONTS
from danvan.narrative.letters import Letter, compose, kind
from danvan.narrative.letters.tests.samples import FRONT, PAPERS, PARTY, STATE
from danvan.narrative.writing import Report, ReportData, to_docx, to_pdf
from danvan.narrative.writing.tests.test_layouts import GUIDES, Glyph, Page, needs_fonts, printed

ISSUERS = {"party": PARTY, "state": STATE, "front": FRONT}
NUMBERS = {  # of the paper number 7, by layout and kind
    "party": {"invitation": "Số 07-GM/", "conclusion": "Số 07-TB/", "submission": "Số 07-TTr/", "letter": "Số 07-CV/"},
    "state": {
        "invitation": "Số: 07/GM-",
        "conclusion": "Số: 07/TB-",
        "submission": "Số: 07/TTr-",
        "letter": "Số: 07/UBND",
    },
    "front": {
        "invitation": "Số: 07/GM-",
        "conclusion": "Số: 07/TB-",
        "submission": "Số: 07/TTr-",
        "letter": "Số: 07/MTTQ",
    },
}
SAMPLES = {
    "invitation": "invitation-state",
    "conclusion": "conclusion-party",
    "submission": "submission-party",
    "letter": "letter-state",
    "awards": "awards-front",
}
ABOUT = {"party": ("về việc gửi", "Italic"), "state": ("V/v gửi", "Regular"), "front": ("V/v gửi", "Regular")}
LABEL = {"party-36-2018": "Kính gửi:", "party-399-2026": "Kính trình:"}


def issued(data: ReportData, rules: str, code: str) -> Report:
    guide, sample = GUIDES[rules], PAPERS[SAMPLES[code]]
    issuer = ISSUERS[guide["office"]]
    figures = replace(data, issuer=issuer, date=guide["day"], number=7, base_url="", illustration=False)
    return compose(Letter(kind(code), figures, sample.values, sample.topics, sample.bases))


def styles(line: list[Glyph]) -> tuple[set[float], set[str]]:
    return {glyph.size for glyph in line}, {glyph.font for glyph in line}


def middle(line: list[Glyph]) -> float:
    return (line[0].left + line[-1].right) / 2


@needs_fonts
@pytest.mark.parametrize("rules", GUIDES)
@pytest.mark.parametrize("code", SAMPLES)
def test_the_printed_paper_keeps_the_rules(data: ReportData, code: str, rules: str, tmp_path: Path) -> None:
    written, guide = issued(data, rules, code), GUIDES[rules]
    assert written.layout == rules
    to_pdf(written, tmp_path / "paper.pdf", [FONTS])
    first, *others = printed(tmp_path / "paper.pdf")
    _inside_the_margins(guide, [first, *others])
    border = 30 + written.columns[0]
    title = first.line(guide["title"])
    assert styles(title) == ({guide["sizes"]["title"]}, {"Tinos-Bold"})
    assert title[0].left >= border - 0.3
    if code == "awards":
        assert "Số" not in "".join(glyph.text for glyph in first.glyphs if glyph.top < 50)
        assert "ngày" not in "".join(glyph.text for glyph in first.glyphs if glyph.top < 40)
    else:
        number = first.line(NUMBERS[guide["office"]][code])
        assert styles(number) == ({guide["sizes"]["number"]}, {"Tinos-Regular"})
        assert number[0].bottom == pytest.approx(first.line(written.right[-1][0].text[:8])[0].bottom, abs=2)
    _kind(guide, first, written, code, border)
    if code in ("letter", "submission"):
        label = first.line(LABEL.get(rules, "Kính gửi:") if code == "submission" else "Kính gửi:")
        assert styles(label) == ({14}, {"Tinos-Regular"})
        assert label[0].top > title[0].bottom
    text = first.line("".join(run.text for run in written.body[0].runs)[:24])
    assert {glyph.size for glyph in text} == {guide["sizes"]["text"]}
    assert text[0].left == pytest.approx(30 + guide["first_line"], abs=0.9)
    assert not [glyph for glyph in first.glyphs if glyph.top < 15]  # page 1 bears no number


def _kind(guide: dict, page: Page, written: Report, code: str, border: float) -> None:
    """A paper names its kind in the middle; a letter has none and says what it is about under its number."""
    if code == "letter":
        begin, face = ABOUT[guide["office"]]
        about = page.line(begin)
        assert styles(about) == ({12}, {f"Tinos-{face}"})
        number = page.line(NUMBERS[guide["office"]]["letter"])
        assert about[0].top > number[0].bottom
        lines = written.left[-1][-1].text.split("\n")
        for line in lines:
            found = page.line(line)
            assert found[0].left >= 30 - 0.3
            assert found[-1].right <= border + 0.3
            assert middle(found) == pytest.approx((30 + border) / 2, abs=1)
        return
    heading = page.line(kind(code).title)
    assert styles(heading) == ({guide["sizes"]["kind"]}, {"Tinos-Bold"})
    assert middle(heading) == pytest.approx(30 + 165 / 2, abs=0.5)
    abstract = page.line(written.heading[1].text.split("\n")[0])
    assert styles(abstract) == ({guide["sizes"]["abstract"]}, {"Tinos-Bold"})


def _inside_the_margins(guide: dict, pages: list[Page]) -> None:
    top, bottom, left, right = guide["margins"]
    for page in pages:
        inside = [glyph for glyph in page.glyphs if glyph.top > 15]
        assert min(glyph.left for glyph in inside) >= left - 0.6
        assert max(glyph.right for glyph in inside) <= page.width - right + 0.6
        assert min(glyph.top for glyph in inside) >= top - 0.6
        assert max(glyph.bottom for glyph in inside) <= page.height - bottom + 0.6


@needs_fonts
def test_tables_in_the_text_are_as_wide_as_it_and_set_smaller(data: ReportData, tmp_path: Path) -> None:
    to_pdf(issued(data, "front-91-2013", "awards"), tmp_path / "paper.pdf", [FONTS])
    (page,) = printed(tmp_path / "paper.pdf")
    assert styles(page.line("Nguyễn Văn Ví Dụ")) == ({11}, {"Tinos-Regular"})
    assert styles(page.line("Chức vụ, đơn vị")) == ({11}, {"Tinos-Bold"})
    across = [(a, b) for a, b, _top in page.strokes]
    assert min(a for a, _b in across) == pytest.approx(30, abs=0.6)
    assert max(b for _a, b in across) == pytest.approx(195, abs=0.6)


@needs_fonts
def test_news_begins_at_the_top_and_in_the_middle(data: ReportData, tmp_path: Path) -> None:
    sample = PAPERS["press"]
    written = compose(sample.letter(replace(data, illustration=False, base_url="")))
    to_pdf(written, tmp_path / "news.pdf", [FONTS])
    (page,) = printed(tmp_path / "news.pdf")
    headline = page.line("Thái Nguyên: hơn")
    assert {glyph.font for glyph in headline} == {"Tinos-Bold"}
    assert page.glyphs[: len(headline)] == headline
    lead = page.line("Ngày 06/10")
    assert lead[0].top > headline[0].bottom
    assert {glyph.font for glyph in lead} == {"Tinos-Bold"}


@pytest.mark.parametrize("rules", GUIDES)
def test_the_word_file_says_the_same_of_a_letter(data: ReportData, rules: str, tmp_path: Path) -> None:
    to_docx(issued(data, rules, "letter"), tmp_path / "letter.docx")
    word = docx.Document(str(tmp_path / "letter.docx"))
    begin, face = ABOUT[GUIDES[rules]["office"]]
    (about,) = [p.runs[0] for p in word.tables[0]._cells[2].paragraphs if p.text.startswith(begin)]
    assert (about.font.size.pt, bool(about.italic)) == (12, face == "Italic")
    (label,) = [p for p in word.paragraphs if p.text == "Kính gửi:"]
    assert (label.runs[0].font.size.pt, label.runs[0].bold) == (14, False)
    assert label.paragraph_format.left_indent.mm == pytest.approx(25, abs=0.1)


def test_a_paper_of_a_day_before_the_rules_is_told(data: ReportData) -> None:
    letter = PAPERS["letter-state"].letter(data)
    with pytest.raises(KeyError, match="chỉ có quy định từ ngày 05/03/2020"):
        compose(replace(letter, data=replace(letter.data, date=date(2019, 1, 1))))
