"""What everybody may read of a matter: a copy is proved by reading it again, and refused while somebody is told of."""

from __future__ import annotations

import io
import shutil

import pytest
from django.test import Client
from docx import Document
from PIL import Image, ImageDraw, ImageFont

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.casework import actions, protecting
from danvan.casework.actions import documents, publishing
from danvan.casework.errors import CaseError
from danvan.casework.models import Attachment, Matter
from danvan.casework.papers.public import Copy, copy_pdf
from danvan.casework.tests.conftest import world as the_world
from danvan.config.reading import words_of

pytestmark = pytest.mark.as_people
world = the_world
PERSON = {
    "name": "Quách Thị Nguyệt Ánh",
    "phone": "0987 654 321",
    "paper": "036187004512",
    "address": "số 47 ngõ Hoa Sữa, thôn Đông Cao",
}
LINES = (
    "Kính gửi Ủy ban nhân dân xã An,",
    "Tôi là Quách Thị Nguyệt Ánh, CCCD 036187004512, điện thoại 0987.654.321, ở số 47 ngõ Hoa Sữa.",
    "Bãi rác cạnh trạm bơm Cây Đa đã ba tuần chưa dọn. Bà Ánh và ông Lò Văn Pản đã báo thôn.",
    "quach thi nguyet anh ký tên",
)


def docx() -> bytes:
    document, out = Document(), io.BytesIO()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Người viết", "Quách Thị Nguyệt Ánh"
    document.core_properties.author = PERSON["name"]
    document.save(out)
    return out.getvalue()


def pdf() -> bytes:
    return copy_pdf(Copy(unit="x", title="Đơn", note="", text=LINES))


def picture() -> bytes:
    image, out = Image.new("RGB", (1700, 700), "white"), io.BytesIO()
    font = ImageFont.truetype("DejaVuSans.ttf", 38)
    for number, line in enumerate(LINES):
        ImageDraw.Draw(image).text((40, 60 + 90 * number), line[:78], "black", font=font)
    image.save(out, "PNG")
    return out.getvalue()


def kept(world, content, name, kind="recommendation"):
    with scope.system("test"):
        matter = actions.receive(unit=world.an, matter_type=kind, title="Đề nghị dọn bãi rác", person=PERSON, by="t")
        paper = documents.keep(matter=matter, upload=io.BytesIO(content), name=name, kind="original", by="t")
    return matter, paper


def published(world, matter, paper, chosen="", text=None):
    post = world.post["lan"]
    with scope.acting(post):
        if text is None:
            text = publishing.words_of(matter=matter, file=paper.file_id, by=post)
        copy = publishing.publish_paper(matter=matter, file=paper.file_id, text=text, chosen=chosen, by=post)
        return words_of(bytes(StoredFile.objects.get(pk=copy.file_id).content), "x.pdf")


@pytest.mark.parametrize(
    ("make", "name"), [(docx, "don.docx"), (pdf, "don.pdf"), (lambda: "\n".join(LINES).encode(), "don.txt")]
)
def test_a_copy_says_the_same_but_nobody(world, make, name):
    matter, paper = kept(world, make(), name)
    said = published(world, matter, paper, chosen="trạm bơm cây đa\nông Lò Văn Pản = một người dân")

    assert protecting.find(said, protecting.tokens([PERSON]), forms=True) == []
    assert "chưa dọn" in said
    assert "một người dân đã báo thôn" in " ".join(said.split())
    assert "Cây Đa" not in said
    assert "Pản" not in said
    with scope.system("test"):
        copy = Attachment.objects.get(kind="public")
        assert (copy.of_id, copy.file.name) == (paper.pk, f"cong-khai-{str(matter).replace('/', '-')}-1.pdf")
        raw = bytes(copy.file.content)
    assert b"Qu\xc3\xa1ch" not in raw


@pytest.mark.skipif(not shutil.which("tesseract"), reason="no Tesseract")
def test_a_picture_is_read_and_becomes_a_copy(world):
    matter, paper = kept(world, picture(), "don.png")
    said = published(world, matter, paper)

    assert protecting.find(said, protecting.tokens([PERSON]), forms=True) == []
    assert "dọn" in said


def test_what_is_left_is_refused_with_its_place(world, monkeypatch):
    """As if hiding had failed: the proof reads the file itself."""
    matter, paper = kept(world, b"x" * 20, "don.txt")
    monkeypatch.setattr(publishing, "redacted", lambda text, sought, chosen: text)
    with pytest.raises(CaseError) as told:
        published(world, matter, paper, text="Dòng đầu\n\nDo bà Nguyệt Ánh ở số 47 ngõ Hoa Sữa viết")

    said = str(told.value)
    assert "họ tên, địa chỉ" in said
    assert "dòng" in said
    assert "Nguyệt" not in said
    assert "[đã che]" in said
    with scope.system("test"):
        assert not Attachment.objects.filter(kind="public").exists()
        assert not StoredFile.objects.filter(purpose=publishing.PURPOSE).exists()


def test_words_put_in_place_of_others_are_looked_at_too(world):
    matter, paper = kept(world, b"x" * 20, "don.txt")
    said = published(
        world, matter, paper, chosen="người viết = bà Quách Thị Nguyệt Ánh", text="Theo người viết thì tốt."
    )

    assert "Quách" not in said


def test_black_over_words_does_not_hide_them_from_the_proof():
    drawn = copy_pdf(Copy(unit="x", title="Đơn", note="", text=("Bà Quách Thị Nguyệt Ánh", "số 47 ngõ Hoa Sữa")))
    with pytest.raises(CaseError):
        publishing.prove(drawn, protecting.tokens([PERSON]))
    publishing.prove(copy_pdf(Copy("x", "Đơn", "", ("Một người dân",))), protecting.tokens([PERSON]))
    with pytest.raises(CaseError):
        publishing.prove(b"%PDF-1.7 broken", protecting.tokens([PERSON]))


def test_everybody_reads_it_once_the_matter_is_public_and_no_longer_after(world, as_person):
    matter, paper = kept(world, docx(), "don.docx")
    lan, web = as_person(world.people["lan"]), Client()
    page = lan.get(f"/matters/{matter.pk}/papers/{paper.file_id}/publish/").content.decode()
    assert "Bãi rác cạnh trạm bơm" in page
    assert "Nguyệt Ánh" not in page
    text = page[page.index('name="text"') :].partition(">")[2].partition("</textarea>")[0]
    answer = lan.post(f"/matters/{matter.pk}/papers/{paper.file_id}/publish/", {"do": "publish", "text": text})
    assert answer.status_code == 302
    with scope.system("test"):
        copy = Attachment.objects.get(kind="public")
    assert web.get(f"/told/papers/{copy.pk}/").status_code == 404
    early = lan.post(f"/matters/{matter.pk}/publish/", {"do": "publish", "text": "Đã dọn."})
    assert early.status_code == 422
    with scope.system("test"):
        actions.act(matter=Matter.objects.get(pk=matter.pk), kind="file", reason="Đã dọn xong", by="t")
    named = lan.post(f"/matters/{matter.pk}/publish/", {"do": "publish", "text": "Đã dọn cho bà Nguyệt Ánh."})
    assert named.status_code == 422
    assert "còn họ tên" in named.content.decode()
    assert lan.post(f"/matters/{matter.pk}/publish/", {"do": "publish", "text": "Đã dọn."}).status_code == 302

    assert f"/told/papers/{copy.pk}/" in web.get("/told/").content.decode()
    assert web.get(f"/told/papers/{copy.pk}/").headers["Content-Type"] == "application/pdf"
    assert web.get(f"/told/papers/{paper.pk}/").status_code == 404  # the paper itself never
    assert as_person(world.people["tuan"]).get(f"/files/{copy.file_id}/").status_code == 404
    assert lan.post(f"/matters/{matter.pk}/publish/", {"do": "withdraw"}).status_code == 302
    assert web.get(f"/told/papers/{copy.pk}/").status_code == 404


def test_who_does_not_decide_publishes_nothing(world, as_person):
    matter, paper = kept(world, docx(), "don.docx")
    for who in ("mai", "tuan", "nga"):
        for address in (f"/matters/{matter.pk}/publish/", f"/matters/{matter.pk}/papers/{paper.file_id}/publish/"):
            assert as_person(world.people[who]).get(address).status_code in (403, 404)


def test_a_denunciations_paper_is_worked_on_only_while_it_is_open(world, as_person):
    matter, paper = kept(world, docx(), "ket-luan.docx", "denunciation")
    page = as_person(world.people["lan"]).get(f"/matters/{matter.pk}/papers/{paper.file_id}/publish/")

    assert page.status_code == 422
    assert "cần hai người mở" in page.content.decode()
    assert "Bãi rác" not in page.content.decode()
