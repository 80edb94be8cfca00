"""Who may do what where: every role, every deed, in the own unit, below, beside and above; on the pages and in SQL."""

from __future__ import annotations

import datetime as dt
import html
import re
import time
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.urls import get_resolver, resolve
from django.utils import timezone

from danvan.access import scope
from danvan.access.actions import add_person, give_post
from danvan.access.models import Person, Post
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.stage import staged
from danvan.access.tests.test_row_security import OPEN, unit_tables
from danvan.config.tests.rights import (
    ACCEPTED,
    ACTORS,
    DEEDS,
    FORM,
    PUBLIC,
    UNSEEN,
    WHERE,
    Deed,
    tomorrow,
    trial_country,
)
from danvan.figures.models import Submission

pytestmark = pytest.mark.as_people

REFUSED = (403, 404, 400)  # 400: a question about several units, one of which lies beyond reach
NOT_OF_DEEDS = {"django_session", "danvan_cache"}  # signing in, and who has a form open


@staged
def world() -> SimpleNamespace:
    made = trial_country()
    made.before = written(set(connection.introspection.table_names()) - NOT_OF_DEEDS)
    return made


def tried() -> Counter[str]:
    """How often rows of each table were written in this transaction, also what was taken back: PostgreSQL counts it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return Counter(dict(cursor.fetchall()))


def written(tables: set[str]) -> dict[str, tuple[int, int]]:
    """Of each table the number of rows and the last transaction that left one; in the system's scope.

    Each savepoint counts as a transaction: what is inserted or updated leaves a later one, what is deleted fewer rows.
    """
    counts = [f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM \"{table}\"" for table in sorted(tables)]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return {table: (rows, last) for table, rows, last in cursor.fetchall()}


def changed(world: SimpleNamespace, since: Counter[str]) -> set[str]:
    """The tables in which something was left since the world was made. since: what was tried before the deed."""
    tables = (tried() - since).keys() - NOT_OF_DEEDS
    if not tables:
        return set()
    with scope.system("test"):
        now = written(tables)
    return {table for table in now if now[table] != world.before[table]}


def sentence(response) -> str:
    """What a refusal says, without the frame of the page."""
    if response.headers["Content-Type"].startswith("application/json"):
        return response.json()["error"]
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else "")).split())


def wrong(world: SimpleNamespace, deed: Deed, role: str, where: str, may: bool) -> str:
    """What is not as the table says when somebody of the role tries it there; "" where all is."""
    unit = WHERE[ACTORS.get(role, "bac")][where]
    with transaction.atomic():
        before = tried()
        response = deed.ask(world.things[unit]).by(world.clients[role])
        if hasattr(response, "streaming_content"):
            b"".join(response.streaming_content)
        touched = changed(world, before)
        transaction.set_rollback(True)
    said = f"{role} {deed.name}, {where}: {response.status_code}"
    if may:
        if response.status_code >= 400:
            return f"{said}, refused: {sentence(response)[:200]}"
        if deed.writes and "audit_event" not in touched:
            return f"{said}, and nothing in the trail ({touched})"
        return f"{said}, and it wrote to {touched}" if touched and not deed.writes else ""
    if response.status_code not in REFUSED:
        return f"{said}, not refused"
    if touched:
        return f"{said}, and it wrote to {touched}"
    told = sentence(response)
    return "" if re.search(r"\w+( \S+){4,}\.", told) else f"{said}, without a sentence: {told!r}"


@pytest.mark.parametrize("role", ACTORS)
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_the_table(world, deed, role):
    places = ["own"] if deed.below is None else WHERE[ACTORS[role]]
    found = [wrong(world, deed, role, where, deed.allowed(role, where)) for where in places]

    assert [said for said in found if said] == []


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_who_holds_no_post_may_do_nothing_but_see_to_the_own_account(world, deed):
    if resolve(deed.ask(world.things["bac"]).path.split("?")[0]).url_name == "account":
        pytest.skip("the own account")
    places = ["own"] if deed.below is None else WHERE["bac"]
    found = [wrong(world, deed, "nobody", where, may=False) for where in places]

    assert [said for said in found if said] == []


# What no pattern of addresses may be forgotten in


def patterns() -> dict[str, str]:
    """Every address with something to fill in: its name -> its route."""

    def walk(resolver, before: str = "") -> Iterator[tuple[str, str]]:
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                yield from walk(one, route)
            elif "<" in route:
                yield one.name, route

    return dict(walk(get_resolver()))


def test_every_address_with_a_number_or_a_name_is_in_the_table(world):
    tried = {resolve(deed.ask(world.things["bac"]).path.split("?")[0]).url_name for deed in DEEDS}

    assert set(patterns()) - tried - set(PUBLIC) == set(), "write a deed for it in rights.py"
    assert set(PUBLIC) <= {one.name for one in _all(get_resolver())}


def _all(resolver) -> Iterator:
    for one in resolver.url_patterns:
        yield from _all(one) if hasattr(one, "url_patterns") else [one]


NUMBERED = {name: route for name, route in patterns().items() if re.search(r"<(int|id):", route)}
HUGE = 10**17


@pytest.fixture
def _refusals_are_their_sentence(monkeypatch):
    """Without the frame, which is the same around each: some thousand frames take longer than all else here."""

    def said(_request, _template, context, status):
        return HttpResponse(context["message"], status=status)

    monkeypatch.setattr("danvan.desk.views.errors.render", said)


@pytest.mark.usefixtures("_refusals_are_their_sentence")
@pytest.mark.parametrize("route", NUMBERED.values())
def test_numbers_of_the_neighbours_lead_nowhere(world, route):
    """Whatever number is put into an address, nothing of a neighbour comes back and nothing is written."""
    citizens = route.startswith(("matters/", "issues/", "reception/", "dialogues/"))

    def of(*names: str) -> set[int]:
        things = [world.things[name].casework if citizens else world.things[name] for name in names]
        return {number for one in things for number in vars(one).values() if isinstance(number, int)}

    own = of("bac", "an")
    client, found = world.clients["administrator" if route.startswith("people") else "leader"], []
    for number in sorted({HUGE, 0} | of("nam", "cuu")):
        path = "/" + re.sub(r"<(str|slug):kind>", "xlsx", re.sub(r"<(int|id):\w+>", str(number), route))
        path = re.sub(r"<(str|slug):(form|code)>", FORM, path)
        path = re.sub(r"<(str|slug):\w+>", ACCEPTED, path)
        with transaction.atomic():
            for answer in (client.get(path), client.post(path)):
                body = answer.getvalue().decode(errors="replace")
                if answer.status_code >= 500 or any(secret in body for secret in UNSEEN):
                    found.append(f"{path}: {answer.status_code}")
            # One that is also the number of a thing of theirs may well have led there, and written.
            transaction.set_rollback(number in own)

    assert found == []
    assert changed(world, Counter()) == set()


@pytest.mark.parametrize(
    "path", ["/", "/tables/", "/reports/", "/board/", "/review/", "/units/?q=xa", "/filing/", "/trail/", "/reception/"]
)
@pytest.mark.parametrize("role", ["leader", "administrator"])
def test_no_page_says_anything_of_a_neighbour(world, path, role):
    body = world.clients[role].get(path, follow=True).content.decode()

    assert [secret for secret in UNSEEN if secret in body] == []


@pytest.mark.parametrize("unit", ["nam", "cuu", "country"])
def test_a_units_page_shows_the_map_and_no_figures_beyond_reach(world, unit):
    answer = world.clients["leader"].get(f"/units/{world.things[unit].unit}/")

    assert answer.status_code == 200
    assert [secret for secret in UNSEEN if secret in answer.content.decode()] == []


@pytest.mark.parametrize(("unit", "status"), [("bac", 200), ("an", 200), ("nam", 404), ("country", 404)])
def test_written_files_are_for_those_within_reach(world, settings, tmp_path, unit, status):
    number = world.things[unit].unit
    folder = tmp_path / "out" / str(number)
    folder.mkdir(parents=True)
    (folder / "bao-cao.docx").write_bytes(b"x")
    settings.VAR = tmp_path

    answer = world.clients["viewer"].get(f"/files/{number}/bao-cao.docx")

    assert answer.status_code == status
    assert status == 404 or b"".join(answer.streaming_content) == b"x"
    assert world.clients["viewer"].get(f"/files/{number}/..%2Fsecret").status_code == 404


# Days and posts


def browser(world, name: str, *posts: tuple[str, str, int, int | None]):
    """Somebody with posts: (unit, role, first day, day after the last), counted from today."""
    today = timezone.localdate()
    with scope.system("test"):
        person = add_person(username=name, name=f"Người {name}", by="kiểm thử")
        for unit, role, since, until in posts:
            end = None if until is None else today + dt.timedelta(until)
            start = today + dt.timedelta(since)
            give_post(person=person, unit=getattr(world, unit), role=role, since=start, until=end, by="kiểm thử")
    return person, signed_in(person)


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [(1, None, 403), (0, 1, 200), (-9, 1, 200), (-9, 0, 403), (-9, None, 200)],
    ids=["from tomorrow", "today only", "to the end of today", "to the end of yesterday", "for good"],
)
def test_a_post_counts_on_its_days_only(world, since, until, status):
    _person, client = browser(world, "ngay", ("bac", "leader", since, until))

    assert client.get(f"/submissions/{world.things['an'].sent}/").status_code == status


@pytest.mark.parametrize(("last", "status"), [(1, 200), (0, 403)], ids=["on its last day", "on the day after"])
def test_a_delegated_post_ends_with_its_last_day(world, last, status):
    today = timezone.localdate()
    _giver, _client = browser(world, "nghi-phep", ("bac", "leader", -30, None))
    taker, client = browser(world, "lam-thay")
    with scope.system("test"):
        own = Post.objects.get(person=_giver)
        Post.objects.create(
            person=taker,
            unit=world.bac,
            role="leader",
            during=(today - dt.timedelta(5), today + dt.timedelta(last)),
            for_post=own,
        )
    answer = client.post(f"/review/{world.things['an'].sent}/", {"act": "accept"}, follow=True)

    assert answer.status_code == status
    with scope.system("test"):
        accepted = Submission.objects.get(pk=world.things["an"].sent)
    assert (accepted.state == "accepted") == (status == 200)
    if status == 200:
        assert "thay Người nghi-phep" in accepted.decided_by


def test_who_is_deactivated_is_out_with_the_next_click(world):
    person, client = browser(world, "thoi-viec", ("bac", "leader", -9, None))
    assert client.get("/trail/").status_code == 200

    Person.objects.filter(pk=person.pk).update(is_active=False)

    answer = client.get("/trail/")
    assert (answer.status_code, answer.url) == (302, "/account/login/?next=/trail/")


def test_in_one_of_two_posts_one_sees_nothing_of_the_other(world):
    _person, client = browser(world, "hai-viec", ("an", "leader", -9, None), ("cuu", "leader", -9, None))
    with scope.system("test"):
        posts = {post.unit_id: post.pk for post in Post.objects.filter(person=_person)}
    for here, there in (("an", "cuu"), ("cuu", "an")):
        client.post("/posts/switch/", {"post": posts[getattr(world, here).pk]})

        assert client.get(f"/submissions/{world.things[here].sent}/").status_code == 200
        assert client.get(f"/submissions/{world.things[there].sent}/").status_code == 404
        assert client.get(f"/filing/{world.things[there].draft}/").status_code == 404
        assert client.get(f"/files/{world.things[there].file}/").status_code == 404


def test_one_does_not_switch_to_a_post_of_another(world):
    client = world.clients["viewer"]
    client.post("/posts/switch/", {"post": world.things["nam"].post})

    assert client.get(f"/submissions/{world.things['nam'].sent}/").status_code == 404


@pytest.mark.parametrize("deed", ["edit", "remove"])
def test_a_passkey_of_another_is_not_ones_own(world, deed):
    with scope.system("test"):
        key = Authenticator.objects.create(user=world.people["nga"], type="webauthn", data={"name": "khóa"})
    client = world.clients["leader"]
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "username": "tt-leader"}]
    session.save()

    answer = client.post(f"/account/2fa/webauthn/keys/{key.pk}/{deed}/", {"name": "của tôi"})

    assert answer.status_code == 404
    assert Authenticator.objects.get(pk=key.pk).data == {"name": "khóa"}


# Giving posts


@pytest.mark.parametrize(
    ("unit", "role", "done"),
    [
        ("bac", "reviewer", True),
        ("an", "leader", True),
        ("nam", "viewer", False),
        ("cuu", "leader", False),
        ("country", "leader", False),
        ("country", "administrator", False),
        ("bac", "forms", False),
    ],
)
def test_an_administrator_gives_posts_in_the_own_province_only(world, unit, role, done):
    """Also to themselves: nobody makes themselves more above or beside."""
    for name in ("tt-administrator", "nobody"):
        names = {"bac": "Tỉnh Bắc", "an": "Xã An", "nam": "Tỉnh Nam", "cuu": "Xã Cửu", "country": "Việt Nam"}
        given = {"username": name, "unit": names[unit], "role": role, "title": "", "since": tomorrow(), "last": ""}
        answer = world.clients["administrator"].post("/people/give/", given)
        with scope.system("test"):
            held = Post.objects.filter(person__username=name, unit=getattr(world, unit), role=role)
            there = held.filter(during__startswith=timezone.localdate() + dt.timedelta(1)).exists()
        assert (answer.status_code < 400, there) == (done, done), sentence(answer)[:400]


# In SQL, with the app role's own login

OF_CELL = (
    "(SELECT s.unit_id FROM figures_cell c JOIN figures_submission s ON s.id = c.submission_id WHERE c.id = t.cell_id)"
)
OF_MATTER = "(SELECT m.unit_id FROM casework_matter m WHERE m.id = t.matter_id)"
OF_IDENTITY = (
    "(SELECT m.unit_id FROM casework_identity i "
    "JOIN casework_matter m ON m.id = i.matter_id WHERE i.id = t.identity_id)"
)
OF_PROMISE = "(SELECT p.unit_id FROM casework_promise p WHERE p.id = t.promise_id)"
OWN_ROWS = {  # table -> the number of its unit, for every table that carries one
    "access_notice": "unit_id",
    "access_post": "unit_id",
    "access_storedfile": "unit_id",
    "audit_event": "unit",
    "api_client": "unit_id",
    "casework_act": OF_MATTER,
    "casework_alarm": OF_MATTER,
    "casework_answer": OF_MATTER,
    "casework_attachment": OF_MATTER,
    "casework_confirmation": OF_PROMISE,
    "casework_dialogue": "unit_id",
    "casework_identity": OF_MATTER,
    "casework_issue": "unit_id",
    "casework_look": OF_IDENTITY,
    "casework_matter": "unit_id",
    "casework_move": OF_MATTER,
    "casework_measure": "(SELECT i.unit_id FROM casework_issue i WHERE i.id = t.issue_id)",
    "casework_opening": OF_IDENTITY,
    "casework_paperkey": OF_MATTER,
    "casework_opinion": "(SELECT d.unit_id FROM casework_dialogue d WHERE d.id = t.dialogue_id)",
    "casework_promise": "unit_id",
    "casework_promisestep": OF_PROMISE,
    "casework_receptionday": "unit_id",
    "casework_tombstone": OF_MATTER,
    "casework_turn": "unit_id",
    "casework_vote": (
        "(SELECT d.unit_id FROM casework_opinion o JOIN casework_dialogue d ON d.id = o.dialogue_id "
        "WHERE o.id = t.opinion_id)"
    ),
    "figures_attachment": OF_CELL,
    "figures_cell": "(SELECT s.unit_id FROM figures_submission s WHERE s.id = t.submission_id)",
    "figures_carried": "(SELECT s.unit_id FROM figures_submission s WHERE s.id = t.consolidated_id)",
    "figures_evidence": OF_CELL,
    "figures_kept": "unit_id",
    "figures_unkept": "unit_id",
    "figures_remark": "(SELECT s.unit_id FROM figures_submission s WHERE s.id = t.submission_id)",
    "figures_reminder": "unit_id",
    "figures_savedview": "unit_id",
    "figures_submission": "unit_id",
    "figures_workbookmapping": "unit_id",
    "narrative_check": "(SELECT r.unit_id FROM narrative_report r WHERE r.id = t.report_id)",
    "narrative_decision": (
        "(SELECT r.unit_id FROM narrative_reading o JOIN narrative_report r ON r.id = o.report_id"
        " WHERE o.id = t.reading_id)"
    ),
    "narrative_batch": "unit_id",
    "narrative_batchreport": "(SELECT b.unit_id FROM narrative_batch b WHERE b.id = t.batch_id)",
    "narrative_intake": "unit_id",
    "narrative_manuscript": "unit_id",
    "narrative_piece": "(SELECT m.unit_id FROM narrative_manuscript m WHERE m.id = t.manuscript_id)",
    "narrative_intakefile": "(SELECT i.unit_id FROM narrative_intake i WHERE i.id = t.intake_id)",
    "narrative_paper": "unit_id",
    "narrative_reading": "(SELECT r.unit_id FROM narrative_report r WHERE r.id = t.report_id)",
    "narrative_report": "unit_id",
    "narrative_term": "unit_id",
}
# What a superior may touch below: its decision on what was sent; posts that its administrator gives.
TOUCHED_BELOW = {"figures_submission", "access_post", "api_client"}


def test_every_table_that_carries_a_unit_is_tried_in_sql(world):
    assert set(OWN_ROWS) == unit_tables() - set(OPEN)


@pytest.mark.parametrize("table", OWN_ROWS)
def test_plain_sql_reads_and_writes_within_reach_only(world, table):
    reach = {place: getattr(world, unit).pk for place, unit in WHERE["bac"].items()}
    with scope.system("test"), connection.cursor() as cursor:
        owner, kept_from = OWN_ROWS[table], [reach["beside"], reach["above"]]
        cursor.execute(f"SELECT count(*) FROM {table} t WHERE {owner} = ANY(%s)", [kept_from])  # noqa: S608
        assert cursor.fetchone()[0] or table in ("figures_carried", "figures_unkept"), "something to keep from them"
        cursor.execute(f"CREATE TEMP TABLE tried ON COMMIT DROP AS SELECT ctid AS at, {owner} AS unit FROM {table} t")  # noqa: S608
    seen, touched = {}, {}
    for eyes in (str(reach["own"]), ""):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('danvan.system', '', true), set_config('danvan.unit', %s, true)", [eyes])
            for place, unit in reach.items():
                of_unit = "t.ctid IN (SELECT at FROM tried WHERE unit = %s)"
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE {of_unit}", [unit])  # noqa: S608
                seen[eyes, place] = cursor.fetchone()[0]
                for deed in (f"UPDATE {table} t SET id = id WHERE {of_unit}", f"DELETE FROM {table} t WHERE {of_unit}"):  # noqa: S608
                    try:
                        with transaction.atomic():
                            cursor.execute(deed, [unit])
                            touched[eyes, place, deed[:6]] = cursor.rowcount
                            transaction.set_rollback(True)
                    except DatabaseError:  # not even a right to try
                        touched[eyes, place, deed[:6]] = 0
            transaction.set_rollback(True)
    own = str(reach["own"])
    assert {
        key: count for key, count in seen.items() if count and (key[0] != own or key[1] in ("beside", "above"))
    } == {}
    allowed = {(own, "own", "UPDATE"), (own, "own", "DELETE")}
    if table in TOUCHED_BELOW:
        allowed.add((own, "below", "UPDATE"))
    assert {key: count for key, count in touched.items() if count and key not in allowed} == {}
