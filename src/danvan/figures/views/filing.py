"""Filing: what is to be filed, the grid, and what its script asks for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from danvan.access import actions_files, scope
from danvan.access.files import FileRefused
from danvan.access.permissions import Permission
from danvan.figures import actions, filing_page
from danvan.figures.actions import CellInput
from danvan.figures.actions.drafts import broken, cells_before
from danvan.figures.actions.sealing import lock
from danvan.figures.catalogue import CatalogueError
from danvan.figures.errors import FigureError
from danvan.figures.filing_page import Page, cell_json, clock, file_json
from danvan.figures.models import Attachment, Cell, Submission
from danvan.figures.typed import KEYS
from danvan.figures.views.filing_words import words
from danvan.lib.periods import Period

View = Callable[..., HttpResponse]
PRESENT = 20  # seconds for which somebody who asked for changes is said to be in the form
MOST_CELLS = 2000  # in one request
_NO_LETTER = re.compile("[\x00\ud800-\udfff]")


# Pages


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """What the acting unit has to file; POST begins or goes on with one of them."""
    scope.require(Permission.FILL if request.method == "POST" else Permission.SEE)
    unit, status, error = request.acting.unit_id, 200, ""
    if request.method == "POST":
        try:
            draft = actions.open_draft(
                form=request.POST.get("form", ""),
                unit=unit,
                period=request.POST.get("period", ""),
                restate=request.POST.get("restate", ""),
                by=request.acting,
            )
            return redirect("filing_grid", draft.pk)
        except FigureError as refused:
            status, error = 422, str(refused)
    tasks = filing_page.tasks(unit, timezone.now())
    return _page(request, "figures/filing.html", {"tasks": tasks, "error": error}, status)


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one submission as a grid; POST saves the whole of it, for those without script."""
    submission = _own(pk)
    if request.method == "POST":
        return _save_whole(request, submission)
    return _grid(request, submission)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves what the form holds, then seals and sends it. The same click twice is one sending."""
    scope.require(Permission.SUBMIT)
    submission = _own(pk)
    if submission.state == Submission.State.SUBMITTED:
        return redirect("filing_grid", pk)
    lock([submission.unit_id])  # before the draft and the trail, in the order of every verb
    return _save_whole(request, submission, then=_send)


def _send(request: HttpRequest, submission: Submission) -> HttpResponse:
    submission = _own(submission.pk)
    page = filing_page.read(submission)
    if page.asking and not request.POST.get("checked"):
        return _grid(request, submission, status=422, unexplained=True, page=page)
    try:
        actions.submit(submission=submission, by=request.acting, key=_uuid(request.POST.get("key")))
    except FigureError as error:
        return _grid(request, submission, status=422, problems=error.problems, page=page)
    messages.success(request, _("Đã gửi báo cáo. Cấp trên sẽ xem xét; từ đây số liệu được chốt."))
    return redirect("filing_grid", submission.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throws the draft away."""
    try:
        actions.discard(submission=_own(pk), by=request.acting)
    except FigureError as error:
        messages.error(request, str(error))
        return redirect("filing_grid", pk)
    messages.success(request, _("Đã bỏ bản nhập."))
    return redirect("filing")


@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """One cell by itself, for those without script: where its figure comes from, its note, its files.

    `?text=`: a figure that another page offers; it stands in the field and is saved by hand or not at all.
    """
    submission = _own(pk)
    key = request.GET.get("c", "")
    if request.method == "POST":
        sent: dict[str, Any] = {**_named(key), "seen": _number(request.POST.get("seen")), "force": True}
        sent |= {
            name: request.POST[name]
            for name in ("note", "explanation", "take", "value", "text")
            if name in request.POST
        }
        if request.POST.get("state"):
            sent["state"] = request.POST["state"]
        try:
            _entered, refused = _enter(request, submission, [sent])
        except FigureError as error:
            refused = [{"key": key, "sentence": str(error)}]
        if not refused:
            return redirect(f"{reverse('filing_grid', args=[pk])}#{key}")
        return _cell(request, submission, key, error=refused[0]["sentence"])
    return _cell(request, submission, key)


def _cell(request: HttpRequest, submission: Submission, key: str, error: str = "") -> HttpResponse:
    """error: why what was posted was not taken; the fields then hold what was typed."""
    page = filing_page.read(submission)
    row = page.by_key.get(key)
    if row is None:
        raise Http404(_("Biểu này không có dòng đó."))
    typed = request.POST if error else {}
    offered = request.GET.get("text", "").strip()[:40] if page.editable and request.method != "POST" else ""
    offered = "" if offered == row.text else offered
    values = {
        "page": page,
        "row": row,
        "text": typed.get("text", offered or row.text),
        "state": typed.get("state", row.state),
        "note": typed.get("note", row.note),
        "explanation": typed.get("explanation", row.cell.explanation if row.cell else ""),
        "error": error,
        "offered": offered,
    }
    return _page(request, "figures/filing_cell.html", values, 422 if error else 200)


def _save_whole(
    request: HttpRequest, submission: Submission, then: Callable[[HttpRequest, Submission], HttpResponse] | None = None
) -> HttpResponse:
    """The posted form: cells whose text or note is not what the page showed. What is wrong comes back as it was."""
    if submission.state != Submission.State.DRAFT:
        messages.error(request, _("Bản này đã được gửi: không sửa được nữa."))
        return redirect("filing_grid", submission.pk)
    page = filing_page.read(submission)
    seen, sent = _number(request.POST.get("seen")), []
    for row in page.rows:
        one: dict[str, Any] = {}
        text, note = request.POST.get(f"v:{row.key}"), request.POST.get(f"n:{row.key}")
        if text is not None and text.strip() != request.POST.get(f"was:{row.key}", row.text):
            one["text"] = text
        if note is not None and note.strip() != (row.cell.note if row.cell else ""):
            one["note"] = note
        if one:
            sent.append({**_named(row.key), **one, "seen": seen})
    try:
        entered, refused = _enter(request, submission, sent, text=request.POST.get("text"))
    except FigureError as error:
        return _grid(request, submission, status=422, problems=error.problems)
    conflicts = {f"{one.theirs.indicator}|{one.theirs.breakdown}": one.theirs for one in entered.conflicts}
    if refused or conflicts:
        typed = {"|".join((one["indicator"], one["breakdown"])): one for one in sent}
        errors = {one["key"]: one["sentence"] for one in refused}
        return _grid(request, _own(submission.pk), status=422, errors=errors, typed=typed, theirs=conflicts)
    if then:
        return then(request, submission)
    messages.success(request, _("Đã lưu."))
    return redirect("filing_grid", submission.pk)


def _grid(
    request: HttpRequest,
    submission: Submission,
    *,
    status: int = 200,
    problems: tuple[str, ...] = (),
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Mapping[str, Any]] | None = None,
    theirs: Mapping[str, Cell] | None = None,
    unexplained: bool = False,
    page: Page | None = None,
) -> HttpResponse:
    page = page or filing_page.read(submission)
    for row in page.rows:
        if errors and row.key in errors:
            row.error = errors[row.key]
        elif theirs and row.key in theirs:
            row.theirs = theirs[row.key]
        else:
            continue
        one = (typed or {}).get(row.key, {})
        row.text, row.note = one.get("text", row.text), one.get("note", row.note)
    editable = page.editable and request.acting.may(Permission.FILL)
    data = {
        **page.to_json(),
        "who": _who(request),
        "me": str(request.acting),
        "address": reverse("filing_grid", args=[submission.pk]),
        "worker": f"{reverse('filing_worker')}?{urlencode({'who': _who(request)})}",
        "words": words(),
        "keys": {key: str(state) for key, state in KEYS.items()},
    }
    values = {
        "page": page,
        "editable": editable,
        "data": data if editable else None,
        "problems": problems,
        "errors": bool(errors or theirs),
        "unexplained": unexplained,
        "key": submission.key or uuid4(),
    }
    return _page(request, "figures/filing_grid.html", values, status)


def _page(request: HttpRequest, template: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, {"place": "filing", "who": _who(request), **values}, status=status)
    response["X-Danvan-Who"] = _who(request)  # the service worker keeps a page for nobody else
    response["Cache-Control"] = "private, no-store"
    return response


def _who(request: HttpRequest) -> str:
    """Whose pages these are: a person in a post, reading a language."""
    return f"{request.acting.person_id}-{request.acting.post_id}-{filing_page.language()}"


def _own(pk: int) -> Submission:
    """A submission of the acting unit. Raises Refused for one of a unit below, Http404 beyond."""
    found = Submission.objects.select_related("form").filter(pk=pk, kind=Submission.Kind.OWN).first()
    if found is None:
        raise Http404(_("Không có báo cáo này, hoặc bản nhập đã được bỏ."))
    scope.require_unit(found.unit_id, own=True)
    return found


# What the script asks for


def in_json(view: View) -> View:
    """Every refusal as {error}, one sentence, so that the page can say it and keep what was typed.

    Who has no script reads the answer: what is not there or not theirs is said by its page.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (FigureError, FileRefused, CatalogueError) as error:
            return _error(error, 422)
        except (PermissionDenied, Http404) as error:
            if _reads(request):
                raise
            return _error(error, 404 if isinstance(error, Http404) else 403)

    return answer


def _reads(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _error(error: Exception | str, status: int) -> JsonResponse:
    return JsonResponse({"error": str(error)}, status=status)


@require_POST
@in_json
def cells(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves cells: {entries: [{indicator, breakdown, text or state, seen, note?, explanation?, force?, take?}], text?}.

    Gives {revision, saved, conflicts, refused, broken}. Each entry stands or falls by itself; sent again it changes
    nothing.
    """
    data = _body(request)
    sent = data.get("entries", [])
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise FigureError(_("Nội dung gửi lên không đúng dạng; hãy tải lại trang."))
    if len(sent) > MOST_CELLS:
        raise FigureError(_("Mỗi lần gửi nhiều nhất %(most)s ô.") % {"most": MOST_CELLS})
    text = data.get("text")
    submission = _own(pk)
    entered, refused = _enter(request, submission, sent, text=text if isinstance(text, str) else None)
    lines = {row.id: row for row in filing_page.form_rows(submission.form)}

    def told(one: Cell) -> dict[str, Any]:
        key = f"{one.indicator}|{one.breakdown}"
        return {"key": key, **cell_json(one, lines[key])}

    rows = Cell.objects.filter(submission=submission)
    all_cells = list(rows.values_list("indicator", "breakdown", "state", "value", named=True))
    wrong = broken(all_cells, cells_before(submission))
    return JsonResponse(
        {
            "revision": entered.revision,
            "saved": [told(one) for one in entered.saved],
            "conflicts": [
                {"key": f"{c.theirs.indicator}|{c.theirs.breakdown}", "theirs": told(c.theirs)}
                for c in entered.conflicts
            ],
            "refused": refused,
            "broken": [{"key": f"{one.identity.left}|{one.breakdown}", "sentence": one.sentence} for one in wrong],
            "filled": sum(one.state != Cell.State.NOT_REPORTED for one in all_cells),
            "at": clock(timezone.now()),
        }
    )


@require_GET
@in_json
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What others changed after revision `since`, and who else has the form open."""
    submission = _own(pk)
    found = filing_page.changes(submission, _number(request.GET.get("since")))
    lines = {row.id: row for row in filing_page.form_rows(submission.form)} if found else {}
    changed = [
        {"key": key, **cell_json(one, lines[key])}
        for one in found
        if (key := f"{one.indicator}|{one.breakdown}") in lines
    ]
    return JsonResponse(
        {
            "revision": submission.revision,
            "state": submission.state,
            "changed": changed,
            "present": _present(request, pk),
            "csrf": get_token(request),
        }
    )


@require_POST
@in_json
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts a file on a cell: multipart {indicator, breakdown, file}."""
    submission = _own(pk)
    key = request.POST.get("indicator", ""), request.POST.get("breakdown", "")
    if _reads(request):
        try:
            _attach(request, submission, key)
        except (FigureError, FileRefused) as error:
            return _cell(request, submission, "|".join(key), error=str(error))
        return redirect(f"{reverse('filing_cell', args=[pk])}?{urlencode({'c': '|'.join(key)})}")
    _attach(request, submission, key)
    there = Cell.objects.get(submission=submission, indicator=key[0], breakdown=key[1])
    attached = Attachment.objects.filter(cell=there).select_related("file").defer("file__content")
    line = next(row for row in filing_page.form_rows(submission.form) if (row.indicator, row.breakdown) == key)
    return JsonResponse(
        {"key": line.id, "files": [file_json(one) for one in attached], "cell": cell_json(there, line)}, status=201
    )


def _attach(request: HttpRequest, submission: Submission, key: tuple[str, str]) -> None:
    upload = request.FILES.get("file")
    if upload is None:
        raise FigureError(_("Chưa chọn tệp."))
    if submission.state != Submission.State.DRAFT:
        raise FigureError(_("Bản này đã được gửi: không thêm tệp được nữa."))
    if key not in {(row.indicator, row.breakdown) for row in filing_page.form_rows(submission.form)}:
        raise FigureError(_("Biểu này không có dòng “%(row)s”; hãy tải lại trang.") % {"row": "|".join(key)[:100]})
    with transaction.atomic():
        # First the draft, then the trail, as who enters a figure meanwhile.
        Submission.objects.select_for_update(of=("self",)).filter(pk=submission.pk).first()
        stored = actions_files.store(
            upload, name=upload.name or "", unit=submission.unit_id, purpose="figures.Cell", by=request.acting
        )
        actions.attach(submission=submission, cell=key, file=stored.pk, by=request.acting)


@require_POST
@in_json
def api(request: HttpRequest) -> HttpResponse:
    """A whole submission of the acting unit from another system, sealed and sent: all of it or nothing.

    {form, period, key: a UUID of the sender's, unit?: the acting unit's number, cells: [{indicator, breakdown?,
    value | state, numerator?, denominator?, qualifier?}], text?}. Figures are JSON numbers or plain decimal strings
    ("12.5"). Signed in by session, with the CSRF header as any page. 201 with {id, edition, state, seal}, 200 for a
    key that was sent before; 422 with {errors}.
    """
    data = _body(request)
    scope.require(Permission.SUBMIT)
    if _illegible(data):
        raise FigureError(_("Nội dung gửi lên có ký tự không phải là chữ (NUL, nửa ký tự): hãy bỏ đi rồi gửi lại."))
    if "unit" in data and data["unit"] != request.acting.unit_id:
        raise scope.Refused(
            _("Chức danh đang dùng chỉ gửi báo cáo của %(unit)s; hãy đổi chức danh rồi gửi lại.")
            % {"unit": request.acting.unit_name}
        )
    key = _uuid(data.get("key"))
    if key is None:
        raise FigureError(_("Thiếu mã lần gửi: “key” phải là một UUID do bên gửi đặt, để gửi lại không thành hai."))
    mine = Submission.objects.filter(key=key, unit=request.acting.unit_id)
    try:
        # A savepoint: two of the same key at once end in the database's refusal, and the second is told of the first.
        with transaction.atomic():
            known = mine.exists()
            given = data.get("cells", [])
            if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
                raise FigureError(_("“cells” phải là danh sách các ô."))
            submission = actions.file_submission(
                form=str(data.get("form", "")),
                unit=request.acting.unit_id,
                period=str(data.get("period", "")),
                cells=[_cell_input(one) for one in given],
                by=request.acting,
                text=str(data.get("text", "")),
                source="api",
                accepted=False,
                key=key,
            )
    except (FigureError, IntegrityError) as error:
        if not known and (sent := mine.first()):
            return _filed(sent, 200)
        problems = error.problems if isinstance(error, FigureError) else [_("Mã lần gửi này đã được dùng.")]
        return JsonResponse({"error": " ".join(problems), "errors": list(problems)}, status=422)
    return _filed(submission, 200 if known else 201)


def _filed(submission: Submission, status: int) -> JsonResponse:
    told = {name: getattr(submission, name) for name in ("edition", "state", "seal", "period")}
    return JsonResponse({"id": submission.pk, **told}, status=status)


def _cell_input(one: Mapping[str, Any]) -> CellInput:
    figures = {name: _figure(one[name]) for name in ("value", "numerator", "denominator") if one.get(name) is not None}
    named = {name: str(one[name]) for name in ("breakdown", "state", "qualifier") if one.get(name) is not None}
    return CellInput(indicator=str(one.get("indicator", "")), origin=Cell.Origin.IMPORTED, **named, **figures)


def _figure(given: Any) -> Decimal:
    try:
        if isinstance(given, bool) or not isinstance(given, str | int | Decimal) or len(str(given)) > 40:
            raise InvalidOperation
        return Decimal(given)
    except InvalidOperation:
        raise FigureError(_("“%(value)s” không phải là số; hãy gửi như 12.5.") % {"value": str(given)[:60]}) from None


def _illegible(given: Any) -> bool:
    """Whether it holds what is no letter and no table keeps: zeros, halves of a pair of surrogates."""
    if isinstance(given, dict):
        return any(_illegible(one) for pair in given.items() for one in pair)
    if isinstance(given, list):
        return any(map(_illegible, given))
    return isinstance(given, str) and _NO_LETTER.search(given) is not None


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.body, parse_float=Decimal)
    except (ValueError, RecursionError, RawPostDataException):  # the last: sent as a form
        data = None
    if not isinstance(data, dict):
        raise FigureError(_("Nội dung gửi lên không đọc được; hãy tải lại trang."))
    return data


def _enter(
    request: HttpRequest, submission: Submission, sent: list[dict[str, Any]], text: str | None = None
) -> tuple[actions.Entered, list[dict[str, str]]]:
    """Enters what was sent; and what cannot be entered, with a sentence each."""
    scope.require(Permission.FILL)
    entries, refused = filing_page.entries_of(
        sent, submission.form, submission.unit_id, Period.parse(submission.period)
    )
    entered = actions.enter(submission=submission, entries=entries, by=request.acting, text=text)
    refused += [{"key": "|".join(entry.key), "sentence": sentence} for entry, sentence in entered.refused]
    return entered, refused


def _named(key: str) -> dict[str, str]:
    indicator, _bar, breakdown = key.partition("|")
    return {"indicator": indicator, "breakdown": breakdown}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _present(request: HttpRequest, pk: int) -> list[str]:
    """Notes that this person has the form open, and says who else does. Kept for seconds, never stored with figures."""
    now, name = time.time(), f"filing.{pk}"
    there: dict[int, tuple[str, float]] = cache.get(name) or {}
    there = {person: one for person, one in there.items() if now - one[1] < PRESENT}
    there[request.acting.person_id] = (request.acting.person_name, now)
    cache.set(name, there, PRESENT)
    return sorted(one[0] for person, one in there.items() if person != request.acting.person_id)


# The installable page


@require_GET
@cache_control(no_cache=True)
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker: served from here, because it may only see what lies under its own address."""
    path = finders.find("figures/worker.js")
    if path is None:
        raise Http404
    with open(path, encoding="utf-8") as script:  # noqa: PTH123
        return HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")


@require_GET
def manifest(_request: HttpRequest) -> HttpResponse:
    """What makes the page installable on a phone."""
    icon = {"src": static("desk/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": _("Nhập báo cáo dân vận"),
            "short_name": _("Dân vận"),
            "start_url": reverse("filing"),
            "scope": reverse("filing"),
            "display": "standalone",
            "background_color": "#f6f5f2",
            "theme_color": "#a4262c",
            "lang": filing_page.language(),
            "icons": [{**icon, "purpose": "any"}, {**icon, "purpose": "maskable"}],
        },
        content_type="application/manifest+json",
    )
