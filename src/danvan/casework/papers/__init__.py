"""Papers of this room, typeset by Typst: the receipt of what was taken in, the letter that answers it.

Always in Vietnamese. The words go in as data and are never read as Typst markup.
"""

from danvan.casework.papers.letter import Letter, letter, letter_docx, letter_pdf
from danvan.casework.papers.own_data import own_data_pdf
from danvan.casework.papers.receipt import Receipt, receipt, receipt_pdf

__all__ = ["Letter", "Receipt", "letter", "letter_docx", "letter_pdf", "own_data_pdf", "receipt", "receipt_pdf"]
