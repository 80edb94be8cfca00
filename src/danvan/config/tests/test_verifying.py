"""`danvan audit verify` over due days, and that `danvan work` counts them again."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from danvan.access import scope
from danvan.access.models import Notice
from danvan.access.tests.cast import BY, small_country
from danvan.casework import actions
from danvan.casework.models import Matter
from danvan.config import working
from danvan.config.verifying import audit

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
VERIFY = SimpleNamespace(what="verify")


@pytest.fixture
def matter():
    with scope.system("test"):
        world = small_country()
        return actions.receive(unit=world.an, matter_type="reflection", title="Đèn hỏng", by=BY)


def test_the_audit_names_a_due_day_that_is_not_what_the_acts_say(matter, capsys):
    with scope.system("test"):
        assert audit(VERIFY) == 0
        Matter.objects.filter(pk=matter.pk).update(due=matter.due + dt.timedelta(1))
        assert audit(VERIFY) == 1
    told = capsys.readouterr().out
    assert f"Vụ việc {matter} của đơn vị {matter.unit_id}: hạn" in told
    assert "hạn của 1 vụ việc (1 lỗi)" in told


def test_a_round_of_work_counts_due_days_again_once(matter, capsys):
    day = dt.date(timezone.localdate().year, 1, 5)
    with scope.system("test"):
        Matter.objects.filter(pk=matter.pk).update(due=day)
        assert working.work(SimpleNamespace(once=True, every=60)) == 0
        assert "Đã tính lại hạn 1 vụ việc, 1 hạn thay đổi." in capsys.readouterr().out
        assert Notice.objects.filter(sentence__contains=f"số {matter} chuyển từ").exists()
        assert working.work(SimpleNamespace(once=True, every=60)) == 0
        assert "Đã tính lại" not in capsys.readouterr().out
