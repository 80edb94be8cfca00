"""Who may do what where: the table, and the small country that it is tried on.

A deed is done by somebody of a unit to something of a unit: the own one, one below, one beside, one above. Beside and
above nobody may do anything, so the table says only who may in the own unit and below it.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import openpyxl
from django.test import Client
from django.utils import timezone

from danvan.access import actions_files
from danvan.access.actions import add_person, give_post
from danvan.access.models import Notice, Post
from danvan.access.tests import cast
from danvan.access.tests.browsers import signed_in
from danvan.api.actions import add_client
from danvan.casework.tests.sample import one_of_each
from danvan.figures import actions
from danvan.figures.actions import CellInput, Entry, EvidenceInput
from danvan.figures.models import Form, Remark, Reminder, SavedView, Submission, WorkbookMapping
from danvan.figures.workbook import stored, write_form
from danvan.narrative import actions as narrative
from danvan.narrative.models import (
    Batch,
    BatchReport,
    Check,
    Decision,
    Intake,
    IntakeFile,
    Manuscript,
    Piece,
    Reading,
    Report,
    Term,
)
from danvan.units.models import Unit

BY = cast.BY
FORM = "dan_van"
ACCEPTED, SENT, DRAFTED, FREE = "2026-Q1", "2026-Q2", "2026-Q3", "2025-Q4"

# Who acts, and where they hold their post. Forms are of the whole country, and so is who edits them.
ACTORS = {
    "viewer": "bac",
    "officer": "bac",
    "reviewer": "bac",
    "leader": "bac",
    "administrator": "bac",
    "forms": "country",
}
WHERE = {  # a unit: what stands how to it
    "bac": {"own": "bac", "below": "an", "beside": "nam", "above": "country"},
    "country": {"own": "country", "below": "bac"},
}
EVERYBODY = frozenset(ACTORS)
NOBODY: frozenset[str] = frozenset()
FILLS = frozenset({"officer", "reviewer", "leader"})
RECEIVES = FILLS  # those of the roles tried here
SENDS = DECIDES = REMINDS = frozenset({"reviewer", "leader"})
SIGNS = frozenset({"leader"})
FORMS = frozenset({"forms"})
ADMINISTERS = frozenset({"administrator"})
READS_THE_TRAIL = frozenset({"leader", "administrator"})


@dataclass(frozen=True, slots=True)
class Ask:
    """What a browser sends."""

    method: str
    path: str
    data: dict[str, Any] = field(default_factory=dict)
    json: bool = False

    def by(self, client: Client) -> Any:
        if self.method == "GET":
            return client.get(self.path, self.data)
        if self.json:
            return client.post(self.path, json.dumps(self.data), content_type="application/json")
        return client.post(self.path, self.data)


def get(path: str, **data: str) -> Ask:
    return Ask("GET", path, data)


def post(path: str, **data: Any) -> Ask:
    return Ask("POST", path, data)


@dataclass(frozen=True, slots=True)
class Deed:
    """own, below: which roles may do it there; below None: it is of no unit's, or only ever of the acting one.

    writes: it leaves something in the database where it is allowed.
    """

    name: str
    own: frozenset[str]
    below: frozenset[str] | None
    ask: Callable[[SimpleNamespace], Ask]
    writes: bool = False

    def allowed(self, role: str, where: str) -> bool:
        return role in {"own": self.own, "below": self.below or NOBODY}.get(where, NOBODY)


def reads(name: str, own: frozenset[str], below: frozenset[str] | None, ask: Callable[[SimpleNamespace], Ask]) -> Deed:
    return Deed(name, own, below, ask)


def writes(name: str, own: frozenset[str], below: frozenset[str] | None, ask: Callable[[SimpleNamespace], Ask]) -> Deed:
    return Deed(name, own, below, ask, writes=True)


DEEDS = [
    # ------------------------------------------ in the own unit -- below it
    reads("sees the first page", EVERYBODY, None, lambda t: get("/")),
    reads("sees what is to be filed", EVERYBODY, None, lambda t: get("/filing/")),
    reads("sees what waits for a decision", EVERYBODY, None, lambda t: get("/review/")),
    reads("sees what may be signed", EVERYBODY, None, lambda t: get("/consolidated/")),
    reads("lists tables", EVERYBODY, None, lambda t: get("/tables/")),
    reads("lists reports", EVERYBODY, None, lambda t: get("/reports/")),
    reads("looks for a unit", EVERYBODY, None, lambda t: get("/units/", q="xã")),
    reads("sees the calendar", EVERYBODY, None, lambda t: get("/calendar/2026/")),
    reads("sees the own account", EVERYBODY, None, lambda t: get("/account/")),
    reads("sees the own notices", EVERYBODY, None, lambda t: get("/notices/")),
    reads("opens the check of a text", EVERYBODY, None, lambda t: get("/check/")),
    reads("sees what is being written", EVERYBODY, None, lambda t: get("/writing/")),
    reads("sees the report being written", EVERYBODY, None, lambda t: get(f"/writing/{ACCEPTED}/party-quarter/")),
    reads("previews it", EVERYBODY, None, lambda t: get(f"/writing/{ACCEPTED}/party-quarter/preview/")),
    reads("takes it along", EVERYBODY, None, lambda t: get(f"/writing/{ACCEPTED}/party-quarter/report.xlsx")),
    writes(
        "writes a report",
        FILLS,
        None,
        lambda t: post(
            f"/writing/{ACCEPTED}/party-quarter/", act="save", **{"text:causes.ask": "Vì bão.", "rev:causes.ask": 9}
        ),
    ),
    reads("lists the papers of the own unit", EVERYBODY, None, lambda t: get("/papers/")),
    reads("sees a paper", EVERYBODY, NOBODY, lambda t: get(f"/papers/{t.paper}/")),
    reads("downloads a paper", EVERYBODY, NOBODY, lambda t: get(f"/papers/{t.issued}/paper.docx")),
    reads("opens the form of a new paper", FILLS, None, lambda t: get("/papers/new/invitation/")),
    reads("opens the form of a paper", FILLS, NOBODY, lambda t: get(f"/papers/{t.paper}/edit/")),
    writes("begins a paper", FILLS, None, lambda t: post("/papers/new/press/", headline="Tin mới")),
    writes("writes on a paper", FILLS, NOBODY, lambda t: post(f"/papers/{t.paper}/edit/", headline="Tin khác")),
    writes("issues a paper", SENDS, NOBODY, lambda t: post(f"/papers/{t.paper}/", do="finish", date="20/11/2026")),
    writes("takes a paper up anew", FILLS, NOBODY, lambda t: post(f"/papers/{t.issued}/", do="revise")),
    writes("throws a paper away", FILLS, NOBODY, lambda t: post(f"/papers/{t.paper}/", do="discard")),
    reads("opens a written file again", EVERYBODY, None, lambda t: get("/reopen/")),
    reads("checks a signature", EVERYBODY, None, lambda t: get("/signatures/")),
    reads("sees the board of the own unit", EVERYBODY, None, lambda t: get("/board/")),
    reads("asks for the offline page's parts", EVERYBODY, None, lambda t: get("/filing/app.webmanifest")),
    # figures
    reads("sees a report that was accepted", EVERYBODY, EVERYBODY, lambda t: get(f"/submissions/{t.accepted}/")),
    reads("sees a report that was sent", EVERYBODY, EVERYBODY, lambda t: get(f"/submissions/{t.sent}/")),
    reads("sees that there is a draft", EVERYBODY, EVERYBODY, lambda t: get(f"/submissions/{t.draft}/")),
    reads("checks a seal", EVERYBODY, EVERYBODY, lambda t: post(f"/submissions/{t.sent}/seal/")),
    reads("sees the consolidated table", EVERYBODY, EVERYBODY, lambda t: get(f"/tables/{t.unit}/{ACCEPTED}/")),
    reads(
        "sees the story of a figure",
        EVERYBODY,
        EVERYBODY,
        lambda t: get(f"/tables/{t.unit}/{ACCEPTED}/story/", indicator="rec.turns"),
    ),
    reads("sees who has filed", EVERYBODY, EVERYBODY, lambda t: get(f"/board/{FORM}/{t.unit}/{DRAFTED}/")),
    reads("sees a stored file", EVERYBODY, EVERYBODY, lambda t: get(f"/files/{t.file}/")),
    reads("sees a report that was read", EVERYBODY, EVERYBODY, lambda t: get(f"/reports/{t.report}/")),
    reads("sees the words that were taught", EVERYBODY, None, lambda t: get("/reports/terms/")),
    reads("exports the words", EVERYBODY, None, lambda t: get("/reports/terms/terms.yaml")),
    reads("sees how far what was sent is read", EVERYBODY, NOBODY, lambda t: get(f"/reports/intake/{t.intake}/")),
    reads("has what was sent read", FILLS, NOBODY, lambda t: post(f"/reports/intake/{t.intake}/read/")),
    reads("sees how far reports below are written", EVERYBODY, NOBODY, lambda t: get(f"/writing/below/{t.batch}/")),
    reads("has reports below written", FILLS, NOBODY, lambda t: post(f"/writing/below/{t.batch}/write/")),
    reads("fetches the written", EVERYBODY, NOBODY, lambda t: get(f"/writing/below/{t.batch}/reports.zip")),
    writes("asks for reports below", FILLS, None, lambda t: post("/writing/below/", period=ACCEPTED)),
    writes("sends report files", FILLS, None, lambda t: post("/reports/intake/", files=text_file())),
    writes("tries a file again", FILLS, NOBODY, lambda t: post(f"/reports/intake/{t.intake}/files/{t.refused}/again/")),
    writes(
        "decides on a reading",
        FILLS,
        NOBODY,
        lambda t: post(f"/reports/{t.report}/readings/{t.reading}/", do="accept", indicator="rec.turns|"),
    ),
    writes("has a report read again", FILLS, NOBODY, lambda t: post(f"/reports/{t.report}/deeds/", do="reread")),
    reads("sees what a report would file", FILLS, NOBODY, lambda t: get(f"/reports/{t.report}/file/")),
    writes("lets words go", FILLS, NOBODY, lambda t: post(f"/reports/terms/{t.term}/", do="stop")),
    reads("downloads what was signed", EVERYBODY, EVERYBODY, lambda t: get(f"/submissions/{t.signed}/report.xlsx")),
    reads("sees the consolidated form", EVERYBODY, None, lambda t: get(f"/consolidated/{FORM}/{ACCEPTED}/")),
    reads("compares", EVERYBODY, None, lambda t: get("/compare/")),
    reads("exports the board", EVERYBODY, EVERYBODY, lambda t: get(f"/board/{FORM}/{t.unit}/{DRAFTED}/table.csv")),
    reads("exports a table", EVERYBODY, EVERYBODY, lambda t: get(f"/tables/{t.unit}/{ACCEPTED}/table.csv")),
    reads(
        "exports a comparison",
        EVERYBODY,
        EVERYBODY,
        lambda t: get("/compare/table.csv", u=str(t.unit), i="rec.turns", p=ACCEPTED),
    ),
    writes(
        "renames another's comparison",
        NOBODY,
        NOBODY,
        lambda t: post(f"/compare/views/{t.view}/", do="rename", name="Của tôi"),
    ),
    # filling in
    reads("sees a draft", EVERYBODY, NOBODY, lambda t: get(f"/filing/{t.draft}/")),
    reads("sees a cell of a draft", EVERYBODY, NOBODY, lambda t: get(f"/filing/{t.draft}/cell/", c="rec.turns|")),
    reads("sees what others change", EVERYBODY, NOBODY, lambda t: get(f"/filing/{t.draft}/changes/", since="0")),
    writes("opens a draft", FILLS, None, lambda t: post("/filing/", form=FORM, period=FREE)),
    writes("enters a cell", FILLS, NOBODY, lambda t: _cells(t)),
    writes(
        "enters a cell without script",
        FILLS,
        NOBODY,
        lambda t: post(f"/filing/{t.draft}/cell/?c=rec.turns|", text="12", note="xem sổ"),
    ),
    writes(
        "saves the whole draft",
        FILLS,
        NOBODY,
        lambda t: post(f"/filing/{t.draft}/", seen="9", **{"v:rec.turns|": "12"}),
    ),
    writes(
        "puts a file on a cell",
        FILLS,
        NOBODY,
        lambda t: post(f"/filing/{t.draft}/files/", indicator="rec.turns", breakdown="", file=text_file()),
    ),
    writes("throws a draft away", FILLS, NOBODY, lambda t: post(f"/filing/{t.draft}/discard/")),
    writes("submits a draft", SENDS, NOBODY, lambda t: post(f"/filing/{t.draft}/submit/", checked="1", key=a_key())),
    writes("sends a whole report", SENDS, NOBODY, lambda t: _whole(t)),
    writes("withdraws", SENDS, NOBODY, lambda t: post(f"/submissions/{t.sent}/withdraw/", reason="Sai số")),
    writes("restates", FILLS, NOBODY, lambda t: post(f"/submissions/{t.accepted}/restate/", reason="Sót một lượt")),
    # workbooks
    reads("sees the page of workbooks", FILLS, NOBODY, lambda t: get(f"/workbook/{t.draft}/")),
    reads("downloads an accepted form", EVERYBODY, EVERYBODY, lambda t: get(f"/workbook/{t.accepted}/form.xlsx")),
    reads("downloads a draft as a workbook", EVERYBODY, NOBODY, lambda t: get(f"/workbook/{t.draft}/form.xlsx")),
    writes("sends a workbook", FILLS, NOBODY, lambda t: post(f"/workbook/{t.draft}/", file=io.BytesIO(t.workbook))),
    reads("sees what a workbook changes", FILLS, NOBODY, lambda t: get(f"/workbook/{t.draft}/{t.upload}/")),
    writes("takes a workbook over", FILLS, NOBODY, lambda t: _take(t)),
    reads("maps a foreign workbook", FILLS, NOBODY, lambda t: get(f"/workbook/{t.draft}/{t.upload}/mapping/")),
    writes("lets a workbook go", FILLS, NOBODY, lambda t: post(f"/workbook/{t.draft}/{t.upload}/discard/")),
    # deciding
    reads("opens the review of a report", EVERYBODY, EVERYBODY, lambda t: get(f"/review/{t.sent}/")),
    writes("accepts", NOBODY, DECIDES, lambda t: post(f"/review/{t.sent}/", act="accept")),
    writes("returns", NOBODY, DECIDES, lambda t: post(f"/review/{t.sent}/", act="return", decision="Thiếu số")),
    writes("signs the consolidated report", SIGNS, None, lambda t: _sign()),
    writes(
        "carries a change forward",
        SIGNS,
        None,
        lambda t: post(f"/consolidated/{FORM}/{ACCEPTED}/carry/", reason="Nhỏ, để kỳ sau"),
    ),
    writes(
        "reminds those below",
        REMINDS,
        NOBODY,
        lambda t: post(f"/board/{FORM}/{t.unit}/{DRAFTED}/remind/", unit=t.children),
    ),
    # what citizens raise
    reads("sees the days of reception", EVERYBODY, None, lambda t: get("/reception/days/")),
    reads("opens the reception desk", RECEIVES, None, lambda t: get("/reception/")),
    reads(
        "is helped at the desk",
        RECEIVES,
        None,
        lambda t: post("/reception/help/", title="Đèn hỏng", phone="0912345678"),
    ),
    reads("prints a receipt", RECEIVES, NOBODY, lambda t: get(f"/matters/{t.casework.matter}/receipt/")),
    reads("takes a receipt along", RECEIVES, NOBODY, lambda t: get(f"/matters/{t.casework.matter}/receipt.pdf")),
    writes("receives a visitor", RECEIVES, None, lambda t: post("/reception/", **visit())),
    writes(
        "receives somebody again", RECEIVES, NOBODY, lambda t: post("/reception/", **visit(matter=t.casework.matter))
    ),
    writes(
        "plans a day of reception",
        RECEIVES,
        None,
        lambda t: post("/reception/days/", on=tomorrow(), receiver="party_secretary", note=""),
    ),
    writes(
        "tells of a day of reception",
        RECEIVES,
        NOBODY,
        lambda t: post("/reception/days/", day=t.casework.day, held="yes"),
    ),
    reads("sees dialogues", EVERYBODY, None, lambda t: get("/dialogues/")),
    reads("begins to plan a dialogue", RECEIVES, None, lambda t: get("/dialogues/new/")),
    reads("sees a dialogue", EVERYBODY, EVERYBODY, lambda t: get(f"/dialogues/{t.casework.dialogue}/")),
    reads("sees the screen of a hall", EVERYBODY, EVERYBODY, lambda t: get(f"/dialogues/{t.casework.dialogue}/hall/")),
    reads("opens the secretary's room", RECEIVES, NOBODY, lambda t: get(f"/dialogues/{t.casework.dialogue}/room/")),
    reads("opens the sheet for notice boards", RECEIVES, None, lambda t: get("/reception/board/")),
    reads("opens the page for an old register", RECEIVES, None, lambda t: get("/matters/register/")),
    writes(
        "takes an old register over",
        RECEIVES,
        None,
        lambda t: post("/matters/register/", file=old_register(), do="write"),
    ),
    reads(
        "sees what is put to participants", RECEIVES, NOBODY, lambda t: get(f"/dialogues/{t.casework.dialogue}/votes/")
    ),
    writes(
        "takes a statement back from participants",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/dialogues/{t.casework.dialogue}/votes/", do="take_back", opinion=1),
    ),
    reads("opens a dialogue's plan", RECEIVES, NOBODY, lambda t: get(f"/dialogues/{t.casework.dialogue}/edit/")),
    reads("sees promises", EVERYBODY, None, lambda t: get("/kept/")),
    reads("sees a promise", EVERYBODY, EVERYBODY, lambda t: get(f"/kept/{t.casework.promise}/")),
    writes("plans a dialogue", RECEIVES, None, lambda t: post("/dialogues/new/", **dialogue())),
    writes(
        "changes a dialogue's plan",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/dialogues/{t.casework.dialogue}/edit/", **dialogue()),
    ),
    writes(
        "writes down an opinion",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/dialogues/{t.casework.dialogue}/room/", do="write", text="Xin nước sạch", key=a_key()),
    ),
    writes("begins a dialogue", RECEIVES, NOBODY, lambda t: post(f"/dialogues/{t.casework.dialogue}/", do="begin")),
    writes(
        "writes down what people say of a promise",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/kept/{t.casework.promise}/", do="confirm_yes", text="Đã xong"),
    ),
    reads("lists matters", EVERYBODY, None, lambda t: get("/matters/")),
    reads("exports matters", EVERYBODY, None, lambda t: get("/matters/table.csv", of="below")),
    reads("looks for a unit to hand over to", RECEIVES, None, lambda t: get("/matters/units/", q="xã")),
    reads("sees a matter", EVERYBODY, EVERYBODY, lambda t: get(f"/matters/{t.casework.matter}/")),
    writes(
        "classifies a matter",
        RECEIVES,
        NOBODY,
        lambda t: post(
            f"/matters/{t.casework.matter}/", **act("classify", field="land", eligible="yes", competent="yes")
        ),
    ),
    writes(
        "declines to look again",
        SIGNS,
        NOBODY,
        lambda t: post(f"/matters/{t.casework.again}/", **act("decline", answer="Đã trả lời rõ.")),
    ),
    writes(
        "looks at who raised a matter",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/matters/{t.casework.closed}/person/", do="look", why="Gọi hẹn"),
    ),
    writes(
        "asks to open a seal",
        SIGNS,
        NOBODY,
        lambda t: post(f"/matters/{t.casework.sealed}/person/", do="ask", why="Cần xác minh nội dung"),
    ),
    writes(
        "keeps a paper of a matter",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/matters/{t.casework.matter}/papers/", kind="evidence", file=text_file()),
    ),
    reads(
        "reads a paper of a matter",
        RECEIVES,
        NOBODY,
        lambda t: get(f"/matters/{t.casework.closed}/papers/{t.file}/"),
    ),
    reads("opens a request about own data", RECEIVES, NOBODY, lambda t: get(f"/matters/{t.casework.request}/data/")),
    writes(
        "gives a copy of somebody's own data",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/matters/{t.casework.request}/data/", do="json", checked="Xem căn cước tại bàn"),
    ),
    reads("opens what is public of a matter", SIGNS, NOBODY, lambda t: get(f"/matters/{t.casework.closed}/publish/")),
    reads(
        "works on the public copy of a paper",
        SIGNS,
        NOBODY,
        lambda t: get(f"/matters/{t.casework.closed}/papers/{t.file}/publish/"),
    ),
    writes(
        "makes a matter public",
        SIGNS,
        NOBODY,
        lambda t: post(f"/matters/{t.casework.closed}/publish/", do="publish", text="Đã dọn xong."),
    ),
    writes(
        "drafts an answer",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/matters/{t.casework.accepted}/answer/", do="draft", answer="Đã xem."),
    ),
    reads("sees what waits for a leader", EVERYBODY, None, lambda t: get("/matters/leader/")),
    reads("sees the map of topics", EVERYBODY, None, lambda t: get("/matters/map/")),
    reads("lists pressing issues", EVERYBODY, None, lambda t: get("/issues/")),
    reads("sees a pressing issue", EVERYBODY, EVERYBODY, lambda t: get(f"/issues/{t.casework.issue}/")),
    reads("begins to record a pressing issue", RECEIVES, None, lambda t: get("/issues/new/")),
    writes("records a pressing issue", RECEIVES, None, lambda t: post("/issues/new/", **issue())),
    writes(
        "says what was done about an issue",
        RECEIVES,
        NOBODY,
        lambda t: post(f"/issues/{t.casework.issue}/", do="measure", kind="act", text="Đã họp dân", on=today()),
    ),
    writes(
        "makes an issue public",
        SIGNS,
        NOBODY,
        lambda t: post(f"/issues/{t.casework.issue}/", do="public", line="Nước đã về thôn."),
    ),
    reads("sees the letter", RECEIVES, NOBODY, lambda t: get(f"/matters/{t.casework.closed}/answer/1.pdf")),
    # forms
    reads("sees the forms", EVERYBODY, None, lambda t: get("/forms/")),
    reads("sees a form", EVERYBODY, None, lambda t: get(f"/forms/{FORM}/")),
    reads("sees a version of a form", EVERYBODY, None, lambda t: get(f"/forms/{FORM}/version/{t.version}/")),
    reads("sees the version being prepared", FORMS, None, lambda t: get(f"/forms/{FORM}/draft/")),
    reads("sees its changes", FORMS, None, lambda t: get(f"/forms/{FORM}/draft/changes/")),
    writes("prepares a version", FORMS, None, lambda t: post(f"/forms/{FORM}/draft/", begin="1")),
    writes("makes a form", FORMS, None, lambda t: post("/forms/", code="moi", name_vi="Biểu mới", name_en="New")),
    writes(
        "gives a duty", FORMS, None, lambda t: post(f"/forms/{FORM}/duty/", level="province", line="", on=tomorrow())
    ),
    # people
    reads("sees the trail", READS_THE_TRAIL, None, lambda t: get("/trail/")),
    reads("sees the page of delegation", FILLS, None, lambda t: get("/delegation/")),
    writes("delegates the own post", FILLS, None, lambda t: post("/delegation/", to="nobody", **leave())),
    reads("lists people", ADMINISTERS, None, lambda t: get("/people/")),
    reads("sees somebody of the unit", ADMINISTERS, ADMINISTERS, lambda t: get(f"/people/{t.holder}/")),
    writes(
        "puts a name right",
        ADMINISTERS,
        ADMINISTERS,
        lambda t: post(f"/people/{t.holder}/", do="change", name="Tên đúng", email=""),
    ),
    writes("resets a sign-in", ADMINISTERS, ADMINISTERS, lambda t: post(f"/people/{t.holder}/", do="reset")),
    writes("stops a sign-in", ADMINISTERS, ADMINISTERS, lambda t: post(f"/people/{t.holder}/", do="stop")),
    writes(
        "ends a post",
        ADMINISTERS,
        ADMINISTERS,
        lambda t: post(f"/people/{t.holder}/", do="end", post=t.held),
    ),
    writes("ends another's delegation", NOBODY, NOBODY, lambda t: post("/delegation/", end=t.post)),
    writes("opens another's notice", NOBODY, NOBODY, lambda t: post(f"/notices/{t.notice}/")),
    writes(
        "chooses how notices come", EVERYBODY, None, lambda t: post("/account/", mail="each", webhook="https://a.vn/x")
    ),
]
# Places without a question of scope. The map is public; the figures on a unit's page are those within reach, see below.
PUBLIC = {
    "unit": "the map is public",
    "calendar": "days off are public",
    "output": "files on the disk, see test",
    "account_confirm_email": "the key is the right",
    "account_reset_password_from_key": "the key is the right",
    "mfa_remove_webauthn": "of one's own keys, see test",
    "mfa_edit_webauthn": "of one's own keys, see test",
    "openid_connect_login": "before signing in",
    "openid_connect_callback": "before signing in",
    **dict.fromkeys(
        (
            *("citizen_say", "citizen_sent", "citizen_follow", "citizen_promises", "citizen_confirm", "citizen_told"),
            *("citizen_paper", "citizen_data"),
            *("citizen_dialogues", "citizen_dialogue", "citizen_vote", "citizen_photo"),
            *("open311_discovery", "open311_services", "open311_definition", "open311_requests"),
            *("open311_request", "open311_token", "openapi"),
        ),
        "for everybody, see casework/tests/test_citizens.py",
    ),
}


def _cells(t: SimpleNamespace) -> Ask:
    entry = {"indicator": "rec.turns", "breakdown": "", "text": "12", "seen": 9, "force": True}
    return Ask("POST", f"/filing/{t.draft}/cells/", {"entries": [entry]}, json=True)


def _whole(t: SimpleNamespace) -> Ask:
    sent = {"form": FORM, "period": FREE, "unit": t.unit, "key": a_key()}
    return Ask("POST", "/api/submissions/", {**sent, "cells": [{"indicator": "rec.turns", "value": 3}]}, json=True)


def _take(t: SimpleNamespace) -> Ask:
    return post(f"/workbook/{t.draft}/{t.upload}/", take=["rec.persons|"], seen=["rec.persons|=0"])


def visit(**more: Any) -> dict[str, Any]:
    """What the reception desk sends."""
    said = {"matter": "new", "title": "Đèn đường hỏng", "type": "reflection", "channel": "in_person", "persons": 1}
    return {**said, "receiver": "reception_office", "mode": "regular", "key": a_key(), "on": today(), **more}


def act(kind: str, **said: Any) -> dict[str, Any]:
    """What the form of an act sends."""
    return {"do": kind, "on": today(), **said}


def _sign() -> Ask:
    return post(f"/consolidated/{FORM}/{ACCEPTED}/", reason="Bổ sung một xã", key=a_key())


def issue() -> dict[str, str]:
    """What the form of a pressing issue sends."""
    said = {"title": "Thiếu nước sạch", "field": "environment", "severity": "pressing", "channel": "in_person"}
    return {**said, "on": today()}


def old_register() -> io.BytesIO:
    """A register of one row."""
    file = io.BytesIO("Ngày tiếp nhận;Nội dung;Loại đơn\n02/03/2026;Đèn đường hỏng lâu ngày;Phản ánh\n".encode())
    file.name = "so.csv"
    return file


def dialogue() -> dict[str, str]:
    """What the form of a dialogue sends."""
    said = {"title": "Đối thoại", "on": today(), "place": "Nhà văn hóa", "host_role": "joint", "audience": "people"}
    return {**said, "channel": "in_person", "trigger": "annual_duty"}


def a_key() -> str:
    return str(uuid.uuid4())


def text_file() -> io.BytesIO:
    file = io.BytesIO("Biên bản tiếp công dân.\n".encode())
    file.name = "bien-ban.txt"
    return file


def tomorrow() -> str:
    return (timezone.localdate() + dt.timedelta(1)).isoformat()


def today() -> str:
    return timezone.localdate().isoformat()


def leave() -> dict[str, str]:
    today = timezone.localdate()
    return {"since": today.isoformat(), "last": (today + dt.timedelta(5)).isoformat()}


# The country that it is tried on


SECRETS = {"nam": 31_337, "cuu": 31_338, "country": 41_414}  # figures that nobody of Tỉnh Bắc may ever see
WORDS = {name: f"chuyện riêng của {name}" for name in SECRETS}  # and words
UNSEEN = [f"{value:,}".replace(",", ".") for value in SECRETS.values()] + list(WORDS.values())


def trial_country() -> SimpleNamespace:
    """The cast's country with something of each kind in each unit, and somebody of each role; in the system's scope.

    things[unit]: the numbers of what the unit has; clients[role]: a browser of somebody of that role.
    """
    world = cast.small_country()
    world.things = {name: _things(world, name) for name in ("bac", "an", "nam", "cuu", "country")}
    for name in ("an", "nam", "bac", "country"):
        children = {"bac": ["an", "binh"], "nam": ["cuu"], "country": ["bac", "nam"]}.get(name, [])
        world.things[name].children = [getattr(world, child).pk for child in children]
        signed = actions.sign(form=FORM, unit=getattr(world, name), period=ACCEPTED, by=BY)
        world.things[name].signed = signed.pk
    # What was signed has changed since.
    actions.file_submission(form=FORM, unit=world.binh, period=ACCEPTED, cells=[CellInput("rec.turns", 6)], by=BY)
    world.clients = {}
    for role, unit in ACTORS.items():
        person = add_person(username=f"tt-{role}", name=f"Người thử {role}", by=BY)
        give_post(person=person, unit=getattr(world, unit), role=role, since=cast.REFORM, by=BY)
        world.people[role] = person
        world.clients[role] = signed_in(person)
    world.clients["nobody"] = signed_in(world.people["nobody"])
    for client in world.clients.values():
        client.raise_request_exception = False  # a page that breaks is told with all that is wrong
    return world


def _things(world: SimpleNamespace, name: str) -> SimpleNamespace:
    unit: Unit = getattr(world, name)
    turns, words = SECRETS.get(name, 5), WORDS.get(name, "chuyện chung")
    report = Report.objects.create(
        name=f"{name}.txt",
        sha256=name,
        text=f"Tiếp {turns} lượt: {words}.",
        title=f"Báo cáo, {words}",
        unit=unit,
        period=ACCEPTED,
    )
    reading = Reading.objects.create(
        report=report, start=0, end=4, quote=words, value=turns, question=f"Hỏi về {words}?"
    )
    Decision.objects.create(reading=reading, verdict="rejected", value=turns, qualifier="exact", deed=uuid.uuid4())
    term = Term.objects.create(unit=unit, phrase=words, indicator="rec.turns", since=cast.REFORM, by=BY)
    intake = Intake.objects.create(unit=unit, by=BY, person=0)
    IntakeFile.objects.create(intake=intake, name=words, state="read", report=report)
    batch = Batch.objects.create(unit=unit, period=ACCEPTED, by=words, person=0)
    BatchReport.objects.create(batch=batch, of=unit, name=words, state="written", content=_packed(words))
    refused = IntakeFile.objects.create(
        intake=intake,
        name=words,
        state="refused",
        why=words,
        file=actions_files.store(text_file(), name=f"{name}.txt", unit=unit, purpose="narrative.Intake", by=BY),
    )
    Check.objects.create(report=report, kind="sum", holds=False, start=0, end=4, message=f"Không khớp: {words}")
    evidence = EvidenceInput("sentence", f"narrative.Report:{report.pk}", 0, 10, words)
    cells = [CellInput("rec.turns", turns, evidence=[evidence])]
    accepted = actions.file_submission(form=FORM, unit=unit, period=ACCEPTED, cells=cells, by=BY, text=words)
    report.submission = accepted
    report.save()
    sent = actions.file_submission(form=FORM, unit=unit, period=SENT, cells=cells, by=BY, accepted=False, text=words)
    draft = actions.open_draft(form=FORM, unit=unit, period=DRAFTED, by=BY)
    actions.enter(submission=draft, entries=[Entry(CellInput("rec.turns", turns), note=words)], by=BY)
    file = actions_files.store(text_file(), name=f"{name}.txt", unit=unit, purpose="figures.Cell", by=BY)
    actions.attach(submission=draft, cell=("rec.turns", ""), file=file.pk, by=BY)
    draft = Submission.objects.get(pk=draft.pk)
    workbook = _workbook(draft)
    upload = stored.keep(submission=draft, upload=io.BytesIO(workbook), name="bieu.xlsx", by=BY)
    holder = add_person(username=f"giu-{name}", name=f"Người giữ {words}", by=BY)
    post = give_post(person=holder, unit=unit, role="officer", since=cast.REFORM, by=BY)
    notice = Notice.objects.create(person=holder, unit=unit, kind="reminder", sentence=words, link="/filing/")
    until = dt.date(2100, 1, 1)
    delegate = add_person(username=f"thay-{name}", name=f"Người thay {words}", by=BY)
    handed = Post.objects.create(
        person=delegate, unit=unit, role="officer", during=(cast.REFORM, until), for_post_id=post.pk
    )
    view = SavedView.objects.create(person=holder, unit=unit, name=words, query={}, shared=True)
    WorkbookMapping.objects.create(unit=unit, form_code=FORM, fingerprint=name, name=words, mapping={}, by=BY)
    Reminder.objects.create(form_code=FORM, unit=unit, period=SENT, kind="by_hand", day=cast.REFORM, by=BY)
    Remark.objects.create(submission=sent, text=words, by=BY)
    manuscript = Manuscript.objects.create(unit=unit, form=FORM, period=ACCEPTED, outline="party-quarter", begun_by=BY)
    Piece.objects.create(manuscript=manuscript, part="causes", key="causes.ask", place=1, use="own", text=words)
    news = {"values": {"headline": f"Tin: {words}"}}
    papers = [narrative.draft_paper(unit=unit, kind="press", office="party", content=news, by=BY) for _ in range(2)]
    narrative.finish_paper(paper=papers[1], day=cast.TODAY, by=BY, base_url="", url="")
    casework = one_of_each(unit, words, holder, file)
    add_client(unit=unit, name=words, by=BY)
    return SimpleNamespace(
        casework=casework,
        name=name,
        unit=unit.pk,
        accepted=accepted.pk,
        sent=sent.pk,
        draft=draft.pk,
        report=report.pk,
        reading=reading.pk,
        term=term.pk,
        intake=intake.pk,
        batch=batch.pk,
        refused=refused.pk,
        file=file.pk,
        upload=upload.pk,
        workbook=workbook,
        view=view.pk,
        paper=papers[0].pk,
        issued=papers[1].pk,
        holder=holder.pk,
        held=post.pk,
        post=handed.pk,
        notice=notice.pk,
        version=Form.objects.filter(code=FORM).latest("pk").pk,
    )


def _packed(words: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("bao-cao.txt", words)
    return out.getvalue()


def _workbook(draft: Submission) -> bytes:
    """The form as a workbook in which somebody wrote one figure."""
    book = openpyxl.load_workbook(io.BytesIO(write_form(stored.sheet_of(draft))))
    ((sheet, cell),) = book.defined_names["so.rec.persons"].destinations
    book[sheet][cell] = 7
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
