"""Papers beside the report: those of the unit, the form of one, how it reads, its files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk.assets import FONTS
from danvan.desk.paper_form import OFFICES, Form, form
from danvan.lib import days
from danvan.lib.vietnamese import fold
from danvan.narrative import actions, filling, letters, papers, writing
from danvan.narrative.letters import Kind
from danvan.narrative.models import Paper
from danvan.narrative.papers import PaperError
from danvan.narrative.sealed import KINDS
from danvan.narrative.writing.layout import layout
from danvan.narrative.writing.layout import source as layout_source
from danvan.narrative.writing.model import Table

PAGE = 30
FILES = ("docx", "pdf", "html")
READERS = {"docx": writing.to_docx, "html": writing.to_html}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """`?kind=`: of one kind only; `?before=`: the id before which the next page begins."""
    post = scope.require(Permission.SEE)
    unit = post.unit_id if post else 0
    rows = papers.own(unit)
    kind = request.GET.get("kind", "")
    if kind in letters.every():
        rows = rows.filter(kind=kind)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    found = list(rows.defer("content", "written")[: PAGE + 1])
    context = {
        "place": "reports",
        "papers": [(one, _kind(one.kind)) for one in found[:PAGE]],
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "later": bool(before),
        "kinds": [(one, filling.said(one.name), filling.said(one.about)) for one in letters.every().values()],
        "kind": kind if kind in letters.every() else "",
    }
    return render(request, "desk/papers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """`?office=`: party, government or front; that of the unit unless said."""
    post = scope.require(Permission.FILL)
    found = _kind(kind)
    unit = post.unit_id if post else 0
    office = request.GET.get("office", "")
    office = office if office in OFFICES else papers.office_of(unit)
    if request.method == "POST":
        return _written(request, found, office, unit, None)
    content = {"issuer": papers.default_issuer(unit, office, timezone.localdate())}
    return _form(request, form(found, office, unit, content, request.GET.get("period", "")), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    scope.require(Permission.FILL)
    paper = _own(pk)
    found = _kind(paper.kind)
    if paper.state != Paper.State.DRAFT:
        messages.error(request, _("Văn bản đã ban hành, không sửa được nữa: hãy soạn bản mới của văn bản này."))
        return redirect("paper", paper.pk)
    if request.method == "POST":
        return _written(request, found, paper.office, paper.unit_id, paper)
    actions.open_paper(paper=paper, by=request.acting)
    return _form(request, form(found, paper.office, paper.unit_id, paper.content, paper.period), paper)


def _written(request: HttpRequest, kind: Kind, office: str, unit: int, paper: Paper | None) -> HttpResponse:
    """What was typed is kept, or comes back with what is wrong; further rows are only shown."""
    content, errors = filling.read(kind, request.POST)
    period = request.POST.get("period", "")[:20]
    more = request.POST.get("more", "")
    if not errors and not more:
        try:
            if paper is None:
                paper = actions.draft_paper(
                    unit=unit, kind=kind.code, office=office, content=content, period=period, by=request.acting
                )
            else:
                paper = actions.save_paper(paper=paper, content=content, period=period, by=request.acting)
            messages.success(request, _("Đã lưu bản nháp."))
            return redirect("paper", paper.pk)
        except PaperError as error:
            errors = error.problems
    shown = form(kind, office, unit, content, period, errors=errors, more=more)
    return _form(request, shown, paper, status=400 if errors and not more else 200)


def _form(request: HttpRequest, shown: Form, paper: Paper | None, status: int = 200) -> HttpResponse:
    context = {
        "place": "reports",
        "form": shown,
        "paper": paper,
        "name": filling.said(shown.kind.name),
        "offices": list(OFFICES.items()),
        "office_name": OFFICES[shown.office],
    }
    return render(request, "desk/paper_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """How it reads. Posted: `do`: finish (with `date`, `number`, `term`), revise, discard."""
    scope.require(Permission.SEE)
    found = _own(pk)
    if request.method == "POST":
        return _done(request, found)
    actions.open_paper(paper=found, by=request.acting)
    return _page(request, found)


def _page(
    request: HttpRequest,
    found: Paper,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    kind = _kind(found.kind)
    today = timezone.localdate()
    problems = dict(errors or {})
    report = None
    try:
        report = papers.composed(found, base_url=request.build_absolute_uri("/"), url=_path(found))
    except PaperError as error:
        problems |= error.problems
    draft = found.state == Paper.State.DRAFT
    context = {
        "place": "reports",
        "paper": found,
        "kind": kind,
        "name": filling.said(kind.name),
        "office_name": OFFICES[found.office],
        "report": report,
        "parts": [(part, isinstance(part, Table)) for part in report.body] if report else [],
        "sides": list(zip(report.left, report.right, strict=True)) if report else [],
        "rules": layout_source(report.layout) if report else "",
        "errors": list(dict.fromkeys(problems.values())),
        "fields": problems,
        "notes": [note for note in papers.day_notes(found, today) if note.sentence not in problems.values()]
        if draft
        else [],
        "missing": filling.missing(kind, found.content) if draft else {},
        "versions": list(Paper.objects.filter(family=found.family).defer("content", "written").order_by("-version")),
        "typed": typed or _suggested(found, kind),
        "by_term": draft and kind.numbered and _by_term(found),
        "may_finish": draft and request.acting.may(Permission.SUBMIT),
    }
    return render(request, "desk/paper.html", context, status=400 if errors else 200)


def _suggested(found: Paper, kind: Kind) -> dict[str, str]:
    """What stands ready in the form of finishing it."""
    today = timezone.localdate()
    term = papers.term_of(today)
    try:
        series = papers.series_of(found, today, term)
    except PaperError:
        series = ""
    number = str(papers.next_number(found, series)) if series and kind.numbered else ""
    return {"date": f"{today.day}/{today.month}/{today.year}", "number": number, "term": term}


def _by_term(found: Paper) -> bool:
    rules = layout(letters.kinds.LAYOUTS[found.office]).rules  # type: ignore[index]
    return bool(rules["numbering"]["within"] == "term")


def _done(request: HttpRequest, found: Paper) -> HttpResponse:
    do = request.POST.get("do", "")
    typed = {name: request.POST.get(name, "").strip()[:40] for name in ("date", "number", "term")}
    try:
        if do == "finish":
            finished = actions.finish_paper(
                paper=found,
                by=request.acting,
                base_url=request.build_absolute_uri("/"),
                url=_path(found),
                **_read(typed),
            )
            messages.success(request, _("Đã ban hành: văn bản giữ nguyên từ nay."))
            return redirect("paper", finished.pk)
        if do == "revise":
            return redirect("paper_edit", actions.revise_paper(paper=found, by=request.acting).pk)
        if do == "discard":
            actions.discard_paper(paper=found, by=request.acting)
            messages.success(request, _("Đã bỏ bản nháp."))
            return redirect("papers")
    except PaperError as error:
        return _page(request, found, errors=error.problems, typed=typed)
    return redirect("paper", found.pk)


def _read(typed: Mapping[str, str]) -> dict[str, Any]:
    """Day, number and term as typed. Raises PaperError."""
    problems = {}
    day = number = None
    try:
        day = days.parse(typed["date"])
    except ValueError as error:
        problems["date"] = str(error)
    if typed["number"]:
        if typed["number"].isascii() and typed["number"].isdecimal() and 0 < int(typed["number"][:9]) < 100_000:
            number = int(typed["number"])
        else:
            problems["number"] = _("Số văn bản là số nguyên từ 1 đến 99999; để trống thì lấy số tiếp theo.")
    if problems:
        raise PaperError(**problems)
    return {"day": day, "number": number, "term": typed["term"]}


@require_safe
def paper_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """kind: docx, pdf, html."""
    scope.require(Permission.SEE)
    found = _own(pk)
    if kind not in FILES:
        raise Http404(_("Văn bản tải được dưới dạng docx, pdf hoặc html."))
    actions.open_paper(paper=found, by=request.acting)
    called = fold(f"{letters.kind(found.kind).label()} {found.number or 'nhap'} {found.title}")
    name = "-".join(re.findall(r"\w+", called))[:80]
    try:
        report = papers.composed(found, base_url=request.build_absolute_uri("/"), url=_path(found))
    except PaperError as error:
        return render(request, "400.html", {"message": str(error)}, status=409)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"paper.{kind}"
        if kind == "pdf":
            writing.to_pdf(report, path, [FONTS])
        else:
            READERS[kind](report, path)
        content = path.read_bytes()
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{name}.{kind}"),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=KINDS[kind], headers=headers)


def _path(found: Paper) -> str:
    return reverse("paper", args=[found.pk]).lstrip("/")


def _kind(code: str) -> Kind:
    try:
        return letters.kind(code)
    except KeyError as error:
        raise Http404(str(error.args[0])) from None


def _own(pk: int) -> Paper:
    """A paper of the acting unit. Raises Http404 beyond."""
    found = Paper.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(_("Không có văn bản này, hoặc văn bản không phải của đơn vị đang dùng."))
    scope.require_unit(found.unit_id, own=True)
    return found
