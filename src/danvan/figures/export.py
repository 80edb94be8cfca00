"""Any table of a page as a file to take away: the same rows, streamed, with their count in the last line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.middleware import streamed
from danvan.figures.workbook.tables import TooManyRows, Value, stream_csv, stream_xlsx

MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = Sequence[Value]


def as_file(
    request: HttpRequest, kind: str, *, name: str, columns: Sequence[str], rows: Callable[[], Iterable[Row]]
) -> HttpResponseBase:
    """The table as .csv or .xlsx under `name` (without ending). rows: called when the writing begins.

    A .csv goes out while its rows are read, in the scope of the acting post; an .xlsx is written to a temporary file,
    read back and counted first (CountMismatch where it is not right). Raises Http404 for another kind, BadRequest where
    a sheet cannot hold so many rows.
    """
    if kind not in MIMES:
        raise Http404(_("Chỉ xuất được tệp .csv và .xlsx."))
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(stream_csv(columns, _reading(rows)), content_type=MIMES[kind])
    else:
        try:
            response = FileResponse(stream_xlsx(columns, rows(), title=name), content_type=MIMES[kind])
        except TooManyRows as error:
            raise BadRequest(_(error.said.words) % error.said.of) from None
    filename = get_valid_filename(f"{name}.{kind}")
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def _reading(rows: Callable[[], Iterable[Row]]) -> Iterator[Row]:
    """The response is written after the view has ended and its scope with it: the rows are read in the same post's."""
    post = scope.current().acting
    return iter(rows()) if post is None else streamed(post, rows)
