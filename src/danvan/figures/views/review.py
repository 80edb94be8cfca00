"""Review, seal, restate: what a superior decides, what a unit signs, and what became of each edition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.figures import actions, catalogue, review_page
from danvan.figures.actions import RemarkInput
from danvan.figures.actions.sealing import verify_one
from danvan.figures.consolidation import Row
from danvan.figures.errors import FigureError
from danvan.figures.models import Carried, Form, Submission
from danvan.lib import periods

State = Submission.State
REMARK = "remark."
LONGEST = 2000  # characters of a reason, a remark
LONGEST_TEXT = 20_000  # of what a unit says beside its figures


def _found(pk: int) -> Submission:
    """The submission, within reach and with figures to show; a 404 with a sentence else."""
    scope.require(Permission.SEE)
    found = Submission.objects.select_related("form").filter(pk=pk).first()
    if found is None:
        raise Http404(_("Không có báo cáo này, hoặc báo cáo không thuộc phạm vi của đơn vị đang dùng."))
    scope.require_unit(found.unit_id)
    return found


# What waits, and the decision


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """`?after=`: the key of the last one on the page before."""
    scope.require(Permission.SEE)
    rows, total, more = review_page.waiting(request.acting, request.GET.get("after", ""))
    changed = review_page.changed_since_signed(request.acting.unit_id)
    context = {"place": "review", "rows": rows, "total": total, "more": more, "changed": changed}
    return render(request, "figures/review_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The submitted edition with what a reviewer looks at; a POST accepts it or returns it."""
    found = _found(pk)
    if request.method != "POST":
        others = found.kind == Submission.Kind.OWN and found.unit_id != request.acting.unit_id
        if not others or found.state != State.SUBMITTED:
            return redirect("submission", pk=pk)
        return _review(request, found)
    actions.refuse_deciding(found.unit_id)
    if found.state == State.DRAFT:
        raise Http404(_("Báo cáo này chưa gửi nên chưa xem xét được."))
    typed = {
        name.removeprefix(REMARK): value.replace("\r\n", "\n").strip()[:LONGEST]
        for name, value in request.POST.items()
        if name.startswith(REMARK) and value.strip()
    }
    decision = request.POST.get("decision", "").strip()[:LONGEST]
    try:
        with transaction.atomic():
            said = _decided(request, found, typed, decision)
    except (FigureError, catalogue.CatalogueError) as error:
        fresh = _found(pk)
        return _review(request, fresh, errors=_sentences(error), typed=typed, decision=decision)
    messages.success(request, said)
    return redirect("review")


def _decided(request: HttpRequest, found: Submission, typed: dict[str, str], decision: str) -> str:
    named = {"unit": review_page.names_of([found])[found.pk], "period": periods.parse(found.period).label()}
    if request.POST.get("act") == "accept":
        if typed:
            raise FigureError(
                _("Đã ghi ý kiến vào ô mà lại chấp nhận: hãy xóa các ý kiến đó, hoặc trả lại để bổ sung.")
            )
        done = actions.accept(submission=found, by=request.acting, decision=decision)
        if done.decided_by != str(request.acting):
            named["by"] = done.decided_by
            return _("%(by)s đã chấp nhận %(unit)s, %(period)s từ trước.") % named
        return _("Đã chấp nhận %(unit)s, %(period)s.") % named
    if request.POST.get("act") == "return":
        remarks = [RemarkInput(text, *_key(anchor)) for anchor, text in typed.items()]
        actions.send_back(submission=found, remarks=remarks, by=request.acting, decision=decision)
        return _("Đã trả lại %(unit)s, %(period)s để bổ sung.") % named
    raise FigureError(_("Hãy chọn chấp nhận hoặc trả lại để bổ sung."))


def _key(anchor: str) -> tuple[str, str]:
    indicator, _separator, breakdown = anchor.partition("--")
    return indicator, breakdown


def _review(
    request: HttpRequest,
    found: Submission,
    *,
    errors: list[str] | None = None,
    typed: dict[str, str] | None = None,
    decision: str = "",
) -> HttpResponse:
    context = {
        "place": "review",
        "record": review_page.Record(found, typed),
        "submission": found,
        "errors": errors,
        "decision": decision,
        "deciding": found.state == State.SUBMITTED and request.acting.may(Permission.REVIEW),
    }
    return render(request, "figures/review.html", context, status=409 if errors else 200)


def _sentences(error: Exception) -> list[str]:
    return list(getattr(error, "problems", ())) or [str(error)]


# One edition


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """`?against=`: another edition of it to compare with, by its number; else the one before."""
    found = _found(pk)
    own = found.unit_id == request.acting.unit_id
    if found.state == State.DRAFT and own and request.acting.may(Permission.FILL):
        return redirect("filing_grid", pk=pk)
    return _record(request, found)


def _record(request: HttpRequest, found: Submission, **more: Any) -> HttpResponse:
    known = review_page.Record(found)
    other = _against(request, known)
    mine, post = found.unit_id == request.acting.unit_id, request.acting
    own = found.kind == Submission.Kind.OWN
    latest = known.latest
    context = {
        "place": "tables" if not own else "filing" if mine else "review",
        "record": known,
        "submission": found,
        "own": own,
        "other": other,
        "differences": _differences(found, other, known) if other else [],
        "may_restate": mine and own and latest and found.state == State.ACCEPTED and post.may(Permission.FILL),
        "may_withdraw": mine and found.state == State.SUBMITTED and post.may(Permission.SUBMIT),
        "may_mend": mine
        and own
        and latest
        and found.state in (State.RETURNED, State.WITHDRAWN)
        and post.may(Permission.FILL),
        "may_decide": not mine and found.state == State.SUBMITTED and post.may(Permission.REVIEW),
        "carried": Carried.objects.filter(consolidated=found).order_by("pk") if not own else (),
        "rests_on": len(found.rests_on.get("children", ())),
        "missing": len(found.rests_on.get("missing", ())),
        **more,
    }
    return render(request, "figures/submission.html", context, status=409 if more.get("errors") else 200)


def _against(request: HttpRequest, known: review_page.Record) -> Submission | None:
    """The edition asked for, if it is one of this report that was sealed; else the one before."""
    asked = request.GET.get("against", "")
    for one in known.editions:
        if asked == str(one.edition) and one.sealed and one.pk != known.submission.pk:
            return one
    return known.before


def _differences(found: Submission, other: Submission, known: review_page.Record) -> list[review_page.Difference]:
    """From the earlier edition to the later one."""
    theirs = review_page.cells_of(other)
    if other.edition < found.edition:
        return review_page.differences(theirs, known.cells)
    return review_page.differences(known.cells, theirs)


@require_POST
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """Does the sum of the seal again."""
    found = _found(pk)
    if not found.sealed:
        raise Http404(_("Bản này chưa gửi nên chưa có dấu chốt."))
    fault = verify_one(found)
    return _record(request, found, fault=fault, holds=not fault)


@require_POST
def restate(request: HttpRequest, pk: int) -> HttpResponse:
    """The next edition: for a reason after it was accepted, after a return to mend it."""
    found = _found(pk)
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    try:
        with transaction.atomic():
            draft = actions.open_draft(
                form=found.form.code, unit=found.unit_id, period=found.period, by=request.acting, restate=reason
            )
    except FigureError as error:
        return _record(request, found, errors=_sentences(error), reason=reason)
    return redirect("filing_grid", pk=draft.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    try:
        with transaction.atomic():
            actions.withdraw(submission=found, reason=reason, by=request.acting)
    except FigureError as error:
        return _record(request, _found(pk), errors=_sentences(error), reason=reason)
    messages.success(request, _("Đã rút báo cáo về. Có thể sửa và gửi lại."))
    return redirect("submission", pk=pk)


# The consolidated report


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the acting unit may sign now, and what it signed."""
    scope.require(Permission.SEE)
    unit = request.acting.unit_id
    signed = Submission.objects.filter(unit=unit, kind=Submission.Kind.CONSOLIDATED, standing=True)
    context = {
        "place": "tables",
        "forms": [(form, ended(form)) for form in Form.objects.filter(during__contains=timezone.localdate())],
        "signed": signed.select_related("form").order_by("-window", "form")[: review_page.SIGNED],
        "changed": {one.pk for one in review_page.changed_since_signed(unit)},
    }
    return render(request, "figures/sign_list.html", context)


def ended(form: Form) -> list[periods.Period]:
    """The last two periods of each kind that the form is filed for, latest first."""
    today = timezone.localdate()
    found = []
    for kind in form.periodicities:
        # Of a year there are nine months once, and no day after them lies in them.
        day = today.replace(month=9, day=1) if kind == "nine_months" and today.month >= 9 else today
        last = periods.Period.covering(day, kind, form.calendar)
        last = last if last.end < today else last.previous
        found += [last, last.previous]
    return sorted(found, key=lambda period: (period.end, period.start), reverse=True)


@require_http_methods(["GET", "HEAD", "POST"])
def consolidated(request: HttpRequest, form: str, period: str) -> HttpResponse:
    """The form filled from what was accepted below; a POST signs it."""
    scope.require(Permission.SEE)
    if request.method != "POST":
        return _consolidated(request, form, period)
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()[:LONGEST_TEXT]
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    try:
        with transaction.atomic():
            report = actions.sign(
                form=form,
                unit=request.acting.unit_id,
                period=period,
                by=request.acting,
                text=text,
                reason=reason,
                key=_uuid(request.POST.get("key", "")),
            )
    except FigureError as error:
        return _consolidated(request, form, period, errors=_sentences(error), text=text, reason=reason)
    messages.success(
        request,
        _("Đã chốt và ký lần %(edition)s, dấu chốt %(seal)s.") % {"edition": report.edition, "seal": report.seal[:12]},
    )
    return redirect("submission", pk=report.pk)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise FigureError(_("Trang đã cũ: hãy tải lại trang rồi ký.")) from None


def _consolidated(
    request: HttpRequest, form: str, period: str, *, errors: list[str] | None = None, **typed: str
) -> HttpResponse:
    try:
        found = review_page.consolidation(form, request.acting.unit_id, period)
    except FigureError as error:
        raise Http404(str(error)) from None
    context = {
        "place": "tables",
        "found": found,
        "computed": found.computed,
        "form": found.computed.form,
        "period_code": found.computed.period.code,
        "groups": [(section, *_parted(rows)) for section, rows in found.computed.sections()],
        "shared": found.computed.shared_reasons(),
        "errors": errors,
        "text": found.report.text if found.report else "",
        "key": uuid4(),
        "may_sign": request.acting.may(Permission.SEAL),
        **typed,
    }
    return render(request, "figures/sign.html", context, status=409 if errors else 200)


def _parted(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The lines with something to see, and those that nobody reported now or a year before."""
    shown: list[Row] = []
    silent: list[Row] = []
    for row in rows:
        before = row.comparison.before.value if row.comparison else None
        (silent if row.figure.state == "not_reported" and before is None else shown).append(row)
    return shown, silent


@require_POST
def carry(request: HttpRequest, form: str, period: str) -> HttpResponse:
    """Leaves the signed report as it is, for a reason."""
    scope.require(Permission.SEAL)
    try:
        found = review_page.consolidation(form, request.acting.unit_id, period)
    except FigureError as error:
        raise Http404(str(error)) from None
    carrying = request.POST.get("reason", "").strip()[:LONGEST]
    if found.report is None:
        raise Http404(_("Chưa ký báo cáo tổng hợp của kỳ này."))
    try:
        with transaction.atomic():
            count = actions.carry_forward(report=found.report, reason=carrying, by=request.acting)
    except FigureError as error:
        return _consolidated(request, form, period, errors=_sentences(error), carrying=carrying)
    messages.success(
        request,
        ngettext("Đã ghi: %(n)s thay đổi chuyển sang kỳ sau.", "Đã ghi: %(n)s thay đổi chuyển sang kỳ sau.", count)
        % {"n": count},
    )
    return redirect(reverse("consolidated", args=[form, period]))
