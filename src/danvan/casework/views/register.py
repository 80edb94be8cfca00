"""A register kept in Excel until now, taken over: its columns, what each row would become, and only then the writing.

Between the pages the file's words travel sealed with the page and rest nowhere: they hold names.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from danvan.access import files, scope
from danvan.access.permissions import Permission
from danvan.casework import register, saying, workflow
from danvan.casework.actions import registers, vault
from danvan.casework.errors import CaseError
from danvan.casework.register import RegisterError, Row, Table
from danvan.casework.sealing import SealingError
from danvan.figures.workbook.model import WorkbookError
from danvan.figures.workbook.stored import say

SHOWN = 200  # rows of the preview; those that are wrong come first
READS = (files.XLSX, files.CSV, files.TEXT)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """GET: which file. POST: its preview; with `do=check` by other columns; with `do=write` it is written."""
    post = scope.require(Permission.RECEIVE)
    scope.require(Permission.HANDLE)
    if request.method != "POST":
        return _page(request, {})
    try:
        table = _sent(request) if "file" in request.FILES else _kept(request, post)
        chosen = _chosen(request, table)
        found = register.rows(table, chosen, timezone.localdate())
        lacking = register.missing(chosen)
        if not lacking:
            registers.find_known(found, post.unit_id)
        if request.POST.get("do") == "write" and not lacking:
            count = registers.enter(rows=found, unit=post.unit_id, by=post)
            said = ngettext("Đã ghi %(n)s vụ việc từ sổ.", "Đã ghi %(n)s vụ việc từ sổ.", count)
            messages.success(request, said % {"n": count})
            return redirect("matters")
    except (files.FileRefused, RegisterError, CaseError) as error:
        return _page(request, {"wrong": [str(error)]}, 422)
    except WorkbookError as error:
        return _page(request, {"wrong": [say(one) for one in error.said]}, 422)
    return _page(request, _preview(table, chosen, found, lacking, post))


def _sent(request: HttpRequest) -> Table:
    upload = request.FILES["file"]
    with files.inspect(upload, name=upload.name or "", allowed=READS) as found:
        return register.read(found.content.read(), "xlsx" if found.kind == "xlsx" else "csv")


def _chosen(request: HttpRequest, table: Table) -> dict[int, str]:
    """Column -> what it is: as chosen on the page, each thing once, or as the headings say."""
    if "file" in request.FILES:
        return register.matched(table.heads)
    known, chosen = dict(register.columns()), dict[int, str]()
    for at in range(len(table.heads)):
        code = request.POST.get(f"c{at}", "")
        if code in known and code not in chosen.values():
            chosen[at] = code
    return chosen


# The file between two pages


def _about(post: scope.Acting) -> str:
    return f"casework.register:{post.unit_id}:{post.person_id}"


def _seal(table: Table, post: scope.Acting) -> str:
    packed = base64.b64encode(zlib.compress(json.dumps([table.heading, table.rows]).encode())).decode()
    key, content = vault.keys().seal({"table": packed}, _about(post))
    return f"{key}:{base64.b64encode(content).decode()}"


def _kept(request: HttpRequest, post: scope.Acting) -> Table:
    key, _mark, content = request.POST.get("kept", "").partition(":")
    if not content:
        raise RegisterError(_("Chọn tệp trước."))
    try:
        opened = vault.keys().open(key, base64.b64decode(content, validate=True), _about(post))
        heading, rows = json.loads(zlib.decompress(base64.b64decode(opened["table"])))
    except (SealingError, ValueError):
        raise BadRequest(_("Trang này đã cũ: hãy chọn lại tệp.")) from None
    return Table(tuple(tuple(line) for line in rows), heading)


# What is shown


def _preview(
    table: Table, chosen: dict[int, str], found: list[Row], lacking: list[str], post: scope.Acting
) -> dict[str, Any]:
    good = [row for row in found if not row.wrong and not row.known]
    bad, known = [row for row in found if row.wrong], [row for row in found if row.known and not row.wrong]
    decides = post.may(Permission.DECIDE)
    places = {code: at for at, code in chosen.items()}
    order = [code for code, _name in register.columns() if code in places]
    lines = [*bad, *good, *known]
    return {
        "kept": _seal(table, post),
        "heads": [
            {"at": at, "head": head, "code": chosen.get(at, ""), "letter": register.letter(at)}
            for at, head in enumerate(table.heads)
            if head or at in chosen
        ],
        "columns": register.columns(),
        "lacking": lacking,
        "names": [dict(register.columns())[code] for code in order],
        "lines": [] if lacking else [_line(row, order, places, decides) for row in lines[:SHOWN]],
        "hidden": max(0, len(lines) - SHOWN),
        "good": len(good),
        "bad": len(bad),
        "known": len(known),
    }


def _line(row: Row, order: list[str], places: dict[str, int], decides: bool) -> dict[str, Any]:
    cells = [
        {
            "written": row.cells[code],
            "wrong": row.wrong.get(code, ""),
            "read": row.guessed.get(code, "") or _read(row, code),
            "where": register.cell(row, places[code]),
        }
        for code in order
    ]
    extra = [said for code, said in row.wrong.items() if code not in order]
    return {"row": row, "cells": cells, "extra": extra, "becomes": "" if row.wrong else _becomes(row, decides)}


def _read(row: Row, code: str) -> str:
    """What a cell was read as, where that is not what stands in it."""
    read = {
        "type": lambda: saying.type_name(row.said["type"]),
        "field": lambda: saying.named("field_case", row.said["field"]),
        "channel": lambda: saying.named("channel", row.said["channel"]),
    }
    if code not in read or code in row.wrong or not row.said.get(code):
        return ""
    words = read[code]()
    return "" if words.lower() == row.cells[code].lower() else words


def _becomes(row: Row, decides: bool) -> str:
    if row.known:
        return _("đã có, số %(number)s") % {"number": row.known}
    act = registers.what_becomes(row, decides=decides)
    step = workflow.load()[row.said["type"]].steps.get(act) if act else None
    if step is None:
        return _("vụ việc mới, kết quả ghi vào diễn biến") if row.said.get("result") else _("vụ việc mới")
    ended = "answered" if step.resolution == "verdict" else step.resolution
    return _("vụ việc đã kết thúc: %(how)s") % {"how": saying.resolution_name(ended)}


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shared = {"place": "casework", "tab": "matters", "most": register.MOST_ROWS}
    return render(request, "casework/matters/register.html", {**shared, **context}, status=status)
