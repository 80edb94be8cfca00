"""Every page of the product: fits, axe finds nothing, is light, reads without script; and its forms post without.

A page is added to PAGES, an address that is no page to NO_PAGE with what it is: one in neither fails the test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from playwright.sync_api import Browser, Page, StorageState, expect

from danvan.access.tests.cast import PASSWORD
from danvan.narrative.reopening.tests.hands import Edited, paragraph
from tests.browser.cast_site import served_with_cast, sessions_of
from tests.browser.looks import WIDE, fits_and_is_open_to_all

LIGHT = 250_000  # bytes over the wire on a first view, pictures apart

NOBODY = ""  # signed out
REAUTHENTICATE = "/account/reauthenticate/"
PAGES: dict[str, tuple[str, str]] = {  # name of the pattern: (who opens it, address)
    "home": ("tuan", "/"),
    "account_login": (NOBODY, "/account/login/"),
    "account_signup": (NOBODY, "/account/signup/"),
    "account_inactive": (NOBODY, "/account/inactive/"),
    "account_reset_password": (NOBODY, "/account/password/reset/"),
    "account_reset_password_done": (NOBODY, "/account/password/reset/done/"),
    "account_reset_password_from_key": (NOBODY, "/account/password/reset/key/0-no-longer/"),
    "account_reset_password_from_key_done": (NOBODY, "/account/password/reset/key/done/"),
    "account_confirm_email": (NOBODY, "/account/confirm-email/no-longer/"),
    "account_email_verification_sent": (NOBODY, "/account/confirm-email/"),
    "socialaccount_login_cancelled": (NOBODY, "/account/3rdparty/login/cancelled/"),
    "socialaccount_login_error": ("mai", "/account/3rdparty/login/error/"),
    "account": ("mai", "/account/"),
    "account_logout": ("mai", "/account/logout/"),
    "account_reauthenticate": ("mai", "/account/reauthenticate/"),
    "account_email": ("mai", "/account/email/"),
    "account_change_password": ("mai", "/account/password/change/"),
    "socialaccount_connections": ("mai", "/account/3rdparty/"),
    "mfa_activate_totp": ("mai", "/account/2fa/totp/activate/"),
    "mfa_add_webauthn": ("mai", "/account/2fa/webauthn/add/"),
    "people": ("quan", "/people/"),
    "person_add": ("quan", "/people/add/"),
    "person_give": ("quan", "/people/give/"),
    "person": ("quan", "/people/{person}/"),
    "delegation": ("tuan", "/delegation/"),
    "notices": ("tuan", "/notices/"),
    "audit": ("tuan", "/trail/"),
    "forms": ("vy", "/forms/"),
    "form": ("vy", "/forms/dan_van/"),
    "form_version": ("vy", "/forms/dan_van/version/{version}/"),
    "form_draft": ("vy", "/forms/dan_van/draft/"),
    "form_changes": ("vy", "/forms/dan_van/draft/changes/"),
    "filing": ("mai", "/filing/"),
    "filing_grid": ("mai", "/filing/{draft}/"),
    "filing_cell": ("mai", "/filing/{draft}/cell/?c=rec.turns|"),
    "workbook": ("mai", "/workbook/{draft}/"),
    "workbook_file": ("mai", "/workbook/{draft}/{sent_back}/"),
    "workbook_mapping": ("mai", "/workbook/{draft}/{foreign}/mapping/"),
    "review": ("hung", "/review/"),
    "review_submission": ("hung", "/review/{waiting}/"),
    "submission": ("tuan", "/submissions/{accepted}/"),
    "consolidated_list": ("tuan", "/consolidated/"),
    "consolidated": ("tuan", "/consolidated/dan_van/2026-Q2/"),
    "board_of": ("tuan", "/board/dan_van/{bac}/2026-Q3/"),
    "reports": ("tuan", "/reports/"),
    "report": ("lan", "/reports/{report}/"),
    "report_file": ("lan", "/reports/{report}/file/"),
    "intake": ("mai", "/reports/intake/{intake}/"),
    "batch": ("tuan", "/writing/below/{batch}/"),
    "terms": ("mai", "/reports/terms/"),
    "check_text": ("mai", "/check/"),
    "writing_list": ("tuan", "/writing/"),
    "writing": ("tuan", "/writing/2026-Q2/party-quarter/"),
    "reopen": ("tuan", "/reopen/"),
    "papers": ("mai", "/papers/"),
    "paper_new": ("mai", "/papers/new/conclusion/"),
    "paper": ("lan", "/papers/{paper}/"),
    "paper_edit": ("mai", "/papers/{paper}/edit/"),
    "tables": ("tuan", "/tables/"),
    "table": ("tuan", "/tables/{bac}/2026-Q2/"),
    "story": ("tuan", "/tables/{bac}/2026-Q2/story/?indicator=rec.turns"),
    "verify_pdf": ("tuan", "/signatures/"),
    "units": ("tuan", "/units/?q=xa"),
    "unit": ("tuan", "/units/{an}/"),
    "compare": ("tuan", "/compare/"),
    "search": ("tuan", "/search/?q=an"),
    "help": ("tuan", "/help/"),
    "calendar": ("tuan", "/calendar/2026/"),
    "reception": ("mai", "/reception/"),
    "reception_days": ("mai", "/reception/days/"),
    "dialogues": ("mai", "/dialogues/"),
    "dialogue_new": ("mai", "/dialogues/new/"),
    "dialogue": ("lan", "/dialogues/{held}/"),
    "dialogue_edit": ("mai", "/dialogues/{held}/edit/"),
    "dialogue_room": ("mai", "/dialogues/{held}/room/"),
    "dialogue_hall": ("mai", "/dialogues/{held}/hall/"),
    "dialogue_votes": ("mai", "/dialogues/{held}/votes/"),
    "promise_list": ("mai", "/kept/"),
    "promise": ("lan", "/kept/{promise}/"),
    "matters": ("mai", "/matters/"),
    "matter": ("lan", "/matters/{closed}/?do=ask_again#act"),
    "topic_map": ("tuan", "/matters/map/"),
    "leader": ("lan", "/matters/leader/"),
    "issues": ("lan", "/issues/"),
    "issue": ("lan", "/issues/{issue}/"),
    "issue_new": ("mai", "/issues/new/"),
    "board_sheet": ("mai", "/reception/board/?hamlet=Th%C3%B4n+Th%C6%B0%E1%BB%A3ng"),
    "matters_register": ("mai", "/matters/register/"),
    "receipt": ("mai", "/matters/{matter}/receipt/"),
    "matter_data": ("mai", "/matters/{request}/data/"),
    "matter_publish": ("lan", "/matters/{closed}/publish/"),
    "matter_redact": ("lan", "/matters/{matter}/papers/{paper_of_matter}/publish/"),
    "citizen_say": (NOBODY, "/say/?unit={an}"),
    "citizen_follow": (NOBODY, "/follow/?code={code}"),
    "citizen_data": (NOBODY, "/follow/data/?code={code}"),
    "citizen_promises": (NOBODY, "/promises/"),
    "citizen_confirm": (NOBODY, "/promises/confirm/"),
    "citizen_told": (NOBODY, "/told/"),
    "citizen_dialogues": (NOBODY, "/dialogues/public/"),
    "citizen_dialogue": (NOBODY, "/dialogues/public/{dialogue}/"),
    "citizen_vote": (NOBODY, "/dialogues/public/{dialogue}/vote/"),
}
NO_PAGE = {
    **dict.fromkeys(
        (
            *("set_language", "switch_post", "notices_seen", "notice", "form_duty", "filing_submit", "filing_discard"),
            *("submission_seal", "submission_restate", "submission_withdraw", "consolidated_carry", "board_remind"),
            *("workbook_discard", "compare_save", "compare_change", "filing_cells", "filing_files", "api_submissions"),
            *("intake_send", "intake_read", "intake_again", "reading", "report_deed", "term"),
            *("batch_begin", "batch_write"),
        ),
        "only posted to; answers with a page that is here",
    ),
    **dict.fromkeys(
        (
            *("filing_worker", "filing_manifest", "filing_changes", "health", "open311_discovery", "open311_services"),
            *("open311_definition", "open311_requests", "open311_request", "open311_token", "openapi"),
        ),
        "read by programs",
    ),
    **dict.fromkeys(
        (
            "stored_file",
            "workbook_form",
            "output",
            "submission_file",
            "compare_table",
            "table_file",
            "board_file",
            "terms_file",
            "writing_file",
            "batch_package",
            "paper_file",
        ),
        "a file",
    ),
    **dict.fromkeys(("receipt_file", "matters_table", "matter_paper", "matter_answer_file", "citizen_paper"), "a file"),
    "citizen_photo": "a file",
    **dict.fromkeys(
        ("matter_person", "matter_papers", "matter_answer"), "only posted to; answers with the matter's page"
    ),
    "matters_units": "part of the form of an act",
    "reception_help": "parts of the reception desk",
    "casework": "leads on to where the work of that room begins",
    "board": "leads on to board_of",
    "citizen_sent": "of the browser that sent something: casework/tests",
    "writing_preview": "a report as it reads alone, without the frame: below",
    **dict.fromkeys(
        (
            *("mfa_index", "mfa_list_webauthn", "account_set_password", "socialaccount_signup"),
            *("openid_connect_login", "openid_connect_callback", "account_confirm_login_code"),
        ),
        "leads on: to the account, or to who signs in",
    ),
    **dict.fromkeys(
        (
            *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn"),
            *("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
            *("mfa_download_recovery_codes", "mfa_remove_webauthn", "mfa_edit_webauthn"),
        ),
        "of somebody with a second factor: access/tests",
    ),
}

# Q2: accepted, signed, restated since. Q3: An waits for review, Bình is late. Q1: Mai's draft, with two workbooks.
_WORLD = """
import io, json, xlsxwriter
from danvan.access.actions_files import store
from danvan.access.models import StoredFile
from danvan.casework import actions as matters
from danvan.casework.models import Dialogue
from danvan.casework.tests.sample import one_of_each
from danvan.figures import actions
from danvan.figures.actions import CellInput, Entry
from danvan.figures.models import Form
from danvan.figures.workbook import stored, write_form
from danvan.narrative import actions as reports, reading
from danvan.units.models import UnitVersion

TEXT = '''BÁO CÁO
Công tác dân vận quý I năm 2026 của xã An

Xã đã tiếp 46 lượt công dân; tổ chức 3 cuộc đối thoại, có 120 lượt người tham dự. Tiếp nhận 31 đơn; đã giải quyết
22/29 vụ việc, đạt 75%. Toàn xã có 55 mô hình “Dân vận khéo”, trong đó 12 mô hình đăng ký mới, 40 mô hình duy trì.
'''
BY = "Mai, Cán bộ, Xã An"
def send(unit, period, figures, restate=""):
    draft = actions.open_draft(form="dan_van", unit=unit, period=period, by=BY, restate=restate)
    actions.enter(submission=draft, entries=[Entry(CellInput(*one), force=True) for one in figures.items()], by=BY)
    return actions.submit(submission=draft, by="Lan, Phó Bí thư Thường trực, Xã An")

FIGURES = {"rec.turns": 110, "rec.persons": 120, "mod.total": 20, "pet.received": 30, "dlg.sessions": 4}
for unit in (world.an, world.binh):
    for period in ("2025-Q3", "2026-Q2"):
        accepted = actions.accept(submission=send(unit, period, FIGURES), by="Hùng, Chuyên viên, Tỉnh Bắc")
actions.sign(form="dan_van", unit=world.bac, period="2026-Q2", by="Tuấn, Trưởng ban, Tỉnh Bắc", text="Ổn định.")
manuscript = reports.begin(unit=world.bac.pk, period="2026-Q2", outline="party-quarter", by="Tuấn")
written = "Đã tổ chức 8 cuộc đối thoại; người đứng đầu trả lời ngay tại chỗ."
reports.write(manuscript=manuscript, words=[reports.Words("state.dlg.sessions", written)], by="Tuấn")
again = send(world.an, "2026-Q2", {"rec.turns": 111, "dlg.sessions": 5}, restate="Sót sổ của thôn Đông")
actions.accept(submission=again, by="Hùng, Chuyên viên, Tỉnh Bắc")
waiting = send(world.an, "2026-Q3", {**FIGURES, "dlg.sessions": 90})

draft = actions.open_draft(form="dan_van", unit=world.an, period="2026-Q1", by=BY)
form = io.BytesIO(write_form(stored.sheet_of(draft)))
actions.enter(submission=draft, entries=[Entry(CellInput("rec.turns", 9)), Entry(CellInput("rec.persons", 8))], by=BY)
foreign = io.BytesIO()
book = xlsxwriter.Workbook(foreign)
sheet = book.add_worksheet()
for row, line in enumerate([("Chỉ tiêu", "Số liệu"), ("Số lượt tiếp công dân", 7), ("Một dòng khác", 3)]):
    sheet.write_row(row, 0, line)
book.close()
kept = [
    store(file, name=name, unit=world.an, purpose=stored.purpose(draft), by=BY)
    for name, file in (("bieu.xlsx", form), ("so-rieng.xlsx", foreign))
    if not file.seek(0)
]
actions.draft_version(code="dan_van", by="Vy")
report, _new = reports.keep(document=reading.read_text(TEXT), name="bc.txt", by=BY, unit=world.an.pk)
reports.accept_sure(report=report, by=BY)
reports.undo(report=report, by=BY)
for row in report.readings.filter(indicator__in=["rec.turns", "dlg.sessions"]):
    reports.decide(reading=row, by=BY)
reports.teach(reading=row, phrase="cuộc đối thoại", by=BY)
mai = cast.post_of(world.people["mai"])
intake = reports.take_in(uploads=[("a.txt", io.BytesIO(TEXT.encode())), ("anh.png", io.BytesIO(b"x"))], by=mai)
batch = reports.begin_batch(period="2026-Q2", by=cast.post_of(world.people["tuan"]))
reports.write_waiting(fonts=[], base_url="http://x/", batch=batch.pk)
content = {
    "values": {
        "meeting_kind": "commune_dialogue", "meeting": "Hội nghị đối thoại với Nhân dân", "day": "2026-12-05",
        "time": "08:00", "venue": "Nhà văn hóa xã", "chair": "Đồng chí Chủ tịch", "guests": ["Các thôn"],
        "agenda": [{"at": "08:00", "what": "Báo cáo", "who": "Văn phòng"}, {"at": "08:30", "what": "Thảo luận"}],
    },
    "topics": [], "bases": [],
    "issuer": {"parent": "Đảng ủy xã An", "body": "Ban Xây dựng Đảng", "symbol": "BXDĐ", "place": "An"},
}
paper = reports.draft_paper(unit=world.an, kind="invitation", office="party", content=content, by=BY)
version = Form.objects.filter(code="dan_van", during__startswith__isnull=False).first()
raised = ((world.an, (21.9, 105.8), ["land"] * 9 + ["environment"]), (world.binh, (22.1, 106.1), ["construction"] * 6))
for unit, at, fields in raised:
    UnitVersion.objects.filter(unit=unit).update(latitude=at[0], longitude=at[1])
    for field in fields:
        matters.receive(unit=unit, matter_type="reflection", title="Việc ở khu dân cư", field=field, by=BY)
casework = one_of_each(world.an, "Đèn đường xóm Đông hỏng", world.people["mai"], kept[0])
Dialogue.objects.filter(pk=casework.dialogue).update(state="announced", collects=True, notice_on="2026-11-02")
json.dump({
    "held": casework.dialogue, "promise": casework.promise, "issue": casework.issue,
    "paper_of_matter": casework.paper, "request": casework.request,
    "matter": casework.matter, "closed": casework.closed,
    "code": casework.code, "dialogue": Dialogue.objects.get(pk=casework.dialogue).code,
    "an": world.an.pk, "bac": world.bac.pk, "person": world.people["mai"].pk, "version": version.pk,
    "draft": draft.pk, "sent_back": kept[0].pk, "foreign": kept[1].pk, "waiting": waiting.pk,
    "accepted": again.pk, "report": report.pk, "intake": intake.pk, "paper": paper.pk,
    "batch": batch.pk,
}, open("objects.json", "w"))
"""


class World(NamedTuple):
    """The served product. addresses: name of a pattern -> where that page is."""

    address: str
    addresses: dict[str, str]
    sessions: dict[str, StorageState]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    var = tmp_path_factory.mktemp("every")
    with served_with_cast(var, _WORLD) as address:
        objects = json.loads((var / "objects.json").read_text())
        people = {who for who, _path in PAGES.values() if who}
        sessions = sessions_of(address, sorted(people))
        yield World(address, {name: path.format(**objects) for name, (_, path) in PAGES.items()}, sessions)


@pytest.fixture
def open_as(world: World, browser: Browser) -> Iterator[Callable[..., Page]]:
    """open_as("mai", ...): a page of hers that keeps nothing from before."""
    opened = []

    def open_as(who: str, **options: object) -> Page:
        context = browser.new_context(
            base_url=world.address,
            storage_state=world.sessions.get(who),
            locale="vi-VN",
            reduced_motion="reduce",
            viewport=WIDE,
            **options,
        )
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def patterns(within: URLResolver | None = None) -> Iterator[URLPattern]:
    for one in (within or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from patterns(one)


def test_no_page_is_forgotten():
    named = {one.name for one in patterns() if one.name}
    nameless = [one for one in patterns() if not one.name]

    assert named == {*PAGES, *NO_PAGE}
    assert not PAGES.keys() & NO_PAGE.keys()
    assert all(getattr(one.callback, "view_class", None) is RedirectView for one in nameless)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_fits_is_light_and_open_to_all(open_as, world: World, pictures, name: str):
    page = open_as(PAGES[name][0])
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
    weighed = weighing(page)
    opened(page, world.addresses[name])
    assert page.url.removeprefix(world.address) == world.addresses[name]  # not led on to another page
    fits_and_is_open_to_all(page, pictures, f"every-{name}")
    weight = weighed()  # last: with what scripts ask for at the beginning
    print(f"{weight / 1000:.0f} kB {name}")
    assert 10_000 < weight < LIGHT
    assert [one for one in wrong if "status of 401" not in one] == []


def weighing(page: Page) -> Callable[[], float]:
    """Gives the bytes that came over the wire from now on, without pictures."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    pictures, sizes = set(), {}
    session.on(
        "Network.responseReceived",
        lambda event: pictures.add(event["requestId"]) if event["type"] == "Image" else None,
    )
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    return lambda: sum(size for name, size in sizes.items() if name not in pictures)


def opened(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == (401 if "login/error" in address else 200), address
    if address != REAUTHENTICATE and REAUTHENTICATE in page.url:  # some ask for the password once more
        page.locator("main input[name=password]").fill(PASSWORD)
        page.locator("main input[name=password]").press("Enter")
        page.wait_for_url(f"**{address}")


def test_every_page_reads_without_script(open_as, world: World):
    pages = {who: open_as(who, java_script_enabled=False) for who, _path in PAGES.values()}
    for name, (who, _path) in PAGES.items():
        pages[who].goto(world.addresses[name])
        assert pages[who].locator("h1").first.is_visible(), name
        assert pages[who].locator("main").inner_text().strip(), name


def test_the_preview_of_a_report_fits_and_is_open_to_all(open_as, world: World, pictures):
    page = open_as("tuan")
    wrong: list[str] = []
    page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
    page.goto(world.addresses["writing"])
    page.get_by_role("link", name="Xem trước").click()
    expect(page.locator("h1")).to_contain_text("Kết quả công tác dân vận quý II năm 2026")
    fits_and_is_open_to_all(page, pictures, "every-writing-preview")
    assert wrong == []  # its style is let in
    assert page.locator("h1 span").first.evaluate("one => getComputedStyle(one).fontWeight") == "700"


def test_a_checked_text_fits_and_is_open_to_all(open_as, world: World, pictures):
    page = open_as("mai")
    page.goto("/check/")
    page.locator("#text").fill(
        "Quý I năm 2024, toàn xã đã tiếp 46 lượt công dân, tăng 6 lượt so với so với cùng kỳ.\n\n"
        "Đã giải quyết 22/29 vụ việc, đạt 75%; trao 120 xuất quà, mỗi suất 500.000 đồng, tổng trị giá 70 triệu đồng."
    )
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.locator("main")).to_contain_text("làm tròn 76%")
    page.get_by_role("link", name="Xem trong văn bản").first.click()
    assert page.url.endswith("#c1")
    fits_and_is_open_to_all(page, pictures, "every-check_text-found")


def test_what_was_done_to_a_written_file_fits_and_is_open_to_all(open_as, world: World, pictures, tmp_path):
    page = open_as("tuan")
    page.goto("/consolidated/dan_van/2026-Q2/")
    page.locator("a[href^='/submissions/']").first.click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Word").click()
    taken.value.save_as(tmp_path / "signed.docx")
    hands = Edited(tmp_path / "signed.docx")
    hands.edit("rec_turns", "typed over", "230")
    hands.edit("mod_total", "deleted", "")
    first = next(one for one in hands.document.paragraphs if "lượt" in one.text)
    first._p.addnext(paragraph("Nhân dân đồng tình với cách làm mới."))
    page.goto("/reopen/")
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.locator("#file").set_input_files({"name": "sua.docx", "mimeType": word, "buffer": hands.content()})
    page.get_by_role("button", name="So với hệ thống").click()
    said = page.locator("main")
    expect(said).to_contain_text("Số sửa tay (1)")
    expect(said).to_contain_text("220 → 230")
    expect(said).to_contain_text("Số bị xóa (1)")
    expect(said).to_contain_text("220 → 221")  # An restated after it was signed
    expect(said).to_contain_text("Lời văn thêm hoặc sửa (1)")
    fits_and_is_open_to_all(page, pictures, "every-reopen-found")


def test_a_paper_is_filled_in_mended_and_read(open_as, world: World, pictures):
    page = open_as("mai")
    page.goto("/papers/new/awards/?office=front")
    page.get_by_label("Nội dung khen thưởng").fill("trong phong trào “Dân vận khéo”")
    page.get_by_label("Kèm theo").fill("Tờ trình số 05/TTr-MTTQ-BTT")
    page.get_by_label("Họ và tên, dòng 1").fill("Nguyễn Văn Ví Dụ")
    page.get_by_role("button", name="Thêm dòng").first.click()
    expect(page.get_by_label("Họ và tên, dòng 1")).to_have_value("Nguyễn Văn Ví Dụ")
    page.get_by_role("button", name="Lưu bản nháp").last.click()
    expect(page.locator("main")).to_contain_text("Có tên cá nhân thì phải có ngày hết hạn lưu")
    fits_and_is_open_to_all(page, pictures, "every-paper-wrong")
    page.get_by_label("Xóa tên cá nhân sau ngày").fill("31/12/2027")
    page.get_by_role("button", name="Lưu bản nháp").last.click()
    expect(page.get_by_role("table")).to_contain_text("Nguyễn Văn Ví Dụ")
    fits_and_is_open_to_all(page, pictures, "every-paper-awards")


@pytest.mark.parametrize(
    ("name", "fill", "button", "seen"),
    [
        ("filing_grid", {"v:rec.groups|": "3"}, "Lưu", "text=Đã lưu."),
        ("filing_cell", {"note": "theo sổ"}, "Lưu", "[name='n:rec.turns|'][value='theo sổ']"),
        ("notices", {}, "Đánh dấu đã xem tất cả", "h1"),
        ("search", {"q": "Bình"}, None, "text=Xã Bình"),
        ("check_text", {"text": "Đã giải quyết 22/29 vụ việc, đạt 75%."}, "Kiểm tra", "text=làm tròn 76%"),
        ("units", {"q": "Bình"}, None, "text=Xã Bình"),
        ("audit", {"q": "Mai"}, "Tìm", "td:has-text('Mai')"),
        ("review_submission", {"decision": "Bổ sung số"}, "Trả lại để bổ sung", "text=Đã trả lại Xã An"),
        ("consolidated", {"reason": "Xã An đính chính"}, "Chốt số liệu và ký", "text=Đã chốt và ký lần 2"),
        ("submission", {}, "Kiểm tra dấu chốt", "text=đúng như lúc chốt"),
        ("board_of", {"unit": True}, "Nhắc các đơn vị đã chọn", "text=Đã nhắc 1 đơn vị."),
        (
            "paper_new",
            {"meeting": "Giao ban", "conclusions-0-what": "Rà soát"},
            "Lưu bản nháp",
            "text=Đã lưu bản nháp.",
        ),
        ("form_draft", {"name_vi": "Báo cáo dân vận"}, "Lưu", "[name=name_vi][value='Báo cáo dân vận']"),
    ],
)
def test_forms_post_without_script(open_as, world: World, name: str, fill: dict, button: str | None, seen: str):
    page = open_as(PAGES[name][0], java_script_enabled=False)
    page.goto(world.addresses[name])
    form = page.locator("form", has=page.locator("[name=q]")).last
    if button:
        form = page.locator("main form", has=page.get_by_role("button", name=button, exact=True)).first
    for field, value in fill.items():
        box = form.locator(f"[name='{field}']").first
        box.check() if value is True else box.fill(value)
    with page.expect_navigation() as went:
        form.get_by_role("button", name=button, exact=True).first.click() if button else box.press("Enter")
    assert went.value.status == 200
    expect(page.locator("main").locator(seen).first).to_be_attached()
