"""A text that somebody pastes or uploads, checked: contradictions, then slips of language. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk import reviewing
from danvan.desk.marking import paragraphs
from danvan.lib import days
from danvan.narrative.reading import UnreadableFile
from danvan.narrative.reading.checking import Checked, check
from danvan.narrative.reading.files import read_bytes

MOST = 100_000  # characters of a text: a report of fifty pages
LARGEST = 5 * 2**20  # bytes of a file
SHOWN = 200  # slips; a text with more is to be put right in turns


@dataclass(frozen=True, slots=True)
class Mark:
    """A contradiction or a slip, as the text's marking and the list beside it want it. pk: its number; css: as it is
    drawn in the text."""

    pk: int
    start: int
    end: int
    quote: str
    said: str
    write: str = ""
    css: str = "unsure"


@require_http_methods(["GET", "HEAD", "POST"])
def check_text(request: HttpRequest) -> HttpResponse:
    """Posted: `text` or `file`; `on`, the report's day, where the text does not say it."""
    scope.require(Permission.SEE)
    context: dict[str, object] = {"place": "reports", "text": request.POST.get("text", "")}
    context["on"] = request.POST.get("on", "").strip()
    if request.method == "POST":
        try:
            context |= _marked(_checked(request))
        except (UnreadableFile, ValueError) as error:
            context["errors"] = [str(error)]
    return render(request, "desk/check.html", context, status=400 if context.get("errors") else 200)


def _checked(request: HttpRequest) -> Checked:
    """Raises UnreadableFile, or ValueError for the day, with a sentence that says what to do."""
    typed = request.POST.get("on", "").strip()
    on = days.parse(typed) if typed else None
    upload = request.FILES.get("file")
    if upload is not None:
        if (upload.size or 0) > LARGEST:
            raise UnreadableFile(_("Tệp quá lớn: chỉ kiểm tra tệp đến %(n)s MB.") % {"n": LARGEST // 2**20})
        document = read_bytes(upload.read(), upload.name or _("tệp"))
    else:
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if not text.strip():
            raise UnreadableFile(_("Chưa có gì để kiểm tra: hãy dán văn bản vào ô hoặc chọn một tệp."))
        _not_too_long(text)
        document = read_bytes(text.encode("utf-8", "replace"), _("Văn bản dán vào"))
    _not_too_long(document.text)
    return check(document, timezone.localdate(), on)


def _not_too_long(text: str) -> None:
    if len(text) > MOST:
        raise UnreadableFile(
            _("Văn bản dài quá %(n)s chữ: hãy chia nhỏ rồi kiểm tra từng phần.") % {"n": f"{MOST:,}".replace(",", ".")}
        )


def _marked(found: Checked) -> dict[str, object]:
    text, numbers = found.document.text, count(1)
    against = [Mark(next(numbers), c.start, c.end, text[c.start : c.end], c.message) for c in found.contradictions]
    slips = list(_slips(found, numbers))
    post = scope.current().acting
    unlike = reviewing.unlike_history(found.document, post.unit_id) if post is not None else []
    noted = [Mark(next(numbers), one.start, one.end, text[one.start : one.end], "") for one in unlike]
    return {
        "text": text,
        "found": found,
        "against": against,
        "slips": slips,
        "more": len(found.slips) - len(slips),
        "unlike": list(zip(noted, unlike, strict=True)),
        "paragraphs": list(paragraphs(text, [*slips, *noted], against)),
    }


def _slips(found: Checked, numbers: Iterator[int]) -> Iterator[Mark]:
    for slip in found.slips[:SHOWN]:
        yield Mark(next(numbers), slip.start, slip.end, slip.quote, slip.reason, slip.write)
