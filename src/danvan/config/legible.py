"""What is sent holds no zero (NUL): nobody types one, PostgreSQL keeps none, some programs leave one when pasted."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict


class LegibleMiddleware:
    """Zeros are dropped from what is sent, so that the words around them are kept. After the CSRF check."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        request.GET = _legible(request.GET)  # type: ignore[assignment]
        request.POST = _legible(request.POST)  # type: ignore[assignment]


def _legible(sent: QueryDict) -> QueryDict:
    if not any("\x00" in value for _name, values in sent.lists() for value in values):
        return sent
    legible = sent.copy()
    for name, values in sent.lists():
        legible.setlist(name, [value.replace("\x00", "") for value in values])
    return legible
