"""`python -m bench.bare PORT UNIT`: what a page of the desk is compared with: Django, one indexed query, no more."""

from __future__ import annotations

import socket
import sys


def main(port: int, unit: int) -> None:
    import django  # noqa: PLC0415 -- settings first
    from django.conf import settings  # noqa: PLC0415 -- settings first
    from django.http import HttpRequest, JsonResponse  # noqa: PLC0415 -- settings first
    from django.urls import path  # noqa: PLC0415 -- settings first

    django.setup()
    settings.MIDDLEWARE = []
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 -- after the settings
    from django.db import connections  # noqa: PLC0415 -- after the settings

    from danvan.access import scope  # noqa: PLC0415 -- after the settings
    from danvan.casework.models import Matter  # noqa: PLC0415 -- after the settings
    from danvan.config.commands import answer  # noqa: PLC0415 -- after the settings

    def newest(request: HttpRequest) -> JsonResponse:
        with scope.system("bench"):
            rows = Matter.objects.filter(unit=unit).order_by("-pk").values_list("pk", "title", "due")[:50]
            return JsonResponse({"rows": list(rows)})

    class Urls:
        urlpatterns = (path("", newest),)

    settings.ROOT_URLCONF = Urls
    application = WSGIHandler()
    connections.close_all()
    taken = _taken(port)
    answer(application, taken, 2)


def _taken(port: int) -> socket.socket:
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    return taken


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
