"""A whole run with planted people, then everything that leaves the system searched for them.

Somebody comes in, writes online, by post, denounces, is transferred, answered, published, told by another system; what
is shown to anybody, exported, mailed, posted, logged, stored and dumped afterwards names none of them. Only those who
open the vault, on record, see who they are; and a leak that is planted is found.
"""

from __future__ import annotations

import html
import io
import logging
import re
import uuid
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from danvan.access import delivery, scope
from danvan.access.actions import add_person, give_post
from danvan.access.models import Notice, Person
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import BY, REFORM
from danvan.access.tests.stage import staged
from danvan.api.actions import add_client
from danvan.casework import challenge
from danvan.casework.actions import dialogues
from danvan.casework.models import Look, Matter
from danvan.casework.tests.test_citizens import worked
from danvan.config import database
from danvan.config.tests.rights import DEEDS, act, trial_country, visit
from danvan.config.tests.secrecy import PEOPLE, Planted, bare, crawl, dump, found_by_words, leaks, mails, texts

pytestmark = pytest.mark.as_people
TODAY = timezone.localdate


class Run:
    """What was done, in which order, and what came out meanwhile."""

    def __init__(self, world: SimpleNamespace) -> None:
        self.world, self.out, self.shown = world, [], {}
        self.leader, self.officer = world.clients["leader"], world.clients["officer"]
        self.unit = world.things["bac"].unit

    def tell(self, where: str, said: str | bytes) -> None:
        self.out.append((where, said))

    def done(self, where: str, answer, status: int = 302):
        assert answer.status_code == status, f"{where}: {answer.status_code} {answer.content.decode()[-3000:]}"
        self.tell(where, answer.content)
        return answer

    def newest(self) -> Matter:
        with scope.system("test"):
            return Matter.objects.latest("pk")

    def act(self, client: Client, matter: Matter, kind: str, **said: str) -> None:
        self.done(f"{kind} {matter}", client.post(f"/matters/{matter.pk}/", act(kind, **said)))


@staged
def world() -> SimpleNamespace:
    made = trial_country()
    for role in ("reception", "inspector"):
        person = add_person(username=f"tt-{role}", name=f"Người thử {role}", by=BY)
        give_post(person=person, unit=made.bac, role=role, since=REFORM, by=BY)
        made.people[role] = person
        made.clients[role] = signed_in(person)
    Person.objects.filter(username__startswith="tt-").update(mail="each", webhook="https://tin.example.vn/x")
    for person in Person.objects.filter(username__startswith="tt-"):
        Person.objects.filter(pk=person.pk).update(email=f"{person.username}@example.vn")
    _client, made.key = add_client(unit=made.bac, name="Tổng đài tỉnh", by=BY)
    for client in made.clients.values():
        client.raise_request_exception = False
    return made


def came_in(run: Run, who: str, kind: str, title: str, channel: str = "in_person") -> Matter:
    one = PEOPLE[who]
    sent = visit(title=title, text=one.said, type=kind, channel=channel, place=f"cạnh {one.address}", petition="on")
    run.done(f"desk {who}", run.officer.post("/reception/", {**sent, **one.person, "email": one.email}))
    matter = run.newest()
    run.done(f"receipt {who}", run.officer.get(f"/matters/{matter.pk}/receipt/"), 200)
    run.done(f"receipt {who}", run.officer.get(f"/matters/{matter.pk}/receipt.pdf"), 200)
    picture = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(picture, "PNG")
    for content, ending in ((one.said.encode(), "txt"), (picture.getvalue(), "png")):
        upload = io.BytesIO(content)
        upload.name = f"Đơn của {one.name}, {bare(one.name).lower().replace(' ', '-')}.{ending}"
        answer = run.officer.post(f"/matters/{matter.pk}/papers/", {"kind": "original", "file": upload})
        run.done(f"papers {who}", answer)
    return matter


def wrote(run: Run, who: str, kind: str) -> Matter:
    phone, one = Client(), PEOPLE[who]
    given = {"text": one.said, "unit": run.unit, "type": kind, "place": f"thôn Đông Cao, {one.address}"}
    said = {**given, "step": "2", "key": str(uuid.uuid4()), **one.person}
    token = re.search(r'name="token" value="([^"]+)"', phone.post("/say/", said).content.decode())[1]
    run.done(f"say {who}", phone.post("/say/", {**said, "step": "3", "token": token, "work": worked(token)}))
    run.done(f"sent {who}", phone.get("/say/sent/"), 200)
    matter = run.newest()
    run.done(f"follow {who}", phone.get("/follow/", {"code": matter.code}), 200)
    return matter


def handed_in(run: Run, fmt: str) -> Matter:
    one = PEOPLE["other_system"]
    first, _, last = one.name.rpartition(" ")
    sent = {"api_key": run.world.key, "service_code": "environment", "description": one.said}
    sent |= {"first_name": last, "last_name": first, "phone": one.phone, "email": one.email}
    # The place is where it happened and public by the specification; that they live there nobody says.
    sent |= {"address_string": "thôn Đông Cao, đường Trần Phú", "account_id": f"{fmt}-1"}
    run.done(f"open311 {fmt}", Client().post(f"/open311/v2/requests.{fmt}", sent), 201)
    return run.newest()


def answered(run: Run, matter: Matter) -> None:
    """To the letter by e-mail, whether it helped, another look."""
    run.act(run.officer, matter, "accept")
    draft = {"do": "draft", "answer": "Đã kiểm tra, sẽ dọn trong tuần."}
    run.done("draft", run.officer.post(f"/matters/{matter.pk}/answer/", draft))
    run.act(run.leader, matter, "answer", verdict="answered", answer="Đã kiểm tra, sẽ dọn trong tuần.", number="7/TL")
    for kind in ("pdf", "docx"):
        run.done(f"letter {kind}", run.officer.get(f"/matters/{matter.pk}/answer/1.{kind}"), 200)
    run.done("send", run.officer.post(f"/matters/{matter.pk}/answer/", {"do": "send", "way": "email"}))
    run.act(run.officer, matter, "deliver", proof="thư điện tử")
    published(run, matter)
    again = {"code": matter.code, "do": "unsatisfied", "reason": f"Chưa dọn. {PEOPLE['post'].said}"}
    run.done("rate", Client().post("/follow/", again))
    run.act(run.leader, matter, "reopen", reason="Chưa dọn hết")


def opened(run: Run, matter: Matter, who: str) -> str:
    """What two people see of a denouncer; the first alone sees nothing."""
    page = f"/matters/{matter.pk}/person/"
    run.done("ask", run.leader.post(page, {"do": "ask", "why": "Xác minh nội dung tố cáo"}))
    with scope.system("test"):
        number = matter.identity.openings.latest("pk").pk
    for client, do in ((run.leader, "open"), (run.leader, "allow")):
        run.done(f"alone: {do}", client.post(page, {"do": do, "opening": number}), 422)
    run.done("allow", run.world.clients["inspector"].post(page, {"do": "allow", "opening": number}))
    answer = run.leader.post(page, {"do": "open", "opening": number})
    assert answer.status_code == 200
    return answer.content.decode()


def spoke(run: Run) -> None:
    """A resident sends an opinion before a dialogue, the secretary writes one down, the results are published."""
    world, one = run.world, PEOPLE["resident"]
    with scope.system("test"):
        planned = dialogues.plan(
            unit=world.bac, title="Đối thoại", on=TODAY(), host_role="joint", place="Hội trường", collects=True, by=BY
        )
        planned.state, planned.notice_on = planned.State.ANNOUNCED, TODAY()
        planned.save()
    with transaction.atomic(), scope.system("test"):
        token = challenge.make().token
    sent = {"text": one.said, "hamlet": f"xóm Trại, {one.phone}", "key": str(uuid.uuid4()), "token": token}
    page = f"/dialogues/public/{planned.code}/"
    run.done("opinion", Client().post(page, {**sent, "work": worked(token)}), 200)
    room = f"/dialogues/{planned.pk}/"
    run.done("begin", run.officer.post(room, {"do": "begin"}))
    said = {"do": "write", "text": "Đề nghị làm đường", "key": str(uuid.uuid4())}
    run.done("opinion in the room", run.officer.post(f"{room}room/", said))
    with scope.system("test"):
        planned.refresh_from_db()
        planned.state, planned.attendance, planned.published_on = planned.State.PUBLISHED, 40, TODAY()
        planned.save()
    run.done("results", Client().get(page), 200)


def published(run: Run, matter: Matter) -> None:
    """The result, and copies of its papers."""
    page = f"/matters/{matter.pk}/publish/"
    run.done("publish", run.leader.post(page, {"do": "publish", "text": "Đã dọn xong bãi rác."}))
    with scope.system("test"):
        papers = list(matter.attachments.filter(kind="original").values_list("file", flat=True))
    for file in papers:
        page = f"/matters/{matter.pk}/papers/{file}/publish/"
        shown = run.done("public copy", run.leader.get(page), 200).content.decode()
        text = html.unescape(re.search(r'name="text"[^>]*>([^<]*)<', shown)[1])
        if text.strip():  # of the other nothing can be read: it is a picture of nothing
            run.done("publish copy", run.leader.post(page, {"do": "publish", "text": text}))
    if papers:
        told = run.done("told", Client().get("/told/"), 200).content.decode()
        for address in re.findall(r"/told/papers/\d+/", told):
            run.done(address, Client().get(address), 200)


def asked_for_own_data(run: Run, matter: Matter) -> str:
    """The copy that the unit hands over, once it has seen who asks."""
    sent = {"code": matter.code, "wish": "correct", "text": PEOPLE["online"].said}
    run.done("own data", Client().post("/follow/data/", sent))
    page = f"/matters/{run.newest().pk}/data/"
    run.done("own data", run.officer.get(page), 200)
    run.done("own data, unchecked", run.officer.post(page, {"do": "json"}), 422)
    return run.officer.post(page, {"do": "json", "checked": "Xem căn cước tại bàn"}).content.decode()


def went_wrong(run: Run, monkeypatch) -> None:
    """Forms that do not fit, pages that are not there or not theirs, a fault of ours, a database that refuses."""
    one = PEOPLE["walk_in"]
    for address in ("/matters/999999999/", "/follow/?code=AAAABBBBCCCCDDDD", "/nowhere/", "/matters/table.doc"):
        run.tell(f"wrong {address}", run.officer.get(address).content)
    run.tell("refused", run.world.clients["viewer"].get("/reception/").content)
    sent = visit(title="Rác", text=one.said, type="reflection", **one.person)
    with monkeypatch.context() as patch:
        patch.setattr("danvan.casework.views.reception._take_in", lambda form, post: 1 // 0)
        run.done("our fault", run.officer.post("/reception/", sent), 500)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0 FROM casework_alike(%s, %s, 1, 1)", [one.name, one.said])


def told(run: Run, monkeypatch) -> None:
    """Notices by e-mail and to a chat tool: first both are away, then both take them."""
    bodies: list[str] = []

    def away(*_args, **_more):
        raise OSError("away")

    with scope.system("test"):
        assert Notice.objects.filter(mailed_at=None).exists()
        with monkeypatch.context() as patch:
            patch.setattr(delivery, "hand_over", away)
            patch.setattr("django.core.mail.EmailMessage.send", away)
            delivery.deliver(base_url="https://danvan.example.vn")
        with monkeypatch.context() as patch:
            patch.setattr(delivery, "hand_over", lambda address, said: bodies.append(str(said)))
            assert delivery.deliver(base_url="https://danvan.example.vn")
    assert bodies
    run.out += [(f"chat {number}", body) for number, body in enumerate(bodies)]


def whole_run(world: SimpleNamespace, monkeypatch) -> Run:
    run = Run(world)
    walk_in = came_in(run, "walk_in", "complaint", "Bồi thường khi mở đường")
    run.act(run.officer, walk_in, "classify", field="land", eligible="yes", competent="yes")
    run.act(run.officer, walk_in, "accept", number="1/TB")
    by_post = came_in(run, "post", "recommendation", "Đề nghị dọn bãi rác", channel="post")
    answered(run, by_post)
    denounced = came_in(run, "denouncer", "denunciation", "Tố cáo thu tiền không biên lai")
    run.shown["denouncer"] = opened(run, denounced, "denouncer")
    run.act(run.officer, denounced, "classify", field="other", eligible="yes", competent="yes")
    run.act(run.leader, denounced, "accept", number="2/QĐ")
    wrote(run, "denouncer_online", "denunciation")
    online = wrote(run, "online", "reflection")
    look = run.officer.post(f"/matters/{online.pk}/person/", {"do": "look", "why": "Gọi hẹn"})
    run.shown["online"] = look.content.decode()
    run.shown["copy"] = asked_for_own_data(run, online)
    run.act(run.officer, online, "hand_over", unit="Xã An", reason="Thuộc thẩm quyền của xã")
    for fmt in ("json", "xml"):
        from_elsewhere = handed_in(run, fmt)
    run.act(run.officer, from_elsewhere, "file", reason="Đã dọn xong")
    published(run, from_elsewhere)
    for fmt in ("json", "xml"):
        for address in (f"requests.{fmt}", f"requests/{run.unit}-{TODAY().year}-{from_elsewhere.book_number}.{fmt}"):
            run.done(f"open311 {address}", Client().get(f"/open311/v2/{address}"), 200)
    spoke(run)
    went_wrong(run, monkeypatch)
    told(run, monkeypatch)
    return run


def looked_for(run: Run) -> list[str]:
    """Whoever types a name into a search finds no more than for a name that nobody has."""
    found = []

    def results(client: Client, address: str, asked: str) -> str:
        page = client.get(address, {"q": asked}).content.decode()
        main = "".join(re.findall(r"<main.*?</main>", page, re.DOTALL))
        return re.sub(r"\s+", " ", re.sub(r'value="[^"]*"|href="[^"]*"|“[^”]*”|csrf[^>]*', "", main))

    for client in (run.leader, run.world.clients["reception"]):
        for address in ("/matters/", "/search/"):
            nobody = results(client, address, "zzyzx qwrt")
            for who, one in PEOPLE.items():
                for asked in (one.name, bare(one.name), one.phone, one.paper):
                    more = len(results(client, address, asked)) > len(nobody)
                    found += [f"{address} finds {who} by {asked}"] if more else []
    return found


@pytest.mark.usefixtures("_plain_static_files")
def test_nothing_that_leaves_names_who_raised_a_matter(world, monkeypatch, settings, caplog):
    settings.MAIL, settings.DEBUG = True, False
    caplog.set_level(logging.DEBUG)
    log = database.var_dir() / "postgres" / "log"
    before = log.stat().st_size if log.exists() else 0
    run = whole_run(world, monkeypatch)

    # What is allowed is there: those who open the vault see it, so it was planted and kept.
    for who in ("online", "denouncer"):
        assert {f"{who}: name", f"{who}: telephone", f"{who}: address"} <= set(leaks(run.shown[who], [who]))
        assert PEOPLE[who].said.split(".")[0] in "".join(texts(run.shown[who]))
    assert "online: paper" in leaks(run.shown["copy"], ["online"])
    with scope.system("test"):
        leader = Look.objects.filter(person=world.people["leader"])
        assert [look.why for look in leader] == ["Xác minh nội dung tố cáo"]
    assert {letter.to[0] for letter in mail.outbox} >= {PEOPLE["post"].email}
    assert "ZeroDivisionError" in caplog.text

    found = [(where, leaks(said)) for where, said in [*run.out, *mails(mail.outbox)]]
    found += [("search", looked_for(run))]
    opened_pages = 0
    for role, client in {**world.clients, "nobody signed in": Client()}.items():
        # Who leads sees most: all that links lead to; the others every address of the table, and all of this room.
        for address, content in crawl(client, starts(world), others=2 if role == "leader" else 0):
            opened_pages += 1
            found.append((f"{role} {address}", leaks(content)))
    with scope.system("test"):
        found += [(table, leaks(said)) for table, said in dump()]
        found.append(("words", found_by_words()))
    found.append(("log", leaks("\n".join([caplog.text, *(str(one.__dict__) for one in caplog.records)]))))
    if log.exists():
        logged = log.read_bytes()[before:]
        assert "division by zero" in logged.decode(errors="replace")
        found.append(("server log", leaks(logged)))

    papers = re.compile(r"(\w+) /matters/\d+/papers/\d+/ \(200\)")
    read = {
        (papers.fullmatch(where)[1], leak.split(":")[0])
        for where, all_ in found
        for leak in all_
        if papers.fullmatch(where)
    }
    handlers = {"officer", "reviewer", "leader", "reception", "inspector"}
    # Papers as they were handed in: to those who handle the matter; a denouncer's to whom two people opened it.
    assert {who for who, whose in read if whose == "denouncer"} <= {"leader"}
    assert {who for who, _whose in read} <= handlers
    assert ("officer", "post") in read
    assert [one for one in found if one[1] and not papers.fullmatch(one[0])] == []
    assert opened_pages > 1000


def starts(world: SimpleNamespace) -> list[str]:
    """Where somebody may begin: the first pages, and every address of the table of rights."""
    found = ["/", "/follow/", "/told/", "/promises/", "/dialogues/public/", "/open311/v2/requests.json"]
    for unit in ("bac", "an"):
        found += [ask.path for deed in DEEDS if (ask := deed.ask(world.things[unit])).method == "GET"]
    return found


def test_a_leak_is_found_wherever_it_is_planted(world, settings, caplog):
    """The control: the same searches over a system in which somebody is named where nobody may be."""
    one, run = PEOPLE["resident"], Run(world)
    with scope.system("test"):
        matter = Matter.objects.filter(unit=world.bac, type="reflection", closed_on=None).latest("pk")
        Matter.objects.filter(pk=matter.pk).update(
            title=f"Đơn của bà {bare(one.name)}", public=True, public_text="Xong."
        )
        Notice.objects.create(
            person=world.people["leader"], unit=world.bac, kind="matter", sentence=f"Gọi {one.phone}", link="/"
        )
    logging.getLogger("danvan.test").warning("sent by %s", one.email)
    session = Client().session
    session["last"] = one.address
    session.save()
    reached = {
        address
        for address, content in crawl(world.clients["officer"], ["/", "/matters/"], others=0)
        if "resident: name" in leaks(content)
    }

    assert any(address.startswith("/matters/") for address in reached)
    assert any("/matters/table.csv" in address for address in reached), reached
    assert leaks(Client().get("/told/").content) == ["resident: name", "resident: last words of the name"]
    assert leaks(Client().get("/open311/v2/requests.xml").content) != []
    with scope.system("test"):
        tables = {table for table, said in dump() if leaks(said)}
        assert {"casework_matter", "access_notice", "session"} <= tables
        assert found_by_words(["resident"]) != []
    assert leaks(caplog.text) == ["resident: e-mail"]
    assert looked_for(run) != []


@pytest.mark.parametrize("who", PEOPLE)
def test_the_searcher_reads_every_spelling_and_every_kind_of_file(who, tmp_path):
    one: Planted = PEOPLE[who]
    assert len(one.needles) == 6
    for said in (
        one.name.upper(),
        bare(one.name),
        f"<b>{one.name.split()[0]}</b> {' '.join(one.name.split()[1:])}",
        one.name.encode().hex().join(["\\\\x", ""]),
        "".join(f"&#{ord(c)};" for c in one.name),
        "".join(f"\\u{ord(c):04x}" for c in one.name),
    ):
        assert f"{who}: name" in leaks(said), said
    assert leaks(_docx(one.said)) != []
    assert leaks(_pdf(one.said)) != []
    assert leaks("Bà con thôn Đông Cao đề nghị dọn rác, số 12/2026, điện thoại 0240 3123456.") == []


def _docx(said: str) -> bytes:
    from docx import Document

    document, out = Document(), io.BytesIO()
    document.add_paragraph(said)
    document.save(out)
    return out.getvalue()


def _pdf(said: str) -> bytes:
    from danvan.casework.papers.typesetting import pdf as typeset

    return typeset(
        "receipt.typ", _receipt(said), {"qr": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"}
    )


def _receipt(said: str) -> dict[str, object]:
    rest = dict.fromkeys(("unit", "number", "day", "code", "address", "title"), "x")
    return {**rest, "what": said, "next": ["x"], "keep": ["x"]}
