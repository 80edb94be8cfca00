from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from danvan.access import scope
from danvan.access.files import serving_headers
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission

# What citizens hand in is given out by the room that knows who may read it.
NOT_HERE = ("casework.Attachment", "casework.Public")


@require_safe
def stored_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A stored file, to those whose post reaches its unit; to all others there is no such file."""
    scope.require(Permission.SEE)
    file = StoredFile.objects.defer("content").filter(pk=pk).first()
    if file is None or file.purpose in NOT_HERE:
        raise Http404(_("Không có tệp này, hoặc tệp không thuộc phạm vi của bạn."))
    headers = serving_headers(file)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": headers["ETag"], "Cache-Control": headers["Cache-Control"]})
    if file.content is None:
        raise Http404(_("Tệp “%(name)s” đã được bỏ; chỉ còn ghi lại rằng nó từng có.") % {"name": file.name})
    return HttpResponse(file.content, headers=headers)
