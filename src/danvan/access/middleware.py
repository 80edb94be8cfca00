"""Each request is one transaction, done by one person in one post."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from danvan.access import queries, scope

T = TypeVar("T")
POST = "danvan_post"  # the session's key for the chosen post


class ActingMiddleware:
    """Opens the scope of the acting post; the views inside read and write as that post.

    request.posts: the posts that the person holds today; request.acting: the one they act in, None without one. What
    failed is rolled back as a whole.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts, request.acting = [], None
        if not request.user.is_authenticated:
            return self.get_response(request)
        with transaction.atomic():
            with scope.person(request.user.pk):
                request.posts = queries.posts_on(request.user, timezone.localdate())
            request.acting = chosen(request)
            opened = scope.acting(request.acting) if request.acting else scope.person(request.user.pk)
            with opened:
                response = self.get_response(request)
                settle(response, failed=getattr(request, "failed", False))
        if not request.user.is_authenticated:
            # Signed out just now: on a shared machine the way back shows nothing.
            response["Clear-Site-Data"] = '"cache"'
        elif not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    def process_exception(self, request: HttpRequest, _error: Exception) -> None:
        """A view that did not come to its end leaves nothing behind."""
        request.failed = True


def settle(response: HttpResponse, *, failed: bool = False) -> None:
    """The end of a request's transaction: what failed is taken back, what is answered as done will stand.

    Raises OperationalError where it cannot: a failure of the database was passed over on the way.
    """
    if failed or response.status_code >= 500:
        transaction.set_rollback(True)
    elif connection.needs_rollback:
        raise OperationalError("the transaction of the request is lost")


class PostRequiredMiddleware:
    """Who holds no post today gets a page that says so and whom to ask; their own account stays open to them."""

    OPEN = ("account/", "i18n/", "health/")  # routes for which no post is needed

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or request.acting or request.resolver_match.route.startswith(self.OPEN):
            return None
        return render(request, "access/no_post.html", {"administrators": queries.administrators()}, status=403)


def chosen(request: HttpRequest) -> scope.Acting | None:
    """The post that was switched to, if it is still held; else the first."""
    wanted = request.session.get(POST)
    return next((post for post in request.posts if post.post_id == wanted), next(iter(request.posts), None))


def streamed(post: scope.Acting, rows: Callable[[], Iterable[T]]) -> Iterator[T]:
    """For a response that is still being written after the view ended: its rows, read in the same post's scope."""
    with transaction.atomic(), scope.acting(post):
        yield from rows()


def acting(request: HttpRequest) -> dict[str, Any]:
    """For every page: the acting post, those to switch to, and what it may do (`"fill" in may`), notices not seen."""
    post: scope.Acting | None = getattr(request, "acting", None)
    may = {str(one) for one in post.permissions} if post else set()

    @cache
    def unseen() -> int:
        return queries.unseen(request.user.pk)

    return {"acting": post, "posts": getattr(request, "posts", []), "may": may, "unseen": unseen}
