"""How a stored file leaves the house: never as a page of ours."""

from __future__ import annotations

from typing import Protocol

from django.utils.http import content_disposition_header

from danvan.access.files import kinds


class Stored(Protocol):
    """What is known of a stored file: of these, all but `name` were found from its content."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def serving_headers(stored: Stored) -> dict[str, str]:
    """The headers of a response with the content of `stored`.

    Only pictures are shown in place: they were drawn anew here and hold pixels alone. Everything else is saved first:
    a PDF may carry scripts, forms and links of its own, and the sandbox that would tame them also keeps browsers'
    viewers from opening it. Where a browser shows it all the same, the sandbox leaves it without script and origin.
    """
    kind = kinds.BY_CODE[stored.kind]
    disposition = content_disposition_header(as_attachment=kind not in kinds.IMAGES, filename=stored.name)
    return {
        # No charset is promised for text: it was kept as it came.
        "Content-Type": kind.mime,
        "Content-Disposition": disposition or "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        # Kept by the reader's own browser, but asked for again each time: access may have ended.
        "Cache-Control": "private, no-cache",
        "ETag": f'"{stored.sha256}"',
    }
