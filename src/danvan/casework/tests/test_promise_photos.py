"""A photo that shows a promise was kept: looked into, drawn anew, seen by all only once staff says why it may be."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.casework.actions import dialogues, promises
from danvan.casework.models import Promise, PromiseStep

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]


@staged
def world():
    with scope.system("test"):
        made = small_country()
        today = timezone.localdate()
        held = dialogues.plan(unit=made.an, title="Đối thoại", on=today, host_role="joint", place="Nhà văn hóa", by="t")
        opinion = dialogues.write_down(dialogue=held, text="Mương tắc", by="t")
        made.promise = promises.promise(
            opinion=opinion, text="Nạo vét mương", by_post="Chủ tịch", responsible="UBND", due=today, by="t"
        )
    made.mai, made.lan, made.hung = (signed_in(made.people[name]) for name in ("mai", "lan", "hung"))
    made.page = f"/kept/{made.promise.pk}/"
    return made


def camera(name="IMG_nha_ong_Vi_Du.jpg", size=(3000, 2000)):
    """A photo as a telephone takes it: larger than any screen, and it knows where it was."""
    picture = Image.effect_noise(size, 30).convert("RGB")
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "MayAnhCuaToi", "nha ong Vi Du"
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 35.0, 0.0), 3: "E", 4: (105.0, 50.0, 0.0)})
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, comment=b"toa do nha toi", quality=80)
    file.name = name
    file.seek(0)
    return file


def shown(world, **more):
    return world.mai.post(world.page, {"do": "show", "text": "Đã nạo vét 800 m", "photo": camera(), **more})


def body(answer):
    return answer.content.decode()


def the_photo():
    with scope.system("test"):
        return StoredFile.objects.get(purpose=promises.PHOTO)


def test_a_photo_is_kept_without_what_the_camera_knew(world):
    assert shown(world).status_code == 302
    kept = the_photo()
    picture = Image.open(io.BytesIO(kept.content))

    assert kept.name == f"bang-chung-{world.promise.pk}-1.jpg"
    assert max(picture.size) == promises.WIDEST
    assert not picture.getexif()
    for word in (b"MayAnhCuaToi", b"Vi Du", b"toa do", b"Exif", b"GPS"):
        assert word not in bytes(kept.content)
    assert world.mai.get(f"/files/{kept.pk}/")["Content-Type"] == "image/jpeg"
    assert world.hung.get(f"/files/{kept.pk}/").status_code == 200  # seen from above


def test_everybody_sees_it_only_once_staff_said_why_and_no_longer_than_that(world):
    shown(world)
    photo, citizen = the_photo().pk, Client()
    address = f"/promises/photo/{photo}/"

    def seen() -> bool:
        there = citizen.get(address).status_code
        on_board = address in body(citizen.get("/promises/"))
        assert there == (200 if on_board else 404)
        return on_board

    assert not seen()
    refused = world.mai.post(world.page, {"do": "reveal", "photo": photo})
    assert (refused.status_code, "Chọn vì sao ảnh được hiện" in body(refused)) == (422, True)
    assert not seen()
    assert world.mai.post(world.page, {"do": "reveal", "photo": photo, "basis": "nobody"}).status_code == 302
    assert seen()
    answer = citizen.get(address)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    world.mai.post(world.page, {"do": "hide", "photo": photo})
    assert not seen()
    world.mai.post(world.page, {"do": "reveal", "photo": photo, "basis": "agreed"})
    assert seen()
    with scope.system("test"):
        told = list(PromiseStep.objects.filter(kind__in=("reveal", "hide")).values_list("kind", "text"))
        Promise.objects.update(public=False)
    assert told == [
        ("reveal", "không nhận ra ai, không có biển số, giấy tờ"),
        ("hide", ""),
        ("reveal", "người trong ảnh đã đồng ý"),
    ]
    assert not seen()


def test_no_other_file_comes_out_by_that_door(world):
    shown(world)
    with scope.system("test"):
        other = StoredFile.objects.create(
            unit=world.an, name="a.jpg", kind="jpeg", mime="image/jpeg", size=1, sha256="0" * 64, content=b"x",
            purpose="casework.Attachment", stored_by="t",
        )  # fmt: skip

    assert Client().get(f"/promises/photo/{other.pk}/").status_code == 404
    assert world.mai.post(world.page, {"do": "reveal", "photo": other.pk, "basis": "nobody"}).status_code == 422
    assert Client().get("/promises/photo/999999999/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("anh.jpg", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 600, "không thuộc loại được nhận"),
        ("anh.png", b"%PDF-1.7\n" + b"x" * 300, "không thuộc loại được nhận"),
        ("anh.jpg", b"<svg onload=alert(1)>" + b" " * 300, "không thuộc loại được nhận"),
        ("anh.jpg", b"", "trống"),
        ("anh.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 400, "anh.jpg"),
    ],
    ids=["video", "pdf", "svg", "empty", "broken"],
)
def test_what_is_no_photo_is_refused_in_words_and_nothing_is_written(world, name, content, says):
    file = io.BytesIO(content)
    file.name = name
    refused = shown(world, photo=file)

    assert refused.status_code == 422
    assert says in body(refused)
    assert "Đã nạo vét 800 m" in body(refused)  # the words stay in their field
    with scope.system("test"):
        assert not StoredFile.objects.filter(purpose=promises.PHOTO).exists()
        assert PromiseStep.objects.count() == 1


def test_a_photo_without_words_is_not_kept_either(world):
    assert shown(world, text=" ").status_code == 422
    with scope.system("test"):
        assert not StoredFile.objects.filter(purpose=promises.PHOTO).exists()


def test_the_end_carries_a_photo_too_and_others_show_nothing(world):
    assert world.hung.post(world.page, {"do": "show", "text": "x", "photo": camera()}).status_code == 403
    ended = world.lan.post(world.page, {"do": "keep", "text": "Xong", "photo": camera(size=(800, 600))})

    assert ended.status_code == 302
    with scope.system("test"):
        step = PromiseStep.objects.select_related("photo").get(kind="keep")
    assert Image.open(io.BytesIO(step.photo.content)).size == (800, 600)  # never made larger
