"""Changing the post that one acts in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from danvan.access.middleware import POST


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """`post`: one of those held today; any other is left unheard. Back to the first page: the old one may be closed."""
    wanted = request.POST.get("post", "")
    if wanted in {str(post.post_id) for post in request.posts}:
        request.session[POST] = int(wanted)
    return HttpResponseRedirect(reverse("home"))
