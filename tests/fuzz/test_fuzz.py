"""A few files of each format, the same ones each time; `make fuzz` draws new ones for ten minutes each."""

import pytest

from tests.fuzz.formats import FORMATS
from tests.fuzz.running import read_some, readers

FEW = 25


@pytest.mark.parametrize("name", FORMATS)
def test_any_file_is_read_or_refused_with_a_sentence_and_nothing_else_happens(name):
    with readers(name, real=False) as watched:
        read_some(name, watched.check, FEW)
