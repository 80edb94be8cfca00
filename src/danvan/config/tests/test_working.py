"""`danvan work` reads report files as they come in: at once in a round of its own, and while it waits for the next."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from danvan.access import scope
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.config import working
from danvan.narrative import actions
from danvan.narrative.models import Intake, IntakeFile
from danvan.narrative.tests.test_deciding import TEXT

world = staged(small_country)


def sent(world, *texts: str) -> Intake:
    uploads = [(f"{number}.txt", io.BytesIO(text.encode())) for number, text in enumerate(texts)]
    with scope.acting(post_of(world.people["mai"])) as mai:
        return actions.take_in(uploads=uploads, by=mai)


def states(intake: Intake) -> list[str]:
    return list(IntakeFile.objects.filter(intake=intake).order_by("pk").values_list("state", flat=True))


def test_one_round_reads_all_that_waits(world, capsys):
    intake = sent(world, TEXT, TEXT.replace("46 lượt", "47 lượt"), "")
    assert working.work(SimpleNamespace(once=True, every=60)) == 0
    assert states(intake) == ["read", "read", "refused"]
    assert "Đã đọc " in capsys.readouterr().out


def test_what_comes_in_between_two_rounds_does_not_wait_for_the_next(world, monkeypatch, capsys):
    """It looks again every few seconds: a file sent while it sleeps is read when it wakes, well before the round."""
    came: list[Intake] = []
    slept: list[float] = []

    def sleeps(seconds: float) -> None:
        slept.append(seconds)
        if not came:
            came.append(sent(world, TEXT))
        elif states(came[0]) == ["read"]:
            raise KeyboardInterrupt

    monkeypatch.setattr(working.time, "sleep", sleeps)
    with pytest.raises(KeyboardInterrupt):
        working.work(SimpleNamespace(once=False, every=60))
    assert slept == [working.POLL, working.POLL]
    assert "Đã đọc 1 tệp báo cáo.\n" in capsys.readouterr().out
