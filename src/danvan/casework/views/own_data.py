"""A request about one's own data: the copy that is handed over, what is put right."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.casework import papers
from danvan.casework.actions import own_data, vault
from danvan.casework.errors import CaseError
from danvan.casework.models import Matter

FIELDS = ("name", "phone", "email", "address", "paper")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: pdf, json (the copy), correct. What is kept stands in no page, only in the copy."""
    scope.require(Permission.HANDLE)
    found = Matter.objects.select_related("related_to").filter(pk=pk, type=own_data.TYPE).first()
    if found is None or found.related_to is None:
        raise Http404(_("Không có yêu cầu này, hoặc yêu cầu không thuộc phạm vi của đơn vị đang dùng."))
    scope.require_unit(found.unit_id, own=True)
    given = {name: request.POST.get(name, "") for name in ("do", "checked", *FIELDS)}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            with transaction.atomic():
                return _done(request, found, given)
        except CaseError as error:
            wrong = dict(error.fields)
    labels = (_("Họ và tên"), _("Số điện thoại"), _("Thư điện tử"), _("Địa chỉ"), _("Giấy tờ"))
    context = {
        "place": "casework",
        "tab": "matters",
        "one": found,
        "about": found.related_to,
        "fields": [(name, label, given[name]) for name, label in zip(FIELDS, labels, strict=True)],
        "checked": given["checked"],
        "wrong": wrong,
    }
    return render(request, "casework/matters/data.html", context, status=422 if wrong else 200)


def _done(request: HttpRequest, found: Matter, given: dict[str, str]) -> HttpResponse:
    said: dict[str, Any] = {"request": found, "checked": given["checked"], "by": request.acting}
    if given["do"] == "correct":
        changed = own_data.correct(given={name: given[name] for name in vault.PERSON if name in given}, **said)
        messages.success(request, _("Đã sửa %(n)s ô.") % {"n": len(changed)})
        return redirect("matter", found.pk)
    if given["do"] not in ("pdf", "json"):
        raise Http404(_("Không có việc này với dữ liệu cá nhân."))
    told = own_data.copy(**said)
    if given["do"] == "json":
        content, mime = json.dumps(told, ensure_ascii=False, indent=2).encode(), "application/json; charset=utf-8"
    else:
        content, mime = papers.own_data_pdf(told), "application/pdf"
    name = f"du-lieu-{found.book_number}-{found.book_year}.{given['do']}"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=mime, headers={"Content-Disposition": disposition})
