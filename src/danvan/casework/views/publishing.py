"""What of a matter everybody may read: its result in a few words, and copies of papers without who somebody is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.casework import protecting
from danvan.casework.actions import publishing
from danvan.casework.errors import CaseError
from danvan.casework.models import Attachment, Matter


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: publish, withdraw."""
    found = _own(pk)
    wrong: dict[str, str] = {}
    text = request.POST.get("text", found.public_text)
    if request.method == "POST":
        try:
            with transaction.atomic():
                told = _done(request, found, text)
        except CaseError as error:
            wrong = dict(error.fields)
        else:
            messages.success(request, told)
            return redirect("matter_publish", pk)
    papers = list(found.attachments.select_related("file").defer("file__content"))
    context = {
        "place": "casework",
        "tab": "matters",
        "one": found,
        "text": text,
        "wrong": wrong,
        "papers": [one for one in papers if one.kind != Attachment.Kind.PUBLIC],
        "copies": [one for one in papers if one.kind == Attachment.Kind.PUBLIC],
    }
    return render(request, "casework/publishing/matter.html", context, status=422 if wrong else 200)


def _done(request: HttpRequest, found: Matter, text: str) -> str:
    if request.POST.get("do") == "withdraw":
        publishing.withdraw(matter=found, by=request.acting)
        return _("Đã thôi công khai.")
    publishing.publish(matter=found, text=text, by=request.acting)
    return _("Đã công khai.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """The words of a paper, protected ones hidden, to be worked on; `do`: look (hide what was chosen), publish."""
    found, given = _own(pk), request.POST
    wrong: dict[str, str] = {}
    unread = ""
    chosen = given.get("chosen", "")
    try:
        text = given["text"] if "text" in given else publishing.words_of(matter=found, file=file, by=request.acting)
    except StoredFile.DoesNotExist:
        raise Http404(_("Vụ việc không có tệp này.")) from None
    except CaseError as error:
        text, wrong = "", dict(error.fields)
    except ValueError as error:
        text, unread = "", str(error)
    if given.get("do") == "publish":
        try:
            with transaction.atomic():
                publishing.publish_paper(matter=found, file=file, text=text, chosen=chosen, by=request.acting)
        except CaseError as error:
            wrong = dict(error.fields)
        else:
            messages.success(request, _("Đã công khai bản đã che: đọc lại không còn thông tin cá nhân."))
            return redirect("matter_publish", pk)
    lines = publishing.chosen_words(chosen)
    sought = publishing.protected(found, lines)
    context: dict[str, Any] = {
        "place": "casework",
        "tab": "matters",
        "one": found,
        "paper": found.attachments.select_related("file").defer("file__content").filter(file=file).first(),
        "chosen": chosen,
        "hidden": protecting.told(protecting.find(text, sought, forms=True)),
        "text": publishing.redacted(text, sought, lines),
        "unread": unread,
        "wrong": wrong,
    }
    return render(request, "casework/publishing/paper.html", context, status=422 if wrong else 200)


def _own(pk: int) -> Matter:
    scope.require(Permission.DECIDE)
    found = Matter.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(_("Không có vụ việc này, hoặc vụ việc không thuộc phạm vi của đơn vị đang dùng."))
    scope.require_unit(found.unit_id, own=True)
    return found
