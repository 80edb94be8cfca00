from __future__ import annotations

from datetime import date

import pytest

from danvan.lib import days


@pytest.mark.parametrize("text", ["2026-02-03", "2026-2-3", "3/2/2026", "03/02/2026", " 3/2/2026 "])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert days.parse(text) == date(2026, 2, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Không hiểu ngày"),
        ("20260203", "Không hiểu ngày"),
        ("2026-W06-2", "Không hiểu ngày"),
        ("3/2/26", "Không hiểu ngày"),
        ("٣/2/2026", "Không hiểu ngày"),
        ("30/2/2026", "Không có ngày"),
        ("0000-01-01", "Không có ngày"),
        ("2026-02-03\n3", "Không hiểu ngày"),
    ],
)
def test_what_is_no_day_gets_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        days.parse(text)
