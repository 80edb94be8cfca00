"""What a form may hold: nobody types a zero (NUL), and PostgreSQL keeps none; some programs leave one when pasted."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse


class LegibleMiddleware:
    """Zeros are dropped from what a form sends, so that the words around them are kept. After the CSRF check."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        if not any("\x00" in value for _name, values in request.POST.lists() for value in values):
            return
        legible = request.POST.copy()
        for name, values in request.POST.lists():
            legible.setlist(name, [value.replace("\x00", "") for value in values])
        request.POST = legible
