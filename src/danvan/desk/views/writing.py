"""Writing a report: each part with what figures make of it, and what people write before, after or instead of it."""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk.assets import FONTS
from danvan.desk.show import language
from danvan.desk.views.errors import period_of
from danvan.figures import queries as figures
from danvan.figures.errors import FigureError
from danvan.figures.models import Form
from danvan.figures.views.review import ended
from danvan.narrative import actions, manuscripts, writing
from danvan.narrative.actions.manuscripts import Conflict
from danvan.narrative.editing import Contradiction, Slot
from danvan.narrative.manuscripts import Change, Open
from danvan.narrative.models import Piece
from danvan.narrative.publishing import file_name
from danvan.narrative.sealed import KINDS
from danvan.narrative.writing.model import Run

PERIODS = 24
_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


@dataclass
class Line:
    """A block as the page shows it.

    text: what its field holds; was: a mark of that, so that a field that nobody touched is told apart. theirs: what
    somebody else wrote meanwhile. fresh: it came since somebody looked.
    """

    key: str
    use: str
    what: str
    prompt: str
    made: Sequence[Sequence[Run]]
    own: Sequence[Sequence[Run]]
    text: str
    was: str
    revision: int = 0
    own_text: bool = False
    change: Change | None = None
    fresh: bool = False
    against: Sequence[Contradiction] = ()
    theirs: Piece | None = None
    where: str = ""
    first: bool = False
    last: bool = False

    @property
    def rows(self) -> int:
        """Lines of the field, so that its words can be seen."""
        return min(14, max(3, 1 + self.text.count("\n") + len(self.text) // 70))


@dataclass
class Part:
    id: str
    number: str
    title: str
    top: bool
    lines: list[Line] = field(default_factory=list)


# --- which report


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What the acting unit has begun to write, and what it may begin. `?period=&outline=` leads to the report."""
    scope.require(Permission.SEE)
    unit = request.acting.unit_id
    asked = request.GET.get("period", "")
    if asked and request.GET.get("outline"):
        return redirect("writing", period_of(asked).code, request.GET["outline"])
    form = Form.objects.filter(code=figures.FORM).order_by("-during").first()
    chosen = period_of(asked) if asked else None
    context = {
        "place": "tables",
        "begun": [(one, period_of(one.period), _named(one.outline)) for one in manuscripts.manuscripts_of(unit)],
        "ended": [(period, manuscripts.usual_outline(period)) for period in (ended(form) if form else ())],
        "periods": figures.periods_of(unit)[:PERIODS],
        "chosen": chosen,
        "outlines": list(manuscripts.outlines_for(chosen)) if chosen else (),
    }
    return render(request, "desk/writing_list.html", context)


def _named(name: str) -> str:
    try:
        return writing.outlines.named(name).label(language())
    except KeyError:  # of an earlier release
        return name


# --- the page


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, period: str, outline: str) -> HttpResponse:
    """The report of the acting unit. POST keeps every field that was touched, then does `act`: VERB or VERB:KEY."""
    scope.require(Permission.FILL if request.method == "POST" else Permission.SEE)
    if request.method != "POST":
        return _page(request, _open(request, period, outline))
    try:
        with transaction.atomic():
            done = _keep(request, period, outline)
    except actions.ReportError as error:
        return _refused(request, period, outline, error)
    if "application/json" in request.headers.get("Accept", ""):
        return _told(_open(request, period, outline), done)
    if done.conflicts:
        return _page(request, _open(request, period, outline), typed=_typed(request), conflicts=done.conflicts)
    return redirect(f"{reverse('writing', args=[period, outline])}{f'#b-{done.key}' if done.key else ''}")


def _open(request: HttpRequest, period: str, outline: str) -> Open:
    try:
        return manuscripts.open_one(
            request.acting.unit_id, period_of(period).code, outline, base_url=request.build_absolute_uri("/")
        )
    except (actions.ReportError, FigureError) as error:
        raise Http404(str(error)) from None


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was posted for each block."""
    fields = {name.removeprefix("text:"): value for name, value in request.POST.items() if name.startswith("text:")}
    return {key: _plain(value) for key, value in fields.items()}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _mark(text: str) -> str:
    return hashlib.sha256(_plain(text).encode()).hexdigest()[:12]


@dataclass
class Done:
    """What became of a posted page. key: of the block to go on with."""

    saved: Sequence[Piece] = ()
    conflicts: Sequence[Conflict] = ()
    key: str = ""


def _keep(request: HttpRequest, period: str, outline: str) -> Done:
    """Does what was posted: keeps the fields that were touched, then the deed of the button."""
    by, unit = request.acting, request.acting.unit_id
    verb, _colon, key = request.POST.get("act", "").partition(":")
    manuscript = actions.begin(unit=unit, period=period_of(period).code, outline=outline, by=by)
    if verb == "begin":
        return Done()
    touched = [
        actions.Words(name, text, _number(request.POST.get(f"rev:{name}", "")))
        for name, text in _typed(request).items()
        if _mark(text) != request.POST.get(f"was:{name}") and (verb, key) != ("theirs", name)
    ]
    kept = actions.write(manuscript=manuscript, words=touched, by=by)
    if verb in ("made", "own", "out") and key not in {one.mine.key for one in kept.conflicts}:
        actions.choose(manuscript=manuscript, key=key, use=verb, by=by)
    elif verb in ("up", "down"):
        actions.move(manuscript=manuscript, key=key, up=verb == "up", by=by)
    elif verb in ("add", "top"):
        part = key if verb == "top" else request.POST.get(f"part:{key}", "")
        key = actions.add(manuscript=manuscript, part=part, after="" if verb == "top" else key, by=by).key
    elif verb == "looked":
        count = actions.look(manuscript=manuscript, by=by, keys=[key] if key else ())
        messages.success(request, _("Đã xem %(n)s thay đổi.") % {"n": count})
    elif touched:
        messages.success(request, _("Đã lưu."))
    return Done(kept.saved, kept.conflicts, key)


def _number(text: str) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def _told(opened: Open, done: Done) -> JsonResponse:
    """For the script: what is kept now, and what is not because somebody else wrote meanwhile."""
    return JsonResponse(
        {
            "saved": {one.key: {"revision": one.revision, "was": _mark(_field(opened, one))} for one in done.saved},
            "conflicts": [one.mine.key for one in done.conflicts],
        }
    )


def _field(opened: Open, piece: Piece) -> str:
    """What the field of a block holds: own words, else the sentence to begin from."""
    if piece.text:
        return piece.text
    made = opened.slot(piece.key).made
    return made.text if made and made.what != "ask" else ""


def _refused(request: HttpRequest, period: str, outline: str, error: Exception) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": str(error)}, status=422)
    return _page(request, _open(request, period, outline), typed=_typed(request), errors=[str(error)])


def _page(
    request: HttpRequest,
    opened: Open,
    *,
    typed: Mapping[str, str] | None = None,
    conflicts: Sequence[Conflict] = (),
    errors: Sequence[str] = (),
) -> HttpResponse:
    parts = _parts(opened, typed or {}, {one.mine.key: one.theirs for one in conflicts})
    lines = [line for part in parts for line in part.lines]
    may_write = request.acting.may(Permission.FILL)
    context = {
        "place": "tables",
        "opened": opened,
        "parts": parts,
        "changed": [line for line in lines if line.change or line.fresh],
        "against": [line for line in lines if line.against],
        "conflicts": [line for line in lines if line.theirs],
        "errors": errors,
        "editable": bool(may_write and opened.manuscript),
        "may_write": may_write,
        "kinds": list(KINDS),
        "address": request.path,
        "outline_label": opened.outline.label(language()),
    }
    return render(request, "desk/writing.html", context, status=409 if conflicts else 422 if errors else 200)


def _parts(opened: Open, typed: Mapping[str, str], theirs: Mapping[str, Piece]) -> list[Part]:
    """The parts as the outline numbers them, those without a word too: one can be put there."""
    roman = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
    parts: list[Part] = []
    section = under = 0
    for division in opened.divisions:
        top = division.role == "section"
        section, under = (section + 1, 0) if top else (section, under + 1)
        part = Part(division.id, f"{roman[section - 1]}." if top else f"{under}.", division.title, top)
        placed = opened.slots[division.id]
        for place, slot in enumerate(placed):
            line = _line(opened, slot, typed, theirs.get(slot.key))
            line.first, line.last = place == 0, place + 1 == len(placed)
            line.where = roman[section - 1] if top else f"{roman[section - 1]}.{under}"
            part.lines.append(line)
        parts.append(part)
    return parts


def _line(opened: Open, slot: Slot, typed: Mapping[str, str], theirs: Piece | None) -> Line:
    piece, made = opened.pieces.get(slot.key), slot.made
    asks = made is not None and made.what == "ask"
    kept = _field(opened, piece) if piece else made.text if made and not asks else ""
    own = opened.own_words(slot) if slot.edit and slot.edit.text else None
    return Line(
        key=slot.key,
        use=slot.use,
        what="own" if made is None else made.what,
        prompt=made.text.strip("[]") if made and asks else "",
        made=[paragraph.runs for paragraph in made.paragraphs] if made and not asks else (),
        own=[paragraph.runs for paragraph in own.paragraphs] if own else (),
        text=typed.get(slot.key, kept),
        was=_mark(kept),
        revision=piece.revision if piece else 0,
        own_text=bool(piece and piece.text),
        change=opened.change(slot),
        fresh=piece is None and opened.manuscript is not None and made is not None and not asks,
        against=opened.contradictions(slot),
        theirs=theirs,
    )


# --- what comes of it


@require_safe
def preview(request: HttpRequest, period: str, outline: str) -> HttpResponse:
    """The report as one page that reads alone, in its layout. Its style is let in by its hash, nothing else is."""
    scope.require(Permission.SEE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.html")
        writing.to_html(_written(request, period, outline), path)
        content = path.read_bytes()
    styles = (hashlib.sha256(style).digest() for style in _STYLE.findall(content))
    response = HttpResponse(content, headers={"Cache-Control": "private, no-store"})
    response._csp_update = {  # type: ignore[attr-defined] -- as django-csp's own decorators do
        "style-src": [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in styles]
    }
    return response


@require_safe
def paper(request: HttpRequest, period: str, outline: str, kind: str) -> HttpResponse:
    """The report as it reads now, not signed. kind: docx, pdf, html, xlsx."""
    scope.require(Permission.SEE)
    if kind not in KINDS:
        raise Http404(_("Không có loại tệp này: hãy chọn docx, pdf, html hoặc xlsx."))
    opened = _open(request, period, outline)
    name = f"{file_name(request.acting.unit_name, opened.period.code)}.{kind}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        if kind == "xlsx":
            writing.to_xlsx(opened.data, path)
        elif kind == "pdf":
            writing.to_pdf(opened.written(), path, [FONTS])
        else:
            (writing.to_docx if kind == "docx" else writing.to_html)(opened.written(), path)
        content = path.read_bytes()
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=KINDS[kind], headers=headers)


def _written(request: HttpRequest, period: str, outline: str) -> writing.Report:
    written = _open(request, period, outline).written()
    return replace(written, address="")  # the code leads from paper; on screen one is there already
