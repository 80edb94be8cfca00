"""Forms prepared on screen, put in force from a day on, and who must file them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from danvan.access import scope
from danvan.access.scope import Refused
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions, form_versions
from danvan.figures.actions import FigureError, StaleDraft
from danvan.figures.form_definition import Definition, Row, Section
from danvan.figures.models import Duty, Form
from danvan.lib.periods import Period

BY = "quản trị"
TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def draft(form):
    return actions.draft_version(code="dan_van", by=BY)


def changed(draft, **content):
    told = form_versions.definition(draft).to_json() | content
    return Definition.from_json(told)


def save(draft, **content):
    return actions.save_draft(draft=draft, content=changed(draft, **content), stamp=form_versions.stamp(draft), by=BY)


def test_a_version_is_prepared_as_a_copy_of_the_newest_and_holds_on_no_day(draft):
    shipped = form_versions.newest("dan_van")
    assert (draft.sections, draft.due, draft.notes_vi) == (shipped.sections, shipped.due, shipped.notes_vi)
    assert draft.during.isempty
    assert Form.objects.get(code="dan_van", during__contains=TOMORROW) == shipped


def test_a_form_has_one_version_being_prepared(draft):
    assert actions.draft_version(code="dan_van", by=BY) == draft


def test_what_is_prepared_is_kept_sound_or_not(draft):
    save(draft, sections=[], name_vi="")
    draft.refresh_from_db()
    assert (draft.sections, draft.name_vi) == ([], "")
    assert Event.objects.filter(verb="figures.edit_form").count() == 1


def test_two_people_do_not_overwrite_each_other(draft):
    stamp = form_versions.stamp(draft)
    save(draft, name_vi="Tên thứ nhất")
    with pytest.raises(StaleDraft, match="người khác sửa"):
        actions.save_draft(draft=draft, content=changed(draft, name_vi="Tên thứ hai"), stamp=stamp, by=BY)
    draft.refresh_from_db()
    assert draft.name_vi == "Tên thứ nhất"


def test_a_version_put_in_force_ends_the_one_before(draft):
    before = form_versions.newest("dan_van")
    save(draft, name_vi="Báo cáo mới")
    actions.put_in_force(draft=draft, since=TOMORROW, by=BY)
    before.refresh_from_db()
    draft.refresh_from_db()
    assert before.during.upper == draft.during.lower == TOMORROW
    assert draft.during.upper is None
    event = Event.objects.get(verb="figures.put_form_in_force")
    assert event.data["changes"] == ["Đổi tên biểu: “Báo cáo công tác dân vận” thành “Báo cáo mới”."]


def test_shipping_again_leaves_what_was_put_in_force(draft):
    actions.put_in_force(draft=draft, since=TOMORROW, by=BY)
    assert actions.ship_forms(by=BY) == 0
    assert form_versions.newest("dan_van") == draft


def test_what_is_not_sound_is_not_put_in_force(draft):
    save(draft, sections=[])
    with pytest.raises(FigureError, match="chưa có phần nào"):
        actions.put_in_force(draft=draft, since=TOMORROW, by=BY)
    draft.refresh_from_db()
    assert draft.during.isempty


def test_a_version_in_force_is_not_edited(draft):
    actions.put_in_force(draft=draft, since=TOMORROW, by=BY)
    with pytest.raises(FigureError, match="đã ban hành"):
        save(draft, name_vi="Khác")
    with pytest.raises(FigureError, match="đã ban hành"):
        actions.discard_draft(draft=draft, by=BY)


def test_a_new_version_never_takes_a_period_in_which_something_was_entered(world, draft, file):
    period = Period.parse("2026-Q1")
    file(world.moi, period.code, rec__turns=5)
    with pytest.raises(FigureError, match=r"hãy chọn ngày từ 1/4/2026"):
        actions.put_in_force(draft=draft, since=period.end, by=BY)
    actions.put_in_force(draft=draft, since=period.window[1], by=BY)


def test_a_version_begins_after_the_one_before(draft):
    first = form_versions.newest("dan_van").during.lower
    with pytest.raises(FigureError, match="phải bắt đầu sau"):
        actions.put_in_force(draft=draft, since=first, by=BY)


def test_what_was_given_up_is_gone(draft):
    actions.discard_draft(draft=draft, by=BY)
    assert form_versions.versions("dan_van", TOMORROW).draft is None
    with pytest.raises(FigureError, match="đã được bỏ"):
        save(draft, name_vi="Khác")


def test_a_new_form_is_put_in_force_once_it_is_sound_and_somebody_must_file_it(db):
    draft = actions.new_form(code="thu_nghiem", name_vi="Biểu thử", name_en="Trial", by=BY)
    assert [one.code for one in form_versions.forms(TOMORROW)] == ["thu_nghiem"]
    content = changed(draft, sections=[{"title_vi": "A", "title_en": "A", "rows": ["rec.turns"]}])
    actions.save_draft(draft=draft, content=content, stamp=form_versions.stamp(draft), by=BY)
    with pytest.raises(FigureError, match="chưa giao cho đơn vị nào"):
        actions.put_in_force(draft=draft, since=TOMORROW, by=BY)
    actions.give_duty(code="thu_nghiem", level="commune", line="front", since=TOMORROW, by=BY)
    actions.put_in_force(draft=draft, since=TOMORROW, by=BY)
    shown = form_versions.versions("thu_nghiem", TOMORROW).in_force
    assert form_versions.definition(shown).sections == (Section("A", "A", (Row("rec.turns"),)),)


@pytest.mark.parametrize(
    ("code", "name", "says"),
    [("dan_van", "Biểu", "đã dùng"), ("Biểu 1", "Biểu", "Mã biểu"), ("moi", "", "chưa có tên tiếng Việt")],
)
def test_a_form_needs_a_code_of_its_own_and_a_name(form, code, name, says):
    with pytest.raises(FigureError, match=says):
        actions.new_form(code=code, name_vi=name, name_en="Form", by=BY)


def test_a_duty_is_given_from_a_day_and_ended_on_a_day(form):
    duty = actions.give_duty(code="dan_van", level="province", line="", since=TOMORROW, by=BY)
    with pytest.raises(FigureError, match="cấp tỉnh đã được giao"):
        actions.give_duty(code="dan_van", level="province", line="", since=TOMORROW + timedelta(9), by=BY)
    actions.end_duty(duty=duty, on=TOMORROW + timedelta(30), by=BY)
    duty.refresh_from_db()
    assert duty.during.upper == TOMORROW + timedelta(30)
    with pytest.raises(FigureError, match="đã kết thúc"):
        actions.end_duty(duty=duty, on=TOMORROW + timedelta(30), by=BY)
    actions.end_duty(duty=duty, on=TOMORROW, by=BY)
    assert duty not in form_versions.duties("dan_van")
    with pytest.raises(FigureError, match="đã được bỏ"):
        actions.end_duty(duty=duty, on=TOMORROW, by=BY)


def test_an_ended_duty_stays_ended_when_forms_are_shipped_again(form):
    duty = Duty.objects.get(form_code="dan_van", level="commune")
    actions.end_duty(duty=duty, on=TOMORROW, by=BY)
    assert actions.ship_forms(by=BY) == 0
    duty.refresh_from_db()
    assert duty.during.upper == TOMORROW


# Who may


cast = staged(small_country)


@pytest.mark.as_people
@pytest.mark.django_db
def test_only_a_form_administrator_prepares_and_issues_forms(cast):
    for name in ("tuan", "hung", "mai", "quan", "xem"):
        with scope.system("test"):
            post = post_of(cast.people[name])
        with transaction.atomic(), scope.acting(post), pytest.raises(Refused):
            actions.draft_version(code="dan_van", by=post)


@pytest.mark.as_people
@pytest.mark.django_db
def test_a_form_administrator_changes_nothing_in_the_past(cast):
    with scope.system("test"):
        vy = post_of(cast.people["vy"])
    yesterday = timezone.localdate() - timedelta(days=1)
    with transaction.atomic(), scope.acting(vy):
        draft = actions.draft_version(code="dan_van", by=vy)
        duty = Duty.objects.get(form_code="dan_van", level="commune")
        with pytest.raises(FigureError, match="Không đặt lùi ngày"):
            actions.put_in_force(draft=draft, since=yesterday, by=vy)
        with pytest.raises(FigureError, match="Không đặt lùi ngày"):
            actions.give_duty(code="dan_van", level="province", line="", since=yesterday, by=vy)
        with pytest.raises(FigureError, match="Không đặt lùi ngày"):
            actions.end_duty(duty=duty, on=yesterday, by=vy)
        actions.put_in_force(draft=draft, since=TOMORROW, by=vy)
    assert form_versions.newest("dan_van").during.lower == TOMORROW > date(2025, 7, 1)
