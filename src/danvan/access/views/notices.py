"""What one was told, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from danvan.access.models import Notice

PAGE = 40


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """One's own notices; unseen ones stand out until they are opened or marked."""
    mine = Notice.objects.filter(person=request.user).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        mine = mine.filter(pk__lt=int(before))
    found = list(mine[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return render(request, "access/notices.html", {"place": "notices", "notices": found[:PAGE], "more": more})


@require_POST
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one as seen and leads to what it tells of."""
    one = get_object_or_404(Notice, pk=pk, person=request.user)
    if one.seen_at is None:
        Notice.objects.filter(pk=one.pk).update(seen_at=timezone.now())
    return redirect(one.link if one.link.startswith("/") and not one.link.startswith("//") else "notices")


@require_POST
def all_seen(request: HttpRequest) -> HttpResponse:
    Notice.objects.filter(person=request.user, seen_at=None).update(seen_at=timezone.now())
    return redirect("notices")
