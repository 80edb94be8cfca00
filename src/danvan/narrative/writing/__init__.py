"""From figures to words: `report` writes a submission; `to_docx`, `to_pdf`, `to_html`, `to_xlsx` lay it down."""

from danvan.narrative.writing.composing import report
from danvan.narrative.writing.html import to_html
from danvan.narrative.writing.model import (
    Contribution,
    Figure,
    Issuer,
    Origin,
    Report,
    ReportData,
    Row,
    Section,
    Signer,
)
from danvan.narrative.writing.pdf import to_pdf
from danvan.narrative.writing.word import to_docx
from danvan.narrative.writing.workbook import to_xlsx

__all__ = [
    "Contribution",
    "Figure",
    "Issuer",
    "Origin",
    "Report",
    "ReportData",
    "Row",
    "Section",
    "Signer",
    "report",
    "to_docx",
    "to_html",
    "to_pdf",
    "to_xlsx",
]
