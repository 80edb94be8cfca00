"""A written Word file opened again after people edited it. Nothing that is sent is kept, nothing is written."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from danvan.access import files, scope
from danvan.access.files import FileRefused
from danvan.access.permissions import Permission
from danvan.desk import show
from danvan.desk.naming import names_on
from danvan.figures import catalogue, queries
from danvan.figures.catalogue import CatalogueError
from danvan.narrative.reopened import Hand, Moved, Reopened, Way, reopened
from danvan.narrative.reopening import NotOurs
from danvan.narrative.writing import outlines

ASPECTS = {
    "now": gettext_lazy("số kỳ này"),
    "part": gettext_lazy("tử số của tỷ lệ"),
    "whole": gettext_lazy("mẫu số của tỷ lệ"),
    "before": gettext_lazy("số cùng kỳ"),
    "delta": gettext_lazy("mức tăng, giảm"),
    "percent": gettext_lazy("tỷ lệ tăng, giảm"),
    "share": gettext_lazy("số của một đơn vị bên dưới"),
}
WAYS = {
    Way.DRAFT: gettext_lazy("Sửa ô này trong bản nhập"),
    Way.WITHDRAW: gettext_lazy("Rút báo cáo về để sửa"),
    Way.MEND: gettext_lazy("Lập bản sửa rồi gửi lại"),
    Way.RESTATE: gettext_lazy("Đính chính số đã chấp nhận"),
    Way.OPEN: gettext_lazy("Mở bản nhập của kỳ này"),
    Way.BELOW: gettext_lazy("Xem số này do đơn vị nào báo cáo, để đề nghị đính chính"),
    Way.DERIVED: gettext_lazy("Xem số này tính từ đâu"),
}
PLACES = {
    "text": gettext_lazy("trong lời văn"),
    "heading": gettext_lazy("trong tiêu đề"),
    "annex": gettext_lazy("trong phụ lục"),
}


class Shown(NamedTuple):
    """A number or a figure as a line of the page. way, leads: the words and the address of how to correct it."""

    one: Hand | Moved
    label: str
    measure: str
    story: str
    aspect: str = ""
    place: str = ""
    way: str = ""
    leads: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest) -> HttpResponse:
    scope.require(Permission.SEE)
    context: dict[str, object] = {"place": "reports"}
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise NotOurs(_("Chưa chọn tệp: hãy chọn tệp Word (.docx) đã tải từ hệ thống và đã sửa."))
            with files.inspect(upload, name=upload.name or "", allowed={files.DOCX}) as inspected:
                found = reopened(inspected.content.read())
                context |= _shown(found) | {"name": inspected.safe_name}
        except (NotOurs, FileRefused, CatalogueError) as error:
            context["errors"] = [str(error)]
    return render(request, "desk/reopen.html", context, status=400 if context.get("errors") else 200)


def _shown(found: Reopened) -> dict[str, object]:
    origin = found.origin
    return {
        "found": found,
        "unit_name": names_on([(0, origin.unit, origin.period)]).get(0, origin.unit_name),
        "changed": [_hand(found, one) for one in found.changed],
        "deleted": [_hand(found, one) for one in found.deleted],
        "moved": [_line(found, one) for one in found.moved],
        "texts": [(one, PLACES[one.place]) for one in found.texts],
        "writing": found.own
        and origin.form == queries.FORM
        and origin.outline in outlines.every()
        and reverse("writing", args=[origin.period, origin.outline]),
    }


def _line(found: Reopened, one: Hand | Moved) -> Shown:
    known, origin = catalogue.load(), found.origin
    where = {"indicator": one.indicator, "breakdown": one.breakdown, "form": origin.form}
    story = f"{reverse('story', args=[origin.unit, origin.period])}?{urlencode(where)}"
    return Shown(one, known.label(one.indicator, one.breakdown, show.language()), known[one.indicator].unit_vi, story)


def _hand(found: Reopened, one: Hand) -> Shown:
    line = _line(found, one)
    leads = {
        Way.OPEN: reverse("filing"),
        Way.BELOW: line.story,
        Way.DERIVED: line.story,
    }.get(one.way)
    if one.way is Way.DRAFT:
        cell = {"c": f"{one.indicator}|{one.breakdown}"}
        if one.number.now and one.number.aspect == "now":
            cell["text"] = one.number.now
        leads = f"{reverse('filing_cell', args=[found.submission])}?{urlencode(cell)}"
    elif leads is None:
        leads = reverse("submission", args=[found.submission])
    return line._replace(
        aspect=str(ASPECTS[one.number.aspect]), place=str(PLACES[one.number.place]), way=str(WAYS[one.way]), leads=leads
    )
