"""A report as one HTML file that reads alone: the look of the layout, every figure an anchor and a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as markup
from lxml.html.builder import E

from danvan.lib import qr
from danvan.narrative.writing.bookmarks import Bookmarks
from danvan.narrative.writing.model import Annex, Chart, Column, Line, Paragraph, Report, Run, Table, TableRow

_TAGS = {"section": "h2", "subsection": "h3", "text": "p"}
# Numbers look like the text around them; a link is seen when it is pointed at or reached by keyboard.
_STYLE = """
@page {{ size: A4; margin: {top}mm {right}mm {bottom}mm {left}mm }}
@page wide {{ size: A4 landscape }}
body {{ margin: 0; color: #000; background: #fff; font: {size}pt/{pitch}pt {fonts}, serif }}
main {{ max-width: {width}mm; margin: {top}mm auto {bottom}mm; padding: 0 4mm }}
.head {{ display: grid; grid-template-columns: {columns} }}
.ends {{ display: grid; grid-template-columns: 1fr 1fr; break-inside: avoid; margin-top: 24pt }}
.line {{ margin: 0; line-height: 1.15; text-align: center; white-space: pre-line }}
.stroke {{ display: block; border-top: .75pt solid; margin: 1pt auto 3pt; max-width: 100% }}
h1, h2, h3 {{ font-size: inherit; margin: {space}pt 0 0; break-after: avoid }}
h1 {{ margin: 0; font-weight: inherit }}
.unseen {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }}
h2, h3, main > p {{ text-indent: {first_line}mm }}
main > p {{ margin: {space}pt 0 0; text-align: justify }}
a {{ color: inherit; text-decoration: none }}
a:hover, a:focus-visible, :target {{ text-decoration: underline; background: #fff3bf }}
section {{ break-before: page; margin-top: 24pt }}
section.wide {{ page: wide }}
section > p, section > h2 {{ text-align: center; text-indent: 0; margin: 2pt 0 }}
figure {{ margin: 18pt 0 0; text-align: center; break-inside: avoid }}
figure svg {{ max-width: 100%; height: auto }}
figcaption {{ font-weight: bold }}
.scroll {{ overflow-x: auto }}
table {{ border-collapse: collapse; width: 100%; margin-top: 6pt; font-size: {table}pt; line-height: 1.2 }}
th, td {{ border: .5pt solid; padding: 2pt 3pt; vertical-align: middle; text-align: left; font-variant-numeric: tabular-nums }}
thead th, .center {{ text-align: center }}
.right {{ text-align: right }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
footer {{ margin-top: 18pt; display: flex; justify-content: space-between; font-size: 9pt; color: #595959 }}
footer svg {{ width: {qr}mm; height: {qr}mm }}
@media print {{ main {{ max-width: none; margin: 0; padding: 0 }} }}
@media (max-width: 40em) {{ .head, .ends {{ grid-template-columns: 1fr; gap: 12pt }} .head {{ overflow-wrap: anywhere }} main > p {{ text-align: left }} }}
"""  # noqa: E501 -- one rule a line


def to_html(report: Report, path: Path) -> None:
    """Writes the report to `path`. Anchors have the names of Word's bookmarks; it asks no other host for anything."""
    page = _Writer(report).page()
    path.write_bytes(markup.tostring(page, doctype="<!DOCTYPE html>", encoding="utf-8"))


class _Writer:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.bookmarks = Bookmarks()
        self.looks: dict[str, str] = {}  # how a line looks -> the name of its class; a strict policy bars looks in tags

    def page(self) -> Any:
        report = self.report
        sides = (side for row in zip(report.left, report.right, strict=True) for side in row)
        main = E.main(
            *([E.div({"class": "head"}, *map(self._block, sides))] if report.left else []),
            self._titled(report),
            *([self._block(report.addressees)] if report.addressees else []),
            *map(self._paragraph, report.body),
            *([self._ends()] if report.signature else []),
            *([self._foot()] if report.mark or report.address else []),
            *map(self._annex, report.annexes),
        )
        return E.html(
            {"lang": "vi"},
            E.head(
                E.meta(charset="utf-8"),
                E.meta(name="viewport", content="width=device-width, initial-scale=1"),
                E.meta(name="keywords", content=report.layout),
                E.title(report.title),
                E.style(self._style()),
            ),
            E.body(main),
        )

    def _style(self) -> str:
        page, look = self.report.page, self.report.style
        given = {**page, **look}
        looks = "".join(f".{name} {{ {look} }}\n" for look, name in self.looks.items())
        shared = _STYLE.format(
            **{**given, "width": page["width"] - page["left"] - page["right"]},
            fonts=", ".join(f'"{font}"' for font in (*self.report.fonts, "Liberation Serif")),
            columns=" ".join(f"{column:.0f}fr" for column in self.report.columns),
            qr=2 * qr.SIZE,
        )
        return shared + looks

    def _ends(self) -> Any:
        return E.div({"class": "ends"}, self._block(self.report.recipients), self._block(self.report.signature))

    def _paragraph(self, paragraph: Paragraph | Table) -> Any:
        if isinstance(paragraph, Table):
            return self._table(paragraph.title, paragraph.columns, paragraph.rows, annex=False)
        element = E(_TAGS[paragraph.role])
        number = [Run(f"{paragraph.number} ")] if paragraph.number else []
        _fill(element, (self._run(run) for run in (*number, *paragraph.runs)))
        return element

    def _run(self, run: Run, *, annex: bool = False) -> Any:
        if run.place:
            return E.em(run.text)
        if run.bold:
            return E.b(run.text)
        if run.italic:
            return E.i(run.text)
        if not run.cell:
            return run.text
        name = self.bookmarks.name(run.cell, annex=annex)
        where = {"href": run.url} if run.url else {}
        return E.a({"id": name, **where, "data-cell": run.cell}, run.text)

    def _annex(self, annex: Annex) -> Any:
        return E.section(
            {"class": "wide"} if annex.landscape else {},
            E.h2(annex.number, E.br(), annex.title),
            *([E.p(E.em(annex.note))] if annex.note else []),
            *([self._table(annex.title, annex.columns, annex.rows, annex=True)] if annex.columns else []),
            *map(_figure, annex.charts),
        )

    def _table(self, title: str, columns: Sequence[Column], rows: Sequence[TableRow], *, annex: bool) -> Any:
        heads = (E.th({"scope": "col"}, column.title) for column in columns)
        body = E.tbody()
        for row in rows:
            if row.title:
                body.append(E.tr(E.th({"colspan": str(len(columns)), "scope": "rowgroup"}, row.title)))
                continue
            line = E.tr()
            for run, column in zip(row.cells, columns, strict=True):
                cell = E.td({"class": column.align} if column.align != "left" else {})
                _fill(cell, [self._run(run, annex=annex)])
                line.append(cell)
            body.append(line)
        return E.div(
            {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": title},
            E.table(E.thead(E.tr(*heads)), body),
        )

    def _foot(self) -> Any:
        report = self.report
        foot = E.footer(E.span(report.mark))
        if report.address:
            picture = _picture(qr.svg(report.address), qr.ALT.format(address=report.address))
            foot.append(E.a({"href": report.address}, picture))
        return foot

    def _block(self, lines: Sequence[Line]) -> Any:
        return E.div(*map(self._line, lines))

    def _titled(self, report: Report) -> Any:
        """Kind and abstract are the heading of the page; a letter without them has one for those who hear it."""
        if not report.heading:
            return E.h1({"class": "unseen"}, report.title)
        title = E.h1()
        title.extend(self._line(line, tag="span") for line in report.heading)
        return title

    def _line(self, line: Line, tag: str = "p") -> Any:
        look = {
            "font-size": f"{line.size:g}pt",
            "font-weight": "bold" if line.bold else "normal",
            "font-style": "italic" if line.italic else "",
            "text-decoration": "underline" if line.underline else "",
            "text-align": "left" if line.align == "left" else "",
            "margin-top": f"{line.before:g}pt" if line.before else "",
            "margin-left": f"{line.indent:g}mm" if line.indent else "",
            "display": "block" if tag == "span" else "",
        }
        style = "; ".join(f"{name}: {value}" for name, value in look.items() if value)
        element = E(tag, {"class": f"line {self._look(style)}"}, line.text)
        if line.rule:
            element.append(E.span({"class": f"stroke {self._look(f'width: {line.rule:g}mm')}"}))
        return element

    def _look(self, style: str) -> str:
        return self.looks.setdefault(style, f"look-{len(self.looks) + 1}")


def _figure(chart: Chart) -> Any:
    return E.figure(E.figcaption(chart.title), _picture(chart.svg, chart.words))


def _picture(svg: str, words: str) -> Any:
    picture = etree.fromstring(svg)
    picture.set("role", "img")
    picture.set("aria-label", words)
    return picture


def _fill(element: Any, pieces: Any) -> None:
    """Texts and elements one after the other; lxml keeps a text behind the element that it follows."""
    for piece in pieces:
        if not isinstance(piece, str):
            element.append(piece)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + piece
        else:
            element.text = (element.text or "") + piece
