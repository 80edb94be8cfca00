"""Each verb writes what it says from its day on, and refuses what cannot be with a sentence that says what to do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from danvan.audit.models import Event
from danvan.units import actions, queries
from danvan.units.actions import Founding, Part, UnitError
from danvan.units.models import Succession, Unit, UnitVersion
from danvan.units.tests.places import BY, START, Level, day, found

pytestmark = pytest.mark.django_db


def names_below(unit: Unit, on: dt.date) -> list[str]:
    return [version.name for version in queries.children(unit, on)]


def name(unit: Unit, on: dt.date) -> str | None:
    version = queries.version_on(unit, on)
    return version and version.name


def test_a_unit_exists_from_the_day_it_is_established(land):
    new = found("Xã Mới", Level.COMMUNE, land.east, on=day(3))

    assert name(new, day(2, 29)) is None
    assert name(new, day(3)) == "Xã Mới"
    assert queries.version_on(new, day(3)).designation == "xã"


def test_a_renamed_unit_stays_the_same_unit(land):
    actions.rename(unit=land.an, name="Phường An Hòa", code="00101", on=day(5), by=BY, decision="NQ 1")

    before, after = queries.history(land.an).versions
    assert (before.name, before.code, before.during.upper) == ("Xã An Hòa", "00001", day(5))
    assert (after.name, after.code, after.designation, after.decision) == ("Phường An Hòa", "00101", "phường", "NQ 1")
    assert after.parent == land.east


def test_a_moved_unit_takes_everything_under_it_along(land):
    actions.move(unit=land.an, to=land.mai, on=day(5), by=BY)

    assert [version.name for version in queries.path(land.mot, day(4))] == [
        "Việt Nam", "Tỉnh Đông Hà", "Xã An Hòa", "Thôn Một",
    ]  # fmt: skip
    assert [version.name for version in queries.path(land.mot, day(5))] == [
        "Việt Nam", "Tỉnh Tây Hà", "Huyện Mai Sơn", "Xã An Hòa", "Thôn Một",
    ]  # fmt: skip


def test_two_changes_on_one_day_are_one_version(land):
    actions.move(unit=land.an, to=land.west, on=day(5), by=BY)
    actions.rename(unit=land.an, name="Xã An Tây", on=day(5), by=BY)

    versions = queries.history(land.an).versions
    assert [(v.name, v.parent) for v in versions] == [("Xã An Hòa", land.east), ("Xã An Tây", land.west)]


def test_a_merger_ends_the_old_and_hands_their_children_to_the_new(land):
    new = actions.merge(
        units=[land.an, land.binh], into=Founding(name="Xã Hòa Bình", code="00001"), on=day(7), by=BY, decision="NQ 2"
    )

    assert names_below(land.east, day(6, 30)) == ["Xã An Hòa", "Xã Bình Hòa", "Phường Cường Thịnh"]
    assert names_below(land.east, day(7)) == ["Xã Hòa Bình", "Phường Cường Thịnh"]
    assert names_below(new, day(7)) == ["Thôn Một"]
    edges = queries.history(new).predecessors
    assert [(e.predecessor_name, e.kind, e.share, e.decision) for e in edges] == [
        ("Xã An Hòa", "whole", 1, "NQ 2"),
        ("Xã Bình Hòa", "whole", 1, "NQ 2"),
    ]


def test_a_unit_can_absorb_another(land):
    assert actions.merge(units=[land.an], into=land.binh, on=day(7), by=BY) == land.binh

    assert names_below(land.binh, day(7)) == ["Thôn Một"]
    assert len(queries.history(land.binh).versions) == 1


def test_provinces_and_their_communes_can_merge_on_one_day(land):
    new_province = actions.merge(
        units=[land.east, land.west], into=Founding(name="Tỉnh Hà", code="01"), on=day(7), by=BY
    )
    new_commune = actions.merge(
        units=[land.an, land.dong], into=Founding(name="Xã An Đông", parent=new_province), on=day(7), by=BY
    )

    assert set(names_below(new_province, day(7))) == {
        "Huyện Mai Sơn", "Xã An Đông", "Xã Bình Hòa", "Phường Cường Thịnh",
    }  # fmt: skip
    assert names_below(new_commune, day(7)) == ["Thôn Một"]
    assert [v.during.upper for v in queries.history(land.an).versions] == [day(7)]


def test_a_split_shares_a_unit_out(land):
    new, old = actions.split(
        unit=land.an,
        parts=[
            Part(
                to=Founding(name="Xã An Mới", code="00009"),
                share=Decimal("0.25"),
                basis="dân số 2023",
                children=[land.mot],
            ),
            Part(to=land.binh, share=Decimal("0.75"), basis="dân số 2023"),
        ],
        on=day(7),
        by=BY,
    )

    assert old == land.binh
    assert name(land.an, day(7)) is None
    assert names_below(new, day(7)) == ["Thôn Một"]
    assert [(e.successor_name, e.share) for e in queries.history(land.an).successors] == [
        ("Xã Bình Hòa", Decimal("0.75")),
        ("Xã An Mới", Decimal("0.25")),
    ]


def test_a_unit_that_gives_a_part_away_goes_on(land):
    actions.split(unit=land.an, parts=[Part(to=land.binh)], remains=True, on=day(7), by=BY)

    assert name(land.an, day(7)) == "Xã An Hòa"
    assert names_below(land.an, day(7)) == ["Thôn Một"]


def test_a_dissolved_unit_has_no_successor(land):
    actions.dissolve(unit=land.mot, on=day(7), by=BY)

    assert name(land.mot, day(6, 30)) == "Thôn Một"
    assert name(land.mot, day(7)) is None
    assert queries.history(land.mot).successors == []


def test_a_share_is_decided_later_with_its_basis(land):
    new, _ = actions.split(
        unit=land.cuong, parts=[Part(to=Founding(name="Phường Một")), Part(to=land.binh)], on=day(7), by=BY
    )
    share = {"predecessor": land.cuong, "on": day(7), "by": BY}

    actions.decide_share(successor=new, share=Decimal("0.4"), basis="số hộ", **share)
    actions.decide_share(successor=land.binh, share=Decimal("0.6"), basis="số hộ", **share)

    edges = Succession.objects.filter(predecessor=land.cuong).order_by("share")
    assert [(e.share, e.basis) for e in edges] == [(Decimal("0.4"), "số hộ"), (Decimal("0.6"), "số hộ")]


def test_every_verb_leaves_one_event(land):
    earlier = set(Event.objects.values_list("pk", flat=True))
    actions.rename(unit=land.an, name="Xã An", on=day(2), by="ông Nam", decision="NQ 9")
    actions.merge(units=[land.an], into=land.binh, on=day(7), by=BY)

    renamed, merged = Event.objects.exclude(pk__in=earlier).order_by("pk")
    assert (renamed.by, renamed.verb, renamed.label) == ("ông Nam", "units.rename", "Xã An Hòa → Xã An")
    assert (renamed.subject, renamed.data["on"], renamed.data["decision"]) == (
        f"units.Unit:{land.an.pk}", "2024-02-01", "NQ 9",
    )  # fmt: skip
    assert (merged.verb, merged.label, merged.data["units"]) == ("units.merge", "Xã An → Xã Bình Hòa", [land.an.pk])


def test_a_body_stands_in_a_territory_and_moves_with_it(land):
    front = found("Ủy ban MTTQ Việt Nam xã An Hòa", Level.COMMUNE, land.an, kind="body", line="front")
    new = actions.merge(units=[land.an, land.binh], into=Founding(name="Xã Hòa Bình"), on=day(7), by=BY)

    assert [n.name for n in queries.tree(new, day(7), line="front")] == [
        "Xã Hòa Bình", "Thôn Một", "Ủy ban MTTQ Việt Nam xã An Hòa",
    ]  # fmt: skip
    assert [n.name for n in queries.tree(new, day(7))] == ["Xã Hòa Bình", "Thôn Một"]
    assert name(front, day(7)) == "Ủy ban MTTQ Việt Nam xã An Hòa"


def give(land, to, share):
    part = Part(to=to, share=Decimal(share), basis="số hộ")
    actions.split(unit=land.cuong, parts=[part], remains=True, on=day(7), by=BY)


def merged_away(land):
    actions.merge(units=[land.an], into=land.binh, on=day(7), by=BY)


REFUSED = {
    "a day before the unit": (
        lambda land: actions.rename(unit=land.an, name="Xã X", on=dt.date(2019, 1, 1), by=BY),
        "Ngày 01/01/2019 chưa có Xã An Hòa: đơn vị này có từ ngày 01/01/2020",
    ),
    "a unit that ended": (
        lambda land: (merged_away(land), actions.rename(unit=land.an, name="Xã X", on=day(8), by=BY)),
        "Xã An Hòa đã kết thúc từ ngày 01/07/2024; hãy chọn một đơn vị còn tồn tại",
    ),
    "a merge of an ended unit": (
        lambda land: (
            merged_away(land),
            actions.merge(units=[land.an, land.cuong], into=Founding(name="Xã X"), on=day(9), by=BY),
        ),
        "Xã An Hòa đã kết thúc từ ngày 01/07/2024",
    ),
    "a merge into an ended unit": (
        lambda land: (merged_away(land), actions.merge(units=[land.cuong], into=land.an, on=day(9), by=BY)),
        "Xã An Hòa đã kết thúc từ ngày 01/07/2024",
    ),
    "a merge into itself": (
        lambda land: actions.merge(units=[land.an, land.binh], into=land.an, on=day(7), by=BY),
        "Xã An Hòa vừa nhập vào vừa nhận",
    ),
    "a merge of nothing": (
        lambda land: actions.merge(units=[], into=land.an, on=day(7), by=BY),
        "ít nhất một đơn vị",
    ),
    "a merge into a child": (
        lambda land: actions.merge(units=[land.mai], into=land.dong, on=day(7), by=BY),
        "Thị trấn Đông nằm trong Huyện Mai Sơn",
    ),
    "a merge across parents without a parent": (
        lambda land: actions.merge(units=[land.an, land.dong], into=Founding(name="Xã X"), on=day(7), by=BY),
        "hãy nêu rõ cấp và đơn vị cấp trên",
    ),
    "a merge that leaves communes under a commune": (
        lambda land: actions.merge(
            units=[land.mai], into=Founding(name="Xã X", level="commune"), on=day(7), by=BY
        ),
        "Thị trấn Đông (cấp xã) không thể trực thuộc Xã X (cấp xã)",
    ),
    "a split with shares over one": (
        lambda land: actions.split(
            unit=land.cuong,
            parts=[Part(to=land.an, share=Decimal("0.7")), Part(to=land.binh, share=Decimal("0.4"))],
            on=day(7),
            by=BY,
        ),
        "Các tỷ lệ cộng lại là 1,1, vượt quá 1",
    ),
    "a split with shares under one": (
        lambda land: actions.split(
            unit=land.cuong,
            parts=[Part(to=land.an, share=Decimal("0.5")), Part(to=land.binh, share=Decimal("0.4"))],
            on=day(7),
            by=BY,
        ),
        "phải chia hết, cộng lại đúng bằng 1",
    ),
    "a split with nothing left for the undecided": (
        lambda land: actions.split(
            unit=land.cuong, parts=[Part(to=land.an, share=Decimal(1)), Part(to=land.binh)], on=day(7), by=BY
        ),
        "không còn gì cho phần còn lại",
    ),
    "a share that is none": (
        lambda land: actions.split(
            unit=land.cuong, parts=[Part(to=land.an, share=Decimal(0)), Part(to=land.binh)], on=day(7), by=BY
        ),
        "Tỷ lệ 0 không hợp lệ",
    ),
    "a split into one": (
        lambda land: actions.split(unit=land.cuong, parts=[Part(to=land.an)], on=day(7), by=BY),
        "cần ít nhất hai phần",
    ),
    "a split twice into the same": (
        lambda land: actions.split(unit=land.cuong, parts=[Part(to=land.an), Part(to=land.an)], on=day(7), by=BY),
        "Xã An Hòa đã nhận một phần trong ngày này",
    ),
    "a part given twice on one day": (
        lambda land: (
            actions.split(unit=land.cuong, parts=[Part(to=land.an)], remains=True, on=day(7), by=BY),
            actions.split(unit=land.cuong, parts=[Part(to=land.an)], remains=True, on=day(7), by=BY),
        ),
        "Xã An Hòa đã nhận một phần trong ngày này",
    ),
    "parts of one day over one": (
        lambda land: (
            give(land, land.an, "0.6"),
            give(land, land.binh, "0.6"),
        ),
        "Các tỷ lệ cộng lại là 1,2, vượt quá 1",
    ),
    "a split that forgets a child": (
        lambda land: actions.split(unit=land.an, parts=[Part(to=land.binh), Part(to=land.cuong)], on=day(7), by=BY),
        r"Còn 1 đơn vị trực thuộc chưa rõ về đâu (Thôn Một)",
    ),
    "a split that gives away a stranger": (
        lambda land: actions.split(
            unit=land.cuong, parts=[Part(to=land.binh, children=[land.mot]), Part(to=land.an)], on=day(7), by=BY
        ),
        "phải đang trực thuộc đơn vị bị chia",
    ),
    "dissolving a unit with children": (
        lambda land: actions.dissolve(unit=land.east, on=day(7), by=BY),
        "Tỉnh Đông Hà còn 3 đơn vị trực thuộc (Phường Cường Thịnh, Xã An Hòa, Xã Bình Hòa)",
    ),
    "dissolving a unit on its first day": (
        lambda land: actions.dissolve(unit=land.mot, on=START, by=BY),
        "mới thành lập ngày 01/01/2020",
    ),
    "giving a part away on the first day": (
        lambda land: actions.split(unit=land.cuong, parts=[Part(to=land.an)], remains=True, on=START, by=BY),
        "không thể chia hay kết thúc trong ngày đó",
    ),
    "a change before a recorded one": (
        lambda land: (
            actions.rename(unit=land.an, name="Xã X", on=day(7), by=BY),
            actions.move(unit=land.an, to=land.west, on=day(6), by=BY),
        ),
        "đã có thay đổi ghi từ ngày 01/07/2024, sau ngày 01/06/2024",
    ),
    "ending a unit that received another that day": (
        lambda land: (merged_away(land), actions.dissolve(unit=land.binh, on=day(7), by=BY)),
        "đã cho hoặc nhận một phần đơn vị khác ngày 01/07/2024",
    ),
    "ending a unit that received another later": (
        lambda land: (merged_away(land), actions.dissolve(unit=land.binh, on=day(6), by=BY)),
        "đã có thay đổi ghi từ ngày 01/07/2024",
    ),
    "moving under oneself": (
        lambda land: actions.move(unit=land.an, to=land.an, on=day(7), by=BY),
        "không thể trực thuộc",
    ),
    "moving where it is": (
        lambda land: actions.move(unit=land.an, to=land.east, on=day(7), by=BY),
        "đã trực thuộc đơn vị này",
    ),
    "moving under a parent that has ended": (
        lambda land: (merged_away(land), actions.move(unit=land.mot, to=land.an, on=day(8), by=BY)),
        "Xã An Hòa đã kết thúc",
    ),
    "moving under a parent that will end": (
        lambda land: (
            actions.merge(units=[land.cuong], into=land.binh, on=day(7), by=BY),
            actions.move(unit=land.mot, to=land.cuong, on=day(6), by=BY),
        ),
        "Phường Cường Thịnh đã kết thúc từ ngày 01/07/2024",
    ),
    "moving a province into a commune": (
        lambda land: actions.move(unit=land.west, to=land.an, on=day(7), by=BY),
        "Tỉnh Tây Hà (cấp tỉnh) không thể trực thuộc Xã An Hòa (cấp xã)",
    ),
    "a code that another bears": (
        lambda land: found("Xã X", Level.COMMUNE, land.east, on=day(7), code="00002"),
        "Mã 00002 đang là mã của Xã Bình Hòa",
    ),
    "renaming into another's code": (
        lambda land: actions.rename(unit=land.an, code="00002", on=day(7), by=BY),
        "Mã 00002 đang là mã của Xã Bình Hòa",
    ),
    "renaming to the same": (
        lambda land: actions.rename(unit=land.an, name="Xã An Hòa", on=day(7), by=BY),
        "đã có đúng tên và mã này",
    ),
    "a unit without a name": (lambda land: found("  ", Level.COMMUNE, land.east), "Tên đơn vị phải có"),
    "a unit without a parent": (lambda land: found("Xã X", Level.COMMUNE), "chưa có đơn vị cấp trên"),
    "a second country": (lambda land: found("Nước X", Level.COUNTRY), "đã có một cấp cao nhất"),
    "a level that is none": (lambda land: found("Xã X", "village", land.east), "Không có cấp “village”"),
    "a parent that is not there yet": (
        lambda land: found("Xã X", Level.COMMUNE, land.east, on=dt.date(2019, 1, 1)),
        "Ngày 01/01/2019 chưa có Tỉnh Đông Hà",
    ),
    "a body without a line": (lambda land: found("Hội", Level.COMMUNE, land.an, kind="body"), "phải thuộc một hệ"),
    "a territory under a body": (
        lambda land: found(
            "Xã X", Level.COMMUNE, found("Mặt trận", Level.PROVINCE, land.east, kind="body", line="front")
        ),
        "địa bàn phải trực thuộc một địa bàn",
    ),
    "a body merged with a territory": (
        lambda land: actions.merge(
            units=[found("Mặt trận", Level.COMMUNE, land.an, kind="body", line="front")],
            into=land.binh,
            on=day(7),
            by=BY,
        ),
        "tổ chức với tổ chức cùng hệ",
    ),
    "a unit that was never established": (
        lambda land: actions.rename(unit=Unit.objects.create(), name="Xã X", on=day(7), by=BY),
        "không có trên bản đồ",
    ),
    "a text for a day": (
        lambda land: actions.rename(unit=land.an, name="Xã X", on="2024-07-01", by=BY),
        "“2024-07-01” không phải là ngày",
    ),
    "nobody who acts": (
        lambda land: actions.rename(unit=land.an, name="Xã X", on=day(7), by=" "),
        "Chưa rõ ai thực hiện",
    ),
    "a share without a split": (
        lambda land: actions.decide_share(
            predecessor=land.an, successor=land.binh, on=day(7), share=Decimal("0.5"), basis="x", by=BY
        ),
        "Không có việc chia tách nào",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_a_reason_and_leaves_nothing(land, case):
    change, reason = REFUSED[case]

    with pytest.raises(UnitError) as refused:
        change(land)

    assert reason in str(refused.value)
    connection.check_constraints()


def test_a_refused_merge_leaves_nothing_behind(land):
    before = list(UnitVersion.objects.order_by("pk").values()), Unit.objects.count(), Event.objects.count()

    with pytest.raises(UnitError, match="Mã 00003"):
        actions.merge(units=[land.an, land.binh], into=Founding(name="Xã X", code="00003"), on=day(7), by=BY)

    assert (list(UnitVersion.objects.order_by("pk").values()), Unit.objects.count(), Event.objects.count()) == before


def undecided(land):
    (new,) = actions.split(
        unit=land.cuong, parts=[Part(to=Founding(name="Phường Một"))], remains=True, on=day(7), by=BY
    )
    return {"predecessor": land.cuong, "successor": new, "on": day(7), "by": BY}


@pytest.mark.parametrize(
    ("share", "basis", "reason"),
    [
        (Decimal(1), "số hộ", "không còn gì cho phần còn lại"),
        (Decimal("1.5"), "số hộ", "Tỷ lệ 1.5 không hợp lệ"),
        (Decimal("0.123456789"), "số hộ", "tối đa 8 chữ số"),
        (Decimal("0.5"), " ", "phải có căn cứ"),
        (0.5, "số hộ", "không hợp lệ"),
    ],
)
def test_a_share_that_cannot_be_is_refused(land, share, basis, reason):
    with pytest.raises(UnitError, match=reason):
        actions.decide_share(share=share, basis=basis, **undecided(land))


def test_a_child_that_changes_later_keeps_its_change_under_the_new_parent(land):
    actions.rename(unit=land.mot, name="Thôn Hai", on=day(9), by=BY)
    actions.merge(units=[land.an], into=land.binh, on=day(7), by=BY)

    assert [(v.name, v.parent) for v in queries.history(land.mot).versions] == [
        ("Thôn Một", land.an),
        ("Thôn Một", land.binh),
        ("Thôn Hai", land.binh),
    ]


def test_a_loop_in_the_future_is_refused(land):
    """binh answers to the district from July; in June the district cannot come under binh's own child."""
    hamlet_body = found("Mặt trận Bình", Level.COMMUNE, land.binh, kind="body", line="front")
    district_body = found("Mặt trận Mai", Level.COMMUNE, land.mai, kind="body", line="front")
    actions.move(unit=hamlet_body, to=district_body, on=day(7), by=BY)

    with pytest.raises(UnitError, match="nằm trong"):
        actions.move(unit=district_body, to=hamlet_body, on=day(6), by=BY)
