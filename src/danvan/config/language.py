"""Vietnamese first: English only for those who switch to it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def by_switch_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Many office PCs have an English browser whose people read Vietnamese: what the browser prefers says nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return get_response(request)

    return middleware
