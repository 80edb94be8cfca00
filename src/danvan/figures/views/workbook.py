"""A form as a workbook: download it, send it back, see what would change, take over what one chooses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danvan.access import actions_files as files_verbs
from danvan.access import scope
from danvan.access.files import XLSX, FileRefused
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.figures import catalogue
from danvan.figures.errors import FigureError
from danvan.figures.models import Submission
from danvan.figures.workbook import foreign, stored, write_form
from danvan.figures.workbook.model import NOT_REPORTED, VALUE, CellDiff, FormSheet, WorkbookError, counted

SENT_BEFORE = 10  # files listed on the page of a draft
MAPPED_ROWS = 300  # lines of a foreign sheet that can be mapped on the page
SAMPLE_ROWS, SAMPLE_COLUMNS = 12, 12
# In the order of the page: what needs a decision first. status: (heading, what it means, icon, colour)
STATUSES = {
    "conflicting": (
        gettext_lazy("Hai bên cùng sửa"),
        gettext_lazy("Có người đã sửa sau khi tệp được tải về. Chỉ ô được chọn mới lấy số trong tệp."),
        "question",
        "due",
    ),
    "invalid": (
        gettext_lazy("Không nhận được"),
        gettext_lazy("Giữ nguyên số đang có; sửa trong tệp rồi tải lên lại, hoặc nhập trên trang."),
        "bad",
        "bad",
    ),
    "changed": (gettext_lazy("Thay đổi"), "", "note", "waiting"),
    "cleared": (gettext_lazy("Xóa số"), gettext_lazy("Trong tệp để trống ô đang có số."), "none", "due"),
    "new": (gettext_lazy("Mới"), "", "done", "done"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: how it goes, and what was sent before. POST: a workbook, which leads on to its differences."""
    scope.require(Permission.FILL)
    draft = _own(pk)
    errors: list[str] = []
    if request.method == "POST":
        try:
            file = _take_in(request, draft)
            return redirect(_next(draft, file), permanent=False)
        except (FileRefused, FigureError, WorkbookError) as error:
            errors = _sentences(error)
    sent = StoredFile.objects.defer("content").filter(purpose=stored.purpose(draft), content__isnull=False)
    context = {
        **_head(draft),
        "errors": errors,
        "sent": sent.order_by("-pk")[:SENT_BEFORE],
        "limit": XLSX.limit // 2**20,
    }
    return render(request, "figures/workbook/page.html", context, status=422 if errors else 200)


@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as .xlsx, filled as far as it is."""
    scope.require(Permission.SEE)
    edition = _submission(pk)
    if edition.state == Submission.State.DRAFT:  # what is not sent yet is the unit's own
        scope.require_unit(edition.unit_id, own=True)
    name = stored.file_name(edition)
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(write_form(stored.sheet_of(edition)), content_type=XLSX.mime, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def differences(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """GET: each cell that the file would change, with the reason. POST: takes the chosen ones over."""
    scope.require(Permission.FILL)
    draft = _own(pk)
    kept = _file(draft, file)
    errors: list[str] = []
    saved = None
    if request.method == "POST":
        try:
            done = stored.take_over(
                submission=draft,
                stored=kept,
                chosen=set(request.POST.getlist("take")),
                seen=_seen(request),
                by=scope.current().acting or "",
            )
            saved = len(done.saved)
            errors = [sentence for _entry, sentence in done.refused]
            if done.conflicts:
                errors.append(
                    ngettext(
                        "%(count)s ô vừa được người khác sửa nên chưa ghi; hãy xem số mới rồi chọn lại.",
                        "%(count)s ô vừa được người khác sửa nên chưa ghi; hãy xem số mới rồi chọn lại.",
                        len(done.conflicts),
                    )
                    % {"count": len(done.conflicts)}
                )
        except (FigureError, WorkbookError) as error:
            errors = _sentences(error)
        if not errors:
            return redirect(f"{reverse('workbook_file', args=[draft.pk, kept.pk])}?saved={saved}")
    try:
        found = stored.differences(draft, kept)
    except WorkbookError as error:
        context = {**_head(draft), "file": kept, "errors": _sentences(error), "groups": []}
        return render(request, "figures/workbook/differences.html", context, status=422)
    if found is None:
        return redirect("workbook_mapping", draft.pk, kept.pk)
    diffs, filled = found
    done_before = request.GET.get("saved", "")
    context = {
        **_head(draft),
        "file": kept,
        "errors": errors,
        "saved": saved if saved is not None else int(done_before) if done_before.isdecimal() else None,
        "remarks": [stored.say(remark) for remark in filled.remarks],
        "groups": _groups(diffs),
        "counts": counted(diffs),
        "foreign": filled.base is None,
    }
    return render(request, "figures/workbook/differences.html", context, status=422 if errors else 200)


@require_POST
def discard(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Lets a file go from which nothing was taken over."""
    scope.require(Permission.FILL)
    draft = _own(pk)
    kept = _file(draft, file)
    if stored.stands_behind(kept):
        raise BadRequest(_("Đã có số liệu lấy từ tệp này, nên tệp được giữ làm nguồn."))
    by = scope.current().acting or ""
    files_verbs.discard(file=kept, reason=_("Không dùng tệp đã tải lên."), by=by)
    return redirect("workbook", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Which column and which rows of a foreign workbook fill the form; kept for the next time."""
    scope.require(Permission.FILL)
    draft = _own(pk)
    kept = _file(draft, file)
    sheet = stored.sheet_of(draft)
    try:
        sheets = foreign.preview(bytes(kept.content))
    except WorkbookError as error:
        raise BadRequest(" ".join(_sentences(error))) from None
    posted = request.POST if request.method == "POST" else request.GET
    remembered = stored.mapping_of(draft, kept) if request.method != "POST" else None
    proposed = remembered or foreign.guess_mapping(sheets, sheet, catalogue.load())
    asked = _asked(posted, sheets, proposed)
    errors: list[str] = []
    if request.method == "POST" and "again" not in posted:
        chosen, errors = _chosen_rows(request, sheet)
        if not errors and not chosen:
            errors = [_("Chưa ghép dòng nào: hãy chọn chỉ tiêu cho ít nhất một dòng.")]
        if not errors:
            try:
                by = scope.current().acting or ""
                stored.remember(submission=draft, stored=kept, mapping=replace(asked, rows=chosen), by=by)
                return redirect("workbook_file", draft.pk, kept.pk)
            except (WorkbookError, FigureError) as error:
                errors = _sentences(error)
    context = {**_head(draft), "file": kept, "errors": errors, **_mapping_page(asked, sheets, sheet, posted)}
    return render(request, "figures/workbook/mapping.html", context, status=422 if errors else 200)


# --- parts


def _sentences(error: Exception) -> list[str]:
    if isinstance(error, WorkbookError):
        return [stored.say(said) for said in error.said]
    return [str(problem) for problem in getattr(error, "problems", [error])]


def _submission(pk: int) -> Submission:
    found = Submission.objects.select_related("form").filter(pk=pk).first()
    if found is None:
        raise Http404(_("Không có bản nhập này, hoặc bản nhập không thuộc phạm vi của bạn."))
    return found


def _own(pk: int) -> Submission:
    """An edition of the acting unit itself."""
    found = _submission(pk)
    scope.require_unit(found.unit_id, own=True)
    return found


def _file(draft: Submission, pk: int) -> StoredFile:
    found = stored.upload_of(draft, pk)
    if found is None:
        raise Http404(_("Không có tệp này cho bản nhập, hoặc tệp đã được bỏ."))
    return found


def _take_in(request: HttpRequest, draft: Submission) -> StoredFile:
    upload = request.FILES.get("file")
    if upload is None:
        raise FigureError(_("Chưa chọn tệp: hãy chọn tệp .xlsx rồi bấm Tải lên."))
    return stored.keep(submission=draft, upload=upload, name=upload.name or "", by=scope.current().acting or "")


def _next(draft: Submission, file: StoredFile) -> str:
    return reverse("workbook_file", args=[draft.pk, file.pk])


def _head(draft: Submission) -> dict[str, Any]:
    return {"draft": draft, "open": draft.state == Submission.State.DRAFT, "place": "filing"}


def _seen(request: HttpRequest) -> dict[str, int]:
    """The revisions that were on the page: "seen" holds "<row id>=<revision>"."""
    seen = {}
    for entry in request.POST.getlist("seen"):
        one, _equals, revision = entry.rpartition("=")
        if revision.isdecimal() and len(revision) < 10:
            seen[one] = int(revision)
    return seen


@dataclass(frozen=True, slots=True)
class Line:
    """A cell on the page. now, then, file: (figure, state) as they stand, stood at download, and are in the file."""

    diff: CellDiff
    reason: str
    remark: str

    @property
    def now(self) -> dict[str, Any]:
        return _shown(self.diff.row.value, self.diff.row.state, self.diff.row.note)

    @property
    def then(self) -> dict[str, Any] | None:
        base = self.diff.base
        return _shown(base.value, base.state, base.note) if base else None

    @property
    def file(self) -> dict[str, Any]:
        filled = self.diff.filled
        if filled is None:
            return {}
        if filled.wrong:
            return {"written": filled.written, "at": filled.at}
        note = self.diff.row.note if filled.note is None else filled.note
        return {**_shown(filled.value, filled.state, note), "at": filled.at, "blank": not filled.state}

    @property
    def checked(self) -> bool:
        return self.diff.writes


def _shown(value: Any, state: str, note: str) -> dict[str, Any]:
    return {"value": value if state == VALUE else None, "state": state or NOT_REPORTED, "note": note}


def _groups(diffs: list[CellDiff]) -> list[dict[str, Any]]:
    groups = []
    for status, (name, meaning, icon, colour) in STATUSES.items():
        lines = [
            Line(one, stored.say(one.reason), stored.say(one.remark) if one.remark else "")
            for one in diffs
            if one.status == status
        ]
        if lines:
            groups.append(
                {"status": status, "name": name, "meaning": meaning, "icon": icon, "colour": colour, "lines": lines}
            )
    return groups


def _asked(posted: Any, sheets: list[foreign.SheetPreview], proposed: foreign.Mapping | None) -> foreign.Mapping:
    """Sheet and columns as chosen on the page, else as proposed, else the first sheet's first columns."""
    first = proposed or foreign.Mapping(sheets[0].name, 0, 0, min(1, sheets[0].width - 1))
    names = [sheet.name for sheet in sheets]
    name = posted.get("sheet", first.sheet)
    if name not in names:
        raise BadRequest(_("Tệp không có trang tính đã chọn; hãy chọn lại."))
    sheet = sheets[names.index(name)]

    def number(field: str, otherwise: int | None, most: int) -> int | None:
        text = posted.get(field)
        if text is None:
            return otherwise
        if text == "":
            return None
        if not text.isdecimal() or len(text) > 7 or int(text) > most:
            raise BadRequest(_("Dòng hoặc cột đã chọn không có trong trang tính; hãy chọn lại."))
        return int(text)

    header = number("header", max(first.header, 0) if first.header >= 0 else None, sheet.height)
    header = -1 if header is None else header
    last = min(sheet.width, foreign.SHOWN_COLUMNS) - 1
    heading = sheet.rows[header] if 0 <= header < len(sheet.rows) else ()
    return foreign.Mapping(
        name,
        header,
        number("label", first.label, last) or 0,
        number("value", first.value, last) or 0,
        number("note", first.note, last),
        first.rows if name == first.sheet else {},
        foreign.fingerprint(heading),
    )


def _chosen_rows(request: HttpRequest, sheet: FormSheet) -> tuple[dict[str, str], list[str]]:
    """Label of the file -> row id, from the fields of the page; what names no row of the form is said."""
    by_name = {name: one for one, name in _row_names(sheet).items()}
    rows, errors = {}, []
    for key, name in zip(request.POST.getlist("key"), request.POST.getlist("row"), strict=False):
        name = " ".join(name.split())
        if not name:
            continue
        if name not in by_name:
            errors.append(
                _("“%(name)s” không phải chỉ tiêu của biểu; hãy chọn trong danh sách.") % {"name": name[:100]}
            )
        else:
            rows[key[:500]] = by_name[name]
    return rows, errors


def _row_names(sheet: FormSheet) -> dict[str, str]:
    """Row id -> the name by which it is chosen; what tells a part from its whole comes first, where one can read it."""
    known = catalogue.load()
    names: dict[str, str] = {}
    for row in sheet.rows:
        indicator = known[row.indicator]
        part = indicator.breakdown_label(row.breakdown)
        name = f"{part} – {indicator.label()}" if part else indicator.label()
        names[row.id] = name if name not in names.values() else f"{name} ({row.indicator})"
    return names


def _mapping_page(
    asked: foreign.Mapping, sheets: list[foreign.SheetPreview], sheet: FormSheet, posted: Any
) -> dict[str, Any]:
    shown = next(one for one in sheets if one.name == asked.sheet)
    names = _row_names(sheet)
    typed = dict(zip(posted.getlist("key"), posted.getlist("row"), strict=False)) if "key" in posted else {}
    keys = foreign.label_keys(line[asked.label] if asked.label < len(line) else "" for line in shown.rows)
    lines = [
        {
            "key": key,
            "label": shown.rows[at][asked.label],
            "value": shown.rows[at][asked.value] if asked.value < len(shown.rows[at]) else "",
            "at": at + 1,
            "row": typed.get(key, names.get(asked.rows.get(key, ""), "")),
        }
        for at, key in enumerate(keys)
        if key and at > asked.header
    ][:MAPPED_ROWS]
    width = min(shown.width, foreign.SHOWN_COLUMNS)
    heading = shown.rows[asked.header] if 0 <= asked.header < len(shown.rows) else ()
    columns = [
        {"at": at, "letter": foreign.address(0, at)[:-1], "head": heading[at] if at < len(heading) else ""}
        for at in range(width)
    ]
    return {
        "mapping": asked,
        "sheets": [one.name for one in sheets],
        "columns": columns,
        "headings": [
            {"at": at, "words": ", ".join(filter(None, line))[:80]}
            for at, line in enumerate(shown.rows[: foreign.SEARCHED_ROWS])
            if any(line)
        ],
        "sample": [line[:SAMPLE_COLUMNS] for line in shown.rows[:SAMPLE_ROWS]],
        "sample_columns": columns[:SAMPLE_COLUMNS],
        "lines": lines,
        "names": names.values(),
    }
