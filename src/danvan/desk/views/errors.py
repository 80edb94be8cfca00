"""What a page says when it cannot be shown, in words that help; and the readers of address parameters that raise it."""

from __future__ import annotations

import re
import sys
from datetime import date

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from danvan.lib import periods


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = str(exception) if isinstance(exception, BadRequest) else ""
    if isinstance(exception, RequestDataTooBig):
        message = _("Gửi quá nhiều chữ một lần. Bấm quay lại, những gì đã nhập vẫn còn: rút ngắn, hoặc gửi bằng tệp.")
    return render(request, "400.html", {"message": message}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the acting post does not allow, with the sentence of the refusal."""
    return render(request, "403.html", {"message": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # The resolver's own exception carries a dict of what it tried, which is nothing for readers.
    said = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    return render(request, "404.html", {"message": said if isinstance(said, str) else ""}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """An error of ours: 500. The database is away: 503, in JSON to whoever sent JSON; nothing of the deed stands."""
    if not _database_is_away(sys.exc_info()[1]):
        return server_error(request)
    connection.close()  # the next request opens its own
    said = _("Chưa làm được: máy chủ đang mất liên lạc với cơ sở dữ liệu. Hãy thử lại sau ít phút.")
    headers = {"Retry-After": "5"}
    if request.content_type == "application/json":
        return JsonResponse({"error": said}, status=503, headers=headers)
    # Without the request: the frame of the page would ask the database who reads.
    return HttpResponse(render_to_string("503.html", {"message": said}), status=503, headers=headers)


def _database_is_away(error: BaseException | None) -> bool:
    """Whatever was raised last: what brought it about is a lost connection, or the connection is known to be lost."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return connection.connection is not None and connection.connection.closed


def day_of(text: str) -> date:
    """2026-02-10 or 10/2/2026. Raises BadRequest with a sentence."""
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip(), re.ASCII):
        year, month, day = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip(), re.ASCII):
        day, month, year = map(int, match.groups())
    else:
        raise BadRequest(_("Không hiểu ngày “%(text)s”. Viết như 10/2/2026.") % {"text": text[:40]})
    try:
        return date(year, month, day)
    except ValueError:
        raise BadRequest(_("Không có ngày “%(text)s” trong lịch.") % {"text": text[:40]}) from None


def whole_number(text: str, what: str, most: int = 2**31 - 1) -> int:
    """A number of an address. Raises BadRequest with a sentence that names what was asked."""
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) > most:
        raise BadRequest(_("%(what)s phải là số nguyên từ 0 đến %(most)s.") % {"what": what, "most": most})
    return int(text)


def period_of(code: str) -> periods.Period | periods.Span:
    """A period code of an address. Raises Http404 with a sentence."""
    try:
        return periods.parse(code)
    except ValueError as error:
        raise Http404(str(error)) from None
