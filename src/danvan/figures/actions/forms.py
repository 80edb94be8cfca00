"""Forms and duties: shipped with the product, edited on screen, put in force from a day on.

A version that somebody files in is never changed on screen: it ends on the day on which the next one begins.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import catalogue, form_definition, form_versions
from danvan.figures.errors import FigureError
from danvan.figures.form_definition import LEVELS, LINES, Definition
from danvan.figures.models import Duty, Form, Submission
from danvan.lib.periods import vietnamese

NEVER = DateRange(empty=True)  # of a version that is being prepared, of a duty taken back before it began


class StaleDraft(FigureError):  # noqa: N818 -- reads as what it is
    """Somebody else changed the version being prepared meanwhile; nothing was written."""


# --- shipped


def ship_forms(*, by: audit.By, folder: Path = catalogue.DATA / "forms") -> int:
    """Brings forms and duties to what the data files say; gives how many of them changed. May be repeated.

    An end that was given on screen stays. Raises FigureError where a file is not a sound form.
    """
    changed = 0
    for path in sorted(folder.glob("*.yaml")):
        try:
            definition = form_definition.read(path)
        except ValueError as error:
            raise FigureError(str(error)) from None
        if wrong := form_definition.validate(definition):
            raise FigureError(_("Biểu %(form)s: %(error)s") % {"form": definition.code, "error": wrong[0]})
        with transaction.atomic():
            form, differs = _ship(
                Form, {"code": definition.code}, _content(definition), definition.start, definition.end
            )
            for duty in definition.duty:
                identity = {"form_code": definition.code, "line": duty.line, "level": duty.level}
                differs |= _ship(Duty, identity, {}, duty.start, duty.end)[1]
            if differs:
                changed += 1
                audit.record(by=by, verb="figures.ship_form", subject=form, file=path.name)
    return changed


def _content(definition: Definition) -> dict[str, Any]:
    """What a version says, without its days."""
    names = ("name_vi", "name_en", "calendar", "line", "notes_vi", "notes_en")
    return {
        **{name: getattr(definition, name) for name in names},
        "periodicities": list(definition.periodicities),
        "due": dict(definition.due),
        "sections": definition.sections_json(),
    }


def _ship(
    model: type[Form | Duty], identity: dict[str, Any], content: dict[str, Any], start: dt.date, end: dt.date | None
) -> tuple[Any, bool]:
    """Creates or updates the row that begins on the day; False where it stood so already."""
    row = model.objects.filter(**identity, during__startswith=start).first()
    if row is None:
        return model.objects.create(**identity, **content, during=DateRange(start, end)), True
    ends = [day for day in (end, row.during.upper) if day]
    content = {**content, "during": DateRange(start, min(ends, default=None))}
    if all(getattr(row, name) == value for name, value in content.items()):
        return row, False
    model.objects.filter(pk=row.pk).update(**content)
    return row, True


# --- prepared on screen


@transaction.atomic
def new_form(*, code: str, name_vi: str, name_en: str, by: audit.By) -> Form:
    """A form that there was none of, being prepared. Raises FigureError where the code is taken or cannot be."""
    scope.require(Permission.EDIT_FORMS)
    code = code.strip()
    _one_at_a_time(code)
    if Form.objects.filter(code=code).exists():
        raise FigureError(_("Mã biểu “%(code)s” đã dùng; hãy chọn mã khác.") % {"code": code})
    blank = Definition(code, name_vi.strip(), name_en.strip(), "calendar", ("quarter",), timezone.localdate())
    if wrong := next(form_definition.wrong_names(blank), ""):
        raise FigureError(wrong)
    draft = Form.objects.create(code=code, **_content(blank), during=NEVER)
    audit.record(by=by, verb="figures.draft_form", subject=draft, form=code)
    return draft


@transaction.atomic
def draft_version(*, code: str, by: audit.By) -> Form:
    """The version being prepared: the one that there is, else a copy of the newest. Raises FigureError."""
    scope.require(Permission.EDIT_FORMS)
    _one_at_a_time(code)
    if draft := Form.objects.filter(code=code, during__isempty=True).first():
        return draft
    newest = form_versions.newest(code)
    if newest is None:
        raise FigureError(_("Không có biểu “%(code)s”.") % {"code": code})
    draft = Form.objects.create(code=code, **_content(form_versions.definition(newest)), during=NEVER)
    audit.record(by=by, verb="figures.draft_form", subject=draft, form=code)
    return draft


@transaction.atomic
def save_draft(*, draft: Form, content: Definition, stamp: str, by: audit.By) -> Form:
    """Writes what the version being prepared shall say, sound or not; code, days and duties of `content` do not count.

    stamp: `form_versions.stamp` of what the editor had before them. Raises StaleDraft, FigureError.
    """
    scope.require(Permission.EDIT_FORMS)
    draft = _prepared(draft)
    if form_versions.stamp(draft) != stamp:
        raise StaleDraft(_("Bản soạn này vừa được người khác sửa."))
    names = {"name_vi": content.name_vi, "name_en": content.name_en}
    if long := next((text for text in names.values() if len(text) > form_definition.LONGEST), ""):
        raise FigureError(
            _("Tên biểu “%(name)s…” dài quá %(most)s ký tự.") % {"name": long[:40], "most": form_definition.LONGEST}
        )
    if content.line not in LINES or len(content.calendar) > 20:
        raise FigureError(_("Hãy chọn khối nộp và lịch chốt số liệu trong danh sách."))
    before = form_versions.definition(draft)
    for name, value in _content(content).items():
        setattr(draft, name, value)
    draft.save()
    if changes := form_definition.diff(before, form_versions.definition(draft)):
        audit.record(by=by, verb="figures.edit_form", subject=draft, form=draft.code, changes=len(changes))
    return draft


@transaction.atomic
def discard_draft(*, draft: Form, by: audit.By) -> None:
    """The version being prepared is given up."""
    scope.require(Permission.EDIT_FORMS)
    draft = _prepared(draft)
    audit.record(by=by, verb="figures.discard_form", subject=draft, form=draft.code)
    draft.delete()


@transaction.atomic
def put_in_force(*, draft: Form, since: dt.date, by: audit.By, stamp: str = "") -> Form:
    """The version being prepared holds for the periods that end on `since` or later; the one before ends there.

    stamp: of what was looked at, "" for whatever it says. Raises StaleDraft; FigureError where it is not sound, the
    day has passed, or something was already entered for such a period under the version before.
    """
    scope.require(Permission.EDIT_FORMS)
    draft = _prepared(draft)
    if stamp and form_versions.stamp(draft) != stamp:
        raise StaleDraft(_("Bản soạn này vừa được người khác sửa."))
    if wrong := form_definition.validate(form_versions.definition(draft, since)):
        raise FigureError(_("Biểu %(form)s: %(error)s") % {"form": draft.code, "error": wrong[0]})
    _refuse_past(since)
    newest = form_versions.newest(draft.code)
    if newest is not None:
        _end(newest, since)
    draft.during = DateRange(since, None)
    draft.save(update_fields=["during"])
    changes = form_definition.diff(form_versions.definition(newest), form_versions.definition(draft)) if newest else []
    audit.record(
        by=by,
        verb="figures.put_form_in_force",
        subject=draft,
        form=draft.code,
        since=since,
        changes=[change.sentence for change in changes],
    )
    return draft


def _end(newest: Form, since: dt.date) -> None:
    """The version in force ends before `since`."""
    if since <= newest.during.lower:
        raise FigureError(
            _("Phiên bản mới phải bắt đầu sau ngày bắt đầu của phiên bản hiện hành (%(day)s).")
            % {"day": vietnamese(newest.during.lower)}
        )
    with scope.system("figures.put_in_force"):  # whoever entered something, also where the editor may not look
        entered = Submission.objects.filter(form=newest, window__endswith__gt=since)
        latest = entered.aggregate(day=Max(Upper("window")))["day"]
    if latest:
        raise FigureError(
            _("Đã có số liệu nhập theo phiên bản hiện hành cho kỳ kết thúc sau ngày này; hãy chọn ngày từ %(day)s.")
            % {"day": vietnamese(latest)}
        )
    if newest.during.upper is None or since < newest.during.upper:
        newest.during = DateRange(newest.during.lower, since)
        newest.save(update_fields=["during"])


def _prepared(draft: Form) -> Form:
    """The row, locked, if it is still being prepared."""
    _one_at_a_time(draft.code)
    found = Form.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise FigureError(_("Bản soạn này đã được bỏ."))
    if not found.during.isempty:
        raise FigureError(_("Phiên bản này đã ban hành, không sửa được nữa; hãy soạn phiên bản mới."))
    return found


def _one_at_a_time(code: str) -> None:
    """Versions of one form are made one after the other, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"figures.form:{code}"])


def _refuse_past(day: dt.date) -> None:
    """Past periods stay as they were asked for; the system may ship history."""
    if scope.maybe_acting() is not None and day < timezone.localdate():
        raise FigureError(_("Không đặt lùi ngày: kỳ đã qua giữ nguyên. Hãy chọn từ hôm nay trở đi."))


# --- duties


@transaction.atomic
def give_duty(*, code: str, level: str, line: str, since: dt.date, until: dt.date | None = None, by: audit.By) -> Duty:
    """The units of a level, or the bodies of a line there, must file the form from a day on. Raises FigureError."""
    scope.require(Permission.EDIT_FORMS)
    _one_at_a_time(code)
    if level not in LEVELS or line not in LINES or not Form.objects.filter(code=code).exists():
        raise FigureError(_("Hãy chọn cấp và khối phải nộp trong danh sách."))
    if until is not None and until <= since:
        raise FigureError(_("Ngày kết thúc phải sau ngày bắt đầu: xem lại hai ngày."))
    _refuse_past(since)
    during = DateRange(since, until)
    if Duty.objects.filter(form_code=code, level=level, line=line, during__overlap=during).exists():
        who = form_definition.Duty(level, since, until, line).who
        raise FigureError(_("Trách nhiệm nộp của %(who)s đã được giao trong thời gian này.") % {"who": who})
    duty = Duty.objects.create(form_code=code, level=level, line=line, during=during)
    said = _said(duty)
    audit.record(
        by=by, verb="figures.give_duty", subject=duty, label=said, form=code, level=level, line=line, since=since
    )
    return duty


@transaction.atomic
def end_duty(*, duty: Duty, on: dt.date, by: audit.By) -> None:
    """They need not file from the day on, or never had to where it had not begun by then. Raises FigureError."""
    scope.require(Permission.EDIT_FORMS)
    _refuse_past(on)
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    if duty.during.isempty:
        raise FigureError(_("Trách nhiệm nộp này đã được bỏ."))
    if duty.during.upper is not None and duty.during.upper <= on:
        raise FigureError(_("Trách nhiệm nộp này đã kết thúc ngày %(day)s.") % {"day": vietnamese(duty.during.upper)})
    duty.during = DateRange(duty.during.lower, on) if on > duty.during.lower else NEVER
    duty.save(update_fields=["during"])
    audit.record(by=by, verb="figures.end_duty", subject=duty, label=_said(duty), form=duty.form_code, on=on)


def _said(duty: Duty) -> str:
    """ "Báo cáo công tác dân vận: các xã"."""
    form = Form.objects.filter(code=duty.form_code).order_by("-during").first()
    who = form_definition.Duty(duty.level, duty.during.lower, None, duty.line).who
    return f"{form.name_vi if form else duty.form_code}: {who}"
