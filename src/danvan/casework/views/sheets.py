"""The sheet for a hamlet's notice board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.casework.papers import sheet as paper
from danvan.casework.views.reception import site
from danvan.lib.qr import svg

NAMES = ("hamlet", "where", "when", "phone")


@never_cache
@require_safe
def board_sheet(request: HttpRequest) -> HttpResponse:
    """GET: what is filled in, and with it what the sheet says; with `pdf` the sheet itself."""
    post = scope.require(Permission.RECEIVE)
    given = {name: " ".join(request.GET.get(name, "").replace("\x00", "").split()) for name in NAMES}
    wrong = {
        name: _("Tối đa %(most)s ký tự.") % {"most": paper.LONGEST}
        for name, said in given.items()
        if len(said) > paper.LONGEST
    }
    one = paper.sheet(unit=post.unit_id, site=site(request), **{**given, **dict.fromkeys(wrong, "")})
    if "pdf" in request.GET and not wrong:
        disposition = content_disposition_header(False, "bang-tin-gui-y-kien.pdf") or "inline"
        return HttpResponse(
            paper.sheet_pdf(one), content_type="application/pdf", headers={"Content-Disposition": disposition}
        )
    context = {"place": "casework", "tab": "reception", "given": given, "wrong": wrong, "sheet": one}
    context |= {"qr": svg(one.address), "most": paper.LONGEST}
    return render(request, "casework/reception/board.html", context, status=422 if wrong else 200)
