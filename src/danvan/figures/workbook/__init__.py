"""Forms as workbooks, both ways, and any table as a file. Plain Python; the pages are in figures/views/workbook.py."""

from danvan.figures.workbook.comparing import diff
from danvan.figures.workbook.model import CellDiff, Filled, FilledCell, FormRow, FormSheet, Said, WorkbookError
from danvan.figures.workbook.reading import read_form
from danvan.figures.workbook.writing import write_form

__all__ = [
    "CellDiff",
    "Filled",
    "FilledCell",
    "FormRow",
    "FormSheet",
    "Said",
    "WorkbookError",
    "diff",
    "read_form",
    "write_form",
]
