"""Report files as people send them: kept, read one by one, refused with a sentence; a worker and a page both read."""

from __future__ import annotations

import email.message
import io
import zipfile
from datetime import timedelta

import docx
import pytest
from django.utils import timezone

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.narrative import actions
from danvan.narrative.actions import ReportError, queued, taking_in
from danvan.narrative.models import IntakeFile, Report
from danvan.narrative.reading.tests.test_encodings import tcvn3
from danvan.narrative.tests.test_deciding import TEXT

pytestmark = pytest.mark.django_db


world = staged(small_country)


@pytest.fixture
def mai(world):
    with scope.acting(post_of(world.people["mai"])) as by:
        yield by


def word(text: str) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name.replace("__", "."), data)
    return out.getvalue()


def mail(text: str, name: str, attached: bytes) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.vn", "b@example.vn", "Báo cáo quý III"
    message["Date"] = "Fri, 02 Oct 2026 08:00:00 +0700"
    message.set_content(text)
    message.add_attachment(attached, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def other(number: int) -> str:
    return TEXT.replace("46 lượt", f"{number} lượt")


def send(by, *uploads: tuple[str, bytes], text: str = ""):
    intake = actions.take_in(uploads=[(name, io.BytesIO(data)) for name, data in uploads], by=by, text=text)
    actions.read_waiting(post=by, intake=intake.pk)
    return intake


def outcome(intake) -> dict[str, str]:
    return {one.name: one.state for one in intake.files.order_by("pk")}


def test_files_of_many_kinds_become_reports_of_the_sender_s_unit(mai, world):
    lines = "".join(f"<p>{line}</p>" for line in other(51).split("\n"))
    page = f"<!doctype html><html><body>{lines}</body></html>".encode()
    intake = send(mai, ("a.txt", TEXT.encode()), ("b.docx", word(other(50))), ("c.html", page))

    assert outcome(intake) == {"a.txt": "read", "b.docx": "read", "c.html": "read"}
    assert {one.received_for for one in Report.objects.all()} == {world.an}
    assert {one.unit for one in Report.objects.all()} == {world.an}
    kept = {one.name: one.file_id is not None for one in Report.objects.all()}
    assert kept == {"a.txt": True, "b.docx": True, "c.html": False}
    assert StoredFile.objects.get(name="c.html").content is None  # only read, not handed on


def test_a_text_of_an_old_encoding_is_taken_in_and_read(mai):
    said = "Quý III năm 2026, xã An đã tiếp 46 lượt công dân, tổ chức 3 cuộc đối thoại."
    intake = send(mai, ("cu.txt", tcvn3(said).encode("latin-1")))

    assert outcome(intake) == {"cu.txt": "read"}
    assert Report.objects.get().text == said


def test_a_pasted_text_is_a_report_too(mai):
    intake = send(mai, text=TEXT.replace("\n", "\r\n"))

    assert outcome(intake) == {"Văn bản dán vào.txt": "read"}
    assert Report.objects.get().text == TEXT


def test_what_cannot_be_read_says_why_and_leaves_the_others_alone(mai):
    intake = send(
        mai, ("tot.txt", TEXT.encode()), ("anh.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99), ("cut.pdf", b"%PDF-1.4 x")
    )

    assert outcome(intake) == {"tot.txt": "read", "anh.png": "refused", "cut.pdf": "refused"}
    why = {one.name: one.why for one in intake.files.all()}
    assert "không thuộc loại được nhận" in why["anh.png"]
    assert "cắt cụt" in why["cut.pdf"]


def test_the_same_text_again_is_said_to_be_known(mai):
    send(mai, ("a.txt", TEXT.encode()))
    again = send(mai, ("khac-ten.txt", TEXT.encode()))

    assert outcome(again) == {"khac-ten.txt": "known"}
    assert Report.objects.count() == 1
    assert StoredFile.objects.get(name="khac-ten.txt").content is None


def test_a_package_becomes_its_files_each_by_itself(mai):
    package = packed(a__txt=TEXT.encode(), b__docx=word(other(50)), c__png=b"\x89PNG\r\n\x1a\n" + b"0" * 99)
    intake = send(mai, ("tat-ca.zip", package))

    assert outcome(intake) == {
        "tat-ca.zip": "opened",
        "tat-ca.zip › a.txt": "read",
        "tat-ca.zip › b.docx": "read",
        "tat-ca.zip › c.png": "refused",
    }
    assert StoredFile.objects.get(name="b.docx").content is not None
    assert StoredFile.objects.get(name="tat-ca.zip").content is not None  # one of its files may be tried again


def test_a_mail_gives_its_words_and_what_is_attached(mai):
    intake = send(mai, ("thu.eml", mail("Kính gửi báo cáo.", "bc.txt", TEXT.encode())))

    assert outcome(intake)["thu.eml › bc.txt"] == "read"
    assert StoredFile.objects.get(name="thu.eml").content is None


def test_macros_in_a_package_are_refused_as_anywhere(mai):
    from danvan.access.tests import files_sample

    bad = files_sample.repacked(word(TEXT), add={"word/vbaProject.bin": b"x"})
    intake = send(mai, ("goi.zip", packed(a__docx=bad)))

    assert "macro" in intake.files.get(member__contains="a.docx").why


def test_a_file_that_failed_can_be_tried_again(mai, monkeypatch):
    monkeypatch.setattr(taking_in, "read_bytes", lambda data, name: (_ for _ in ()).throw(MemoryError()))
    intake = send(mai, ("a.txt", TEXT.encode()))
    failed = intake.files.get()
    assert (failed.state, "gặp lỗi" in failed.why) == ("refused", True)
    monkeypatch.undo()

    actions.try_again(file=failed, by=mai)
    actions.read_waiting(post=mai, intake=intake.pk)

    assert outcome(intake) == {"a.txt": "read"}


def test_what_could_not_be_read_stays_a_day_to_be_tried_again_and_the_reason_for_good(world):
    tomorrow = timezone.now() + taking_in.REFUSED_FOR + timedelta(minutes=5)
    with scope.acting(post_of(world.people["mai"])) as mai:
        intake = send(mai, ("a.docx", word(TEXT)), ("b.docx", word("   ")))
        (row,) = intake.files.filter(state="refused")
        why = row.why
        assert why
    assert actions.let_go_refused() == 0
    assert actions.let_go_refused(tomorrow) == 1
    assert actions.let_go_refused(tomorrow) == 0
    row.refresh_from_db()
    kept = intake.files.get(name="a.docx")
    assert (row.state, row.why, row.file.content) == ("refused", why, None)
    assert kept.report.file.content
    assert Event.objects.filter(verb="access.discard_file").get().data["reason"] == "Không đọc được; lý do được giữ."
    with scope.acting(post_of(world.people["mai"])) as mai, pytest.raises(ReportError, match="hãy sửa theo lý do"):
        actions.try_again(file=row, by=mai)


def test_what_could_not_be_read_stays_while_others_of_its_sending_wait(world):
    with scope.acting(post_of(world.people["mai"])) as mai:
        intake = send(mai, ("b.docx", word("   ")))
        IntakeFile.objects.create(intake=intake, name="c.docx", file=intake.files.get().file)
    assert actions.let_go_refused(timezone.now() + 2 * taking_in.REFUSED_FOR) == 0


def test_a_file_that_was_not_taken_in_cannot_be_tried_again(mai):
    intake = send(mai, ("anh.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99))

    with pytest.raises(ReportError, match="gửi lại"):
        actions.try_again(file=intake.files.get(), by=mai)


def test_what_a_dead_process_took_up_is_taken_up_again_but_not_for_ever(mai):
    intake = actions.take_in(uploads=[("a.txt", io.BytesIO(TEXT.encode()))], by=mai)
    for attempt in range(queued.MOST_ATTEMPTS):
        assert taking_in._taken_up(intake.pk).attempts == attempt + 1
        assert taking_in._taken_up(intake.pk) is None  # it is being read
        intake.files.update(taken_at=intake.files.get().taken_at - taking_in.LEASE - timedelta(seconds=1))

    assert actions.read_waiting(post=mai, intake=intake.pk) == 0
    assert (intake.files.get().state, "không xong" in intake.files.get().why) == ("refused", True)


def test_two_that_took_up_the_same_file_finish_it_once(mai):
    intake = actions.take_in(uploads=[("a.txt", io.BytesIO(TEXT.encode()))], by=mai)
    first = taking_in._taken_up(intake.pk)
    intake.files.update(taken_at=first.taken_at - taking_in.LEASE - timedelta(seconds=1))
    second = taking_in._taken_up(intake.pk)
    read = taking_in._outcome(second)
    taking_in._finish(second, read)

    taking_in._finish(first, "không đọc được")

    assert outcome(intake) == {"a.txt": "read"}


def test_a_worker_reads_for_the_sender_and_the_trail_names_the_sender(world):
    with scope.acting(post_of(world.people["mai"])) as mai:
        intake = actions.take_in(uploads=[("a.txt", io.BytesIO(TEXT.encode()))], by=mai)

    assert actions.read_waiting() == 1  # in the system's scope

    report = Report.objects.get()
    assert report.received_for == world.an
    assert Event.objects.get(verb="narrative.take_in").label == "a.txt"
    event = Event.objects.get(verb="narrative.receive")
    assert (event.person, event.stream, event.by) == (mai.person_id, world.an.pk, str(mai))
    assert outcome(intake) == {"a.txt": "read"}


def test_what_a_unit_sent_is_its_own_business(mai, world):
    send(mai, ("a.txt", TEXT.encode()))
    with scope.system("look up"):
        others = [post_of(world.people[name]) for name in ("hung", "nga")]
    for post in others:
        with scope.acting(post):
            assert not IntakeFile.objects.exists()


def test_who_only_sees_sends_nothing(world):
    with scope.acting(post_of(world.people["xem"])) as xem, pytest.raises(scope.Refused):
        actions.take_in(uploads=[("a.txt", io.BytesIO(TEXT.encode()))], by=xem)


@pytest.mark.parametrize(("uploads", "said"), [([], "Chưa có gì"), ([("a.txt", b"x")] * 501, "chia nhỏ")])
def test_nothing_and_too_much_are_refused_with_a_sentence(mai, uploads, said):
    with pytest.raises(ReportError, match=said):
        actions.take_in(uploads=[(name, io.BytesIO(data)) for name, data in uploads], by=mai)
