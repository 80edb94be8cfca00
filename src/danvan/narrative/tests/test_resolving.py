"""Whom a report speaks of: told by the text, or asked."""

from __future__ import annotations

from dataclasses import dataclass

from danvan.narrative.reading.document import Document, UnitMention
from danvan.narrative.resolving import resolve


@dataclass(frozen=True)
class Place:
    unit_id: int
    name: str
    level: str
    path: tuple[int, ...]
    path_names: tuple[str, ...]


def place(unit_id: int, level: str, *path: tuple[int, str]) -> Place:
    return Place(unit_id, path[-1][1], level, tuple(u for u, _ in path), tuple(n for _, n in path))


NATION, NGHE_AN, CA_MAU, THAI_NGUYEN = (1, "Việt Nam"), (2, "Tỉnh Nghệ An"), (3, "Tỉnh Cà Mau"), (4, "Tỉnh Thái Nguyên")
HOANG_MAI, QUYNH_LUU = (20, "Thị xã Hoàng Mai"), (21, "Huyện Quỳnh Lưu")
MAP = [
    place(2, "province", NATION, NGHE_AN),
    place(3, "province", NATION, CA_MAU),
    place(4, "province", NATION, THAI_NGUYEN),
    place(20, "district", NATION, NGHE_AN, HOANG_MAI),
    place(201, "commune", NATION, NGHE_AN, HOANG_MAI, (201, "Xã Quỳnh Lộc")),
    place(202, "commune", NATION, NGHE_AN, HOANG_MAI, (202, "Xã Quỳnh Vinh")),
    place(211, "commune", NATION, NGHE_AN, QUYNH_LUU, (211, "Xã Quỳnh Thắng")),
    place(301, "commune", NATION, CA_MAU, (301, "Xã Tân Thành")),
    place(401, "commune", NATION, THAI_NGUYEN, (401, "Xã Tân Thành")),
]


def find(name: str, level: str | None) -> list[Place]:
    return [p for p in MAP if p.name.lower() == name.lower() and level in (None, p.level)]


def text(unit: UnitMention | None, *others: UnitMention, words: str = "") -> Document:
    return Document(words, "", unit, (*((unit,) if unit else ()), *others), None, None, (), ())


def named(kind: str, name: str, level: str, at: int = 0) -> UnitMention:
    quote = f"{kind} {name}".strip()
    return UnitMention(at, at + len(quote), quote, name, level, kind)  # type: ignore[arg-type]


def written(words: str, *mentions: tuple[str, str, str]) -> Document:
    """A text with the places it names, the first of them the reporter."""
    found = [named(kind, name, level, words.index(f"{kind} {name}")) for kind, name, level in mentions]
    return text(*found, words=words)


def test_a_name_borne_once_resolves():
    found = resolve(text(named("tỉnh", "Nghệ An", "province")), find, "30/6/2021")

    assert found.unit_id == 2
    assert "duy nhất" in found.why


def test_a_name_borne_twice_resolves_by_the_province_that_the_text_names():
    found = resolve(
        text(named("xã", "Tân Thành", "commune"), named("tỉnh", "Thái Nguyên", "province")), find, "30/6/2026"
    )

    assert found.unit_id == 401
    assert "tỉnh Thái Nguyên" in found.why


def test_the_larger_place_after_the_name_decides():
    found = resolve(
        written(
            "Báo cáo của xã Tân Thành, tỉnh Cà Mau", ("xã", "Tân Thành", "commune"), ("tỉnh", "Cà Mau", "province")
        ),
        find,
        "30/6/2026",
    )

    assert found.unit_id == 301


def test_a_unique_name_with_another_province_after_it_is_asked_about():
    words = "UBND xã Quỳnh Lộc, tỉnh Cà Mau"

    found = resolve(written(words, ("xã", "Quỳnh Lộc", "commune"), ("tỉnh", "Cà Mau", "province")), find, "30/6/2026")

    assert found.unit_id is None
    assert "không có “xã Quỳnh Lộc” ở đó" in found.why


def test_a_province_that_comes_to_visit_does_not_decide():
    words = "xã Tân Thành họp. " + "Nội dung khác. " * 30 + "Đón đoàn của tỉnh Cà Mau đến thăm."

    found = resolve(written(words, ("xã", "Tân Thành", "commune"), ("tỉnh", "Cà Mau", "province")), find, "30/6/2026")

    assert found.unit_id is None


def test_two_provinces_in_the_heading_do_not_decide():
    words = "tỉnh Cà Mau và tỉnh Thái Nguyên: xã Tân Thành"
    mentions = (("xã", "Tân Thành", "commune"), ("tỉnh", "Cà Mau", "province"), ("tỉnh", "Thái Nguyên", "province"))

    assert resolve(written(words, *mentions), find, "30/6/2026").unit_id is None


def test_a_name_borne_twice_without_a_hint_is_asked_about():
    found = resolve(text(named("xã", "Tân Thành", "commune")), find, "30/6/2026")

    assert found.unit_id is None
    assert "2 đơn vị" in found.why
    assert [c.unit_id for c in found.candidates] == [301, 401]


def test_a_town_without_a_name_is_the_one_that_holds_the_communes_named():
    town = named("thị xã", "", "district")

    found = resolve(text(town, named("xã", "Quỳnh Lộc", "commune"), named("xã", "Quỳnh Vinh", "commune")), find, "x")

    assert found.unit_id == 20
    assert "xã Quỳnh Lộc và xã Quỳnh Vinh" in found.why


def test_the_town_may_be_named_by_its_party_committee():
    committee = UnitMention(0, 1, "Ban Dân vận Thị uỷ", "", "district", "", "Ban Dân vận Thị uỷ")

    found = resolve(
        text(committee, named("xã", "Quỳnh Lộc", "commune"), named("xã", "Quỳnh Vinh", "commune")), find, "x"
    )

    assert found.unit_id == 20


def test_one_commune_named_twice_does_not_name_a_town():
    town, commune = named("thị xã", "", "district"), named("xã", "Quỳnh Lộc", "commune")

    assert resolve(text(town, commune, commune), find, "x").unit_id is None


def test_communes_of_two_districts_do_not_name_a_town():
    town = named("thị xã", "", "district")

    found = resolve(text(town, named("xã", "Quỳnh Lộc", "commune"), named("xã", "Quỳnh Thắng", "commune")), find, "x")

    assert found.unit_id is None


def test_a_name_that_was_not_on_the_map_is_said_to_be_missing():
    found = resolve(text(named("tỉnh", "Hà Tây", "province")), find, "30/6/2021")

    assert found.unit_id is None
    assert "Không có “tỉnh Hà Tây” trên bản đồ ngày 30/6/2021" in found.why


def test_a_text_that_names_nobody_is_asked_about():
    assert resolve(text(None), find, "x").unit_id is None
