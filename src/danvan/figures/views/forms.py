"""Forms: every version as the filer sees it, the editor, the changes before a version is put in force, the duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.figures import actions, catalogue, deadlines, form_definition, form_editing, form_versions
from danvan.figures.actions import FigureError, StaleDraft
from danvan.figures.form_definition import LEVELS, LINES, PERIODICITIES, Definition, Row
from danvan.figures.form_versions import Versions
from danvan.figures.models import Duty, Form
from danvan.lib import days, periods
from danvan.lib.periods import Period

CALENDARS = {  # the two that are known by name; a form may have another cut-off day
    periods.PLAIN: catalogue.Wording("tháng dương lịch", "calendar months"),
    periods.STATE: catalogue.Wording("từ ngày 15 tháng trước đến ngày 14", "from the 15th to the 14th"),
}

WEEKS = catalogue.Wording("từ thứ Hai đến Chủ nhật", "from Monday to Sunday")


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Every form: what it is called today, for which periods, who files it, by when. Posted to: a new form."""
    if request.method == "POST":
        return _new(request)
    return render(request, "figures/forms/list.html", _listed())


def _listed() -> dict[str, Any]:
    today = timezone.localdate()
    found = form_versions.forms(today)
    return {"place": "forms", "lines": [(one, _told(one.shown), _duties_now(one.code, today)) for one in found]}


def _new(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").replace("\x00", "") for name in ("code", "name_vi", "name_en")}
    try:
        draft = actions.new_form(**typed, by=_by(request))
    except FigureError as error:
        context = {**_listed(), "problem": str(error), "typed": typed}
        return render(request, "figures/forms/list.html", context, status=422)
    return redirect("form_draft", draft.code)


@require_safe
def form(request: HttpRequest, code: str) -> HttpResponse:
    """A form: its versions, its duties, and how it looks to the filer today."""
    return render(request, "figures/forms/form.html", _of_form(_versions(code)))


def _of_form(found: Versions) -> dict[str, Any]:
    context = {"place": "forms", "versions": found, "duties": list(form_versions.duties(found.code))}
    context |= {"levels": LEVELS, "lines": LINES, "today": timezone.localdate()}
    return context | _seen(found.shown)


@require_safe
def version(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One version as the filer sees it, with what it changed since the one before."""
    found = _versions(code)
    shown = next((one for one in found.all if one.pk == pk), None)
    if shown is None:
        raise Http404(_("Biểu này không có phiên bản đó."))
    before = next((one for one in found.all if one.during.lower < shown.during.lower), None)
    changed = form_definition.diff(form_versions.definition(before), form_versions.definition(shown)) if before else []
    context = {"place": "forms", "versions": found, "version": shown, "before": before, "changes": changed}
    return render(request, "figures/forms/version.html", context | _seen(shown))


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The version being prepared. Every button saves what was typed on the whole page, then does its own work."""
    scope.require(Permission.EDIT_FORMS)
    found = _versions(code)
    if found.draft is None:
        if request.method == "POST" and "begin" in request.POST:
            actions.draft_version(code=code, by=_by(request))
            return redirect("form_draft", code)
        return redirect("form", code)
    if request.method != "POST" or "begin" in request.POST:
        return render(request, "figures/forms/draft.html", _edited(request, found.draft))
    if "discard" in request.POST:
        actions.discard_draft(draft=found.draft, by=_by(request))
        messages.success(request, _("Đã bỏ bản soạn."))
        return redirect("form", code) if found.all else redirect("forms")
    return _saved(request, found.draft)


def _saved(request: HttpRequest, draft: Form) -> HttpResponse:
    try:
        content = form_editing.typed(form_versions.definition(draft), request.POST)
    except ValueError as error:
        context = _edited(request, draft) | {"problem": str(error)}
        return render(request, "figures/forms/draft.html", context, status=422)
    content, anchor = form_editing.act(content, request.POST.get("act", ""), request.POST.get("into", ""))
    try:
        actions.save_draft(draft=draft, content=content, stamp=request.POST.get("stamp", ""), by=_by(request))
    except FigureError as error:
        context = _edited(request, draft, content) | {"problem": str(error)}
        if isinstance(error, StaleDraft):
            context["theirs"] = form_definition.diff(form_versions.definition(draft), content)
        return render(request, "figures/forms/draft.html", context, status=409 if "theirs" in context else 422)
    if request.POST.get("act") == "changes":
        return redirect("form_changes", draft.code)
    q = request.POST.get("q", "").strip()
    if q != request.POST.get("q_was", ""):  # Enter in the search field presses the page's first button
        anchor = "find-rows"
    address = reverse("form_draft", args=[draft.code]) + (f"?{urlencode({'q': q})}" if q else "")
    return redirect(f"{address}#{anchor or 'content'}")


class Line(NamedTuple):
    """A row in the editor. key: as the page names it."""

    row: Row
    key: str
    id: str
    label: str
    measure: str
    note: str


def _edited(request: HttpRequest, draft: Form, content: Definition | None = None) -> dict[str, Any]:
    """The editor: with what is stored, or what was typed and could not be."""
    content = content or form_versions.definition(draft)
    known, language, q = catalogue.load(), _language(), request.GET.get("q", request.POST.get("q", "")).strip()
    have = {form_editing.key_of(row) for row in content.rows}
    calendars = {**CALENDARS, **({} if content.calendar in CALENDARS else {content.calendar: content.calendar})}
    return {
        "place": "forms",
        "draft": draft,
        "content": content,
        "stamp": form_versions.stamp(draft),
        "sections": [(section, list(_lines(section.rows))) for section in content.sections],
        "wrong": form_definition.validate(content),
        "due": _due_fields(content),
        "sought": q,
        "found": form_editing.find(known, q, have, language),
        "calendars": calendars,
        "periodicities": PERIODICITIES,
        "lines": LINES,
        "name": content.name(language) or draft.code,
    }


def _due_fields(content: Definition) -> dict[str, Any]:
    due, fixed = content.due, content.due.get("fixed") or {}
    kind = "fixed" if fixed else "working_days" if due else ""
    return {**due, **fixed, "kind": kind}


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """What the version being prepared changes, and the day from which it shall hold."""
    scope.require(Permission.EDIT_FORMS)
    found = _versions(code)
    if found.draft is None:
        return redirect("form", code)
    context = _of_changes(found)
    if request.method != "POST":
        return render(request, "figures/forms/changes.html", context)
    context["since"] = request.POST.get("since", "")
    try:
        since = days.parse(context["since"])
        actions.put_in_force(draft=found.draft, since=since, stamp=request.POST.get("stamp", ""), by=_by(request))
    except ValueError as error:
        return render(request, "figures/forms/changes.html", context | {"problem": str(error)}, status=422)
    messages.success(request, _("Đã ban hành phiên bản mới từ %(day)s.") % {"day": periods.vietnamese(since)})
    return redirect("form", code)


def _of_changes(found: Versions) -> dict[str, Any]:
    assert found.draft is not None  # noqa: S101 -- asked by the view
    newest = found.all[0] if found.all else None
    content = form_versions.definition(found.draft)
    changed = form_definition.diff(form_versions.definition(newest), content) if newest else []
    context = {"place": "forms", "versions": found, "newest": newest, "changes": changed}
    context |= {"wrong": form_definition.validate(content), "stamp": form_versions.stamp(found.draft)}
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    return context | {"since": periods.vietnamese(tomorrow)} | _seen(found.draft)


@require_POST
def duty(request: HttpRequest, code: str) -> HttpResponse:
    """Gives a duty from a day on, or ends one on a day."""
    found = _versions(code)
    try:
        on = days.parse(request.POST.get("on", ""))
        if ending := request.POST.get("end", ""):
            held = Duty.objects.filter(form_code=code, pk=int(ending) if ending.isdecimal() else None).first()
            if held is None:
                raise FigureError(_("Không có trách nhiệm nộp này."))
            actions.end_duty(duty=held, on=on, by=_by(request))
        else:
            level, line = request.POST.get("level", ""), request.POST.get("line", "")
            actions.give_duty(code=code, level=level, line=line, since=on, by=_by(request))
    except ValueError as error:
        context = _of_form(found) | {"problem": str(error), "typed": request.POST}
        return render(request, "figures/forms/form.html", context, status=422)
    return redirect(reverse("form", args=[code]) + "#duties")


# --- parts of pages


def _versions(code: str) -> Versions:
    found = form_versions.versions(code, timezone.localdate())
    if found is None:
        raise Http404(_("Không có biểu “%(code)s”.") % {"code": code})
    return found


def _by(request: HttpRequest) -> Any:
    return scope.require(Permission.EDIT_FORMS)


def _language() -> str:
    return get_language() or "vi"


def _told(form: Form) -> dict[str, Any]:
    """A version in a line: its name, its periods, its cut-off, its due day."""
    content, language = form_versions.definition(form), _language()
    kinds = [PERIODICITIES[kind].label(language) for kind in content.periodicities if kind in PERIODICITIES]
    calendar = WEEKS if content.periodicities == ("week",) else CALENDARS.get(content.calendar)
    return {
        "name": content.name(language) or form.code,
        "kinds": ", ".join(kinds),
        "calendar": calendar.label(language) if calendar else content.calendar,
        "due": form_definition.due_words(content.due),
    }


def _duties_now(code: str, today: dt.date) -> list[str]:
    now = form_versions.duties(code).filter(during__contains=today)
    return [form_definition.Duty(one.level, one.during.lower, line=one.line).who for one in now]


def _seen(form: Form) -> dict[str, Any]:
    """A version as the filer sees it: its guide, a period with its due day, sections with their rows."""
    content, language = form_versions.definition(form), _language()
    sections = [(section, list(_lines(section.rows))) for section in content.sections]
    return {
        "told": _told(form),
        "content": content,
        "notes": content.notes(language),
        "sections": sections,
        "rows": sum(len(lines) for _section, lines in sections),
        "samples": list(_samples(content)),
    }


def _samples(content: Definition) -> Iterator[tuple[Period, str]]:
    """The running period of each kind with the sentence of its due day, where the version is sound enough to say so."""
    try:
        rule = deadlines.DueRule.parse(content.due)
        for period in periods.periods_open_on(timezone.localdate(), content.periodicities, content.calendar):  # type: ignore[arg-type]
            if period.contains(timezone.localdate()):
                yield period, deadlines.due(period, rule).sentence if rule else ""
    except (ValueError, TypeError, KeyError):
        return  # what is wrong is told beside it


def _lines(rows: tuple[Row, ...]) -> Iterator[Line]:
    known, language = catalogue.load(), _language()
    for row in rows:
        key = form_editing.key_of(row)
        label, measure, note = form_definition.row_name(row.key, known, language), "", row.note(language)
        if row.indicator in known:
            measure = known[row.indicator].unit(language)
            note = " ".join(filter(None, (note, known[row.indicator].note(language))))
        yield Line(row, key, form_editing.row_id(key), label, measure, note)
