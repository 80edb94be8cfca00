"""What the two packages say together: findings where they disagree, and the units, versions and successions to write.

Plain Python over Sources; nothing is written here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from danvan.units import names
from danvan.units.loading.sources import LIST_PACKAGE, MAP_PACKAGE, Place, Sources

# The packages do not say since when the old map holds. Chosen: the day on which Hà Tây went into Hà Nội (Nghị quyết
# 15/2008/QH12), since when there were 63 provinces.
START = dt.date(2008, 8, 1)
# Law 72/2025/QH15: no district level and the new communes from this day.
REFORM = dt.date(2025, 7, 1)
REFORM_DECISION = "Luật 72/2025/QH15; Nghị quyết 202/2025/QH15"


@dataclass(frozen=True)
class Finding:
    """One class of things that are not as they should be (or were checked and are), and what the loader does then."""

    title: str
    found: list[str]
    choice: str = ""
    stops: bool = False

    @property
    def count(self) -> int:
        return len(self.found)


@dataclass
class Draft:
    """A version to be written; unit and parent are places in the list of units, not ids."""

    unit: int
    parent: int | None
    level: str
    code: str
    name: str
    begins: dt.date
    ends: dt.date | None
    latitude: float | None = None
    longitude: float | None = None
    decision: str = ""


@dataclass
class Plan:
    """units: how many; successions: (predecessor, successor, kind), all on REFORM."""

    units: int = 0
    versions: list[Draft] = field(default_factory=list)
    successions: list[tuple[int, int, str]] = field(default_factory=list)

    def new_unit(self) -> int:
        self.units += 1
        return self.units - 1


def build(sources: Sources) -> Plan:
    """The whole map over time. Presupposes that no finding stops."""
    plan = Plan()
    country = plan.new_unit()
    plan.versions.append(Draft(country, None, "country", "VN", "Việt Nam", START, None))
    old = _draw(plan, sources.old, country, START, REFORM, same={}, decision="")
    lineage = list(_lineage(sources))
    same = {new: old[was] for was, new in _unchanged(sources, lineage)}
    new = _draw(plan, sources.new, country, REFORM, None, same=same, decision=REFORM_DECISION)
    plan.successions = [(old[was], new[now], kind) for was, now, kind in lineage if old[was] != new[now]]
    plan.versions = list(_renamed(plan.versions, sources))
    return plan


def _draw(
    plan: Plan,
    places: list[Place],
    country: int,
    begins: dt.date,
    ends: dt.date | None,
    *,
    same: dict[str, int],
    decision: str,
) -> dict[str, int]:
    """One version for each place, under the unit that it is the same as, else under a new one. Returns key -> unit."""
    units = {place.key: same[place.key] if place.key in same else plan.new_unit() for place in places}
    for place in places:
        plan.versions.append(
            Draft(
                unit=units[place.key],
                parent=units.get(place.parent, country),
                level=place.level,
                code=place.code,
                name=_as_named(place.name),
                begins=begins,
                ends=ends,
                latitude=place.latitude,
                longitude=place.longitude,
                decision=decision,
            )
        )
    return units


def _as_named(name: str) -> str:
    """Single spaces, and the type word as officially written: "Thành Phố Bắc Kạn" -> "Thành phố Bắc Kạn"."""
    return f"{names.designation(name).capitalize()} {names.bare(name)}".strip()


def _lineage(sources: Sources) -> Iterator[tuple[str, str, str]]:
    """(old key, new key, kind). A key that ends in '_' is a district that had no communes."""
    for new, olds in sources.provinces.items():
        yield from ((old, new, "whole") for old in olds)
    for old, news in sources.becomes.items():
        yield from ((old.removesuffix("_"), new, "whole") for new in news)
    for old, news in sources.divided.items():
        yield from ((old, new, "split") for new in news)


def _unchanged(sources: Sources, lineage: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """(old key, new key) of units that go on as they were: whole, alone, same level, same name."""
    origins: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for old, new, kind in lineage:
        origins[new].append((old, kind))
    for new, from_ in origins.items():
        if len(from_) == 1 and from_[0][1] == "whole":
            was, now = sources.old_by_key[from_[0][0]], sources.new_by_key[new]
            if was.level == now.level and names.spelling(was.name) == names.spelling(now.name):
                yield was.key, now.key


def _renamed(versions: Iterable[Draft], sources: Sources) -> Iterator[Draft]:
    """The versions with the project's own renamings cut in."""
    for version in versions:
        for change in sources.renamings:
            bears_it = (version.level, version.code) == (change.level, change.code)
            if not bears_it or names.spelling(version.name) not in map(names.spelling, (change.before, change.name)):
                continue
            if version.ends is not None and version.ends <= change.day:
                version = replace(version, name=change.before)
            elif change.day <= version.begins:
                version = replace(version, name=change.name)
            else:
                yield replace(version, name=change.before, ends=change.day)
                version = replace(version, name=change.name, begins=change.day, decision=change.decision)
        yield version


# What is not as it should be


def findings(sources: Sources) -> list[Finding]:
    """Every class of disagreement within and between the packages, also those that were looked for and not found."""
    return [*_gaps(sources), *_lists(sources), *_oddities(sources), *_unknown(sources)]


def _gaps(sources: Sources) -> Iterator[Finding]:
    """What would leave a hole in the lineage: the load stops."""
    old, new = sources.old_by_key, sources.new_by_key
    targets = {**sources.becomes, **sources.divided}
    reached = {key for keys in targets.values() for key in keys}
    unresolved = [key for key in targets if key.removesuffix("_") not in old]
    unresolved += [key for key in reached if key not in new]
    unresolved += [key for key in sources.provinces if key not in new]
    unresolved += [key for olds in sources.provinces.values() for key in olds if key not in old]
    yield Finding("Khoá trong bảng chuyển đổi không có trong bản đồ", unresolved, stops=True)
    yield Finding(
        "Xã, phường cũ không có trong bảng chuyển đổi nào",
        [place.name for place in sources.old_of("commune") if place.key not in targets],
        stops=True,
    )
    yield Finding(
        "Xã, phường mới không có đơn vị tiền thân",
        [place.name for place in sources.new_of("commune") if place.key not in reached],
        stops=True,
    )
    entered = Counter(key for olds in sources.provinces.values() for key in olds)
    yield Finding(
        "Tỉnh cũ không về đúng một tỉnh mới",
        [place.name for place in sources.old_of("province") if entered[place.key] != 1],
        stops=True,
    )
    yield Finding(
        "Đơn vị cũ vừa nhập trọn vừa bị chia, hoặc nhập trọn vào nhiều nơi",
        [key for key, into in sources.becomes.items() if key in sources.divided or len(into) > 1],
        stops=True,
    )
    to_province = {key: province for province, olds in sources.provinces.items() for key in olds}
    yield Finding(
        "Xã cũ về một tỉnh khác với tỉnh của nó",
        [
            f"{key} → {into}"
            for key, news in targets.items()
            for into in news
            if to_province.get(key.split("_")[0]) != into.split("_")[0]
        ],
        choice="theo bảng chuyển đổi",
    )
    for title, places in (("cũ", sources.old), ("mới", sources.new)):
        twice = [key for key, n in Counter(place.key for place in places).items() if n > 1]
        twice += [f"{level} {code}" for (level, code), n in Counter((p.level, p.code) for p in places).items() if n > 1]
        yield Finding(f"Khoá hoặc mã bị trùng trong bản đồ {title}", twice, stops=True)


def _lists(sources: Sources) -> Iterator[Finding]:
    """Where the two packages' lists of the new communes differ."""
    code_of = {place.key: place.code for place in sources.new}
    here = {(code_of[p.parent], names.spelling(p.name)): p for p in sources.new_of("commune")}
    there = {(province, names.spelling(name)): (code, name) for province, code, name, _ in sources.listed}
    yield Finding(
        f"Xã, phường mới chỉ có trong một gói ({MAP_PACKAGE}, {LIST_PACKAGE})",
        [here[key].name for key in here.keys() - there.keys()] + [there[key][1] for key in there.keys() - here.keys()],
        choice=f"theo {MAP_PACKAGE}",
    )
    codes_before = _codes_of_predecessors(sources)
    differ = {key: (here[key], there[key][0]) for key in here.keys() & there.keys() if here[key].code != there[key][0]}
    foreign = sum(1 for place, code in differ.values() if code not in codes_before[place.key])
    foreign_here = sum(1 for place, _ in differ.values() if place.code not in codes_before[place.key])
    yield Finding(
        "Mã khác nhau giữa hai gói",
        [
            f"{place.name}: {place.code} / {code}"
            for place, code in sorted(differ.values(), key=lambda pair: pair[0].code)
        ],
        choice=f"theo {MAP_PACKAGE}: mã mới là mã của một đơn vị tiền thân; trong số này mã của {LIST_PACKAGE} "
        f"không phải vậy ở {foreign} đơn vị, mã của {MAP_PACKAGE} ở {foreign_here} đơn vị",
    )
    yield Finding(
        "Tên viết khác nhau giữa hai gói (dấu thanh, dấu nháy, chữ hoa, cách)",
        sorted(f"{here[k].name} / {there[k][1]}" for k in here.keys() & there.keys() if here[k].name != there[k][1]),
        choice=f"theo {MAP_PACKAGE}",
    )
    yield Finding(
        "Tên tỉnh khác nhau giữa hai gói, ngoài chữ “Tỉnh”",
        [
            f"{place.name} / {sources.listed_provinces.get(place.code)}"
            for place in sources.new_of("province")
            if names.spelling(place.name.removeprefix("Tỉnh "))
            != names.spelling(sources.listed_provinces.get(place.code, ""))
        ],
        choice=f"theo {MAP_PACKAGE}",
    )


def _code(pair: tuple[Place, str]) -> str:
    return pair[0].code


def _codes_of_predecessors(sources: Sources) -> dict[str, set[str]]:
    codes: dict[str, set[str]] = defaultdict(set)
    for old, new, _ in _lineage(sources):
        codes[new].add(sources.old_by_key[old].code)
    return codes


def _oddities(sources: Sources) -> Iterator[Finding]:
    """What is odd within the map package, or worth knowing about the two maps."""
    parents = {place.parent for place in sources.old}
    yield Finding(
        "Huyện không có xã trong bản đồ cũ",
        [f"{place.name} ({place.code})" for place in sources.old_of("district") if place.key not in parents],
        choice="giữ là cấp huyện đến hết 30/06/2025, rồi nhập trọn vào đặc khu kế thừa",
    )
    yield Finding(
        "Loại ghi trong cột khác với loại trong tên",
        [
            f"{place.name}: cột ghi “{place.type}”"
            for place in (*sources.old, *sources.new)
            if place.type and place.type.lower() != names.designation(place.name)
        ],
        choice="theo tên",
    )
    yield Finding(
        "Chữ hoa, dấu cách trong tên không như quy định",
        [place.name for place in (*sources.old, *sources.new) if place.name != _as_named(place.name)],
        choice="viết lại loại đơn vị (“Thành phố”), một dấu cách",
    )
    outside = [p.name for p in (*sources.old, *sources.new) if not _in_viet_nam(p.latitude, p.longitude)]
    yield Finding("Toạ độ thiếu hoặc ở ngoài Việt Nam", outside, choice="bỏ trống")
    points: dict[tuple[float | None, float | None], list[str]] = defaultdict(list)
    for place in sources.old_of("commune"):
        points[place.latitude, place.longitude].append(place.name)
    yield Finding(
        "Toạ độ chung của nhiều xã, phường cũ",
        [" = ".join(shared) for shared in points.values() if len(shared) > 1],
        choice="giữ như gói ghi; toạ độ chỉ để vẽ",
    )
    before = {(place.level, place.code): place for place in sources.old}
    reused = [
        f"{place.code} {before[place.level, place.code].name} → {place.name}"
        for place in sources.new
        if (place.level, place.code) in before and before[place.level, place.code].name != place.name
    ]
    yield Finding("Mã cũ nay mang tên khác", reused, choice="mã ghi theo từng giai đoạn của đơn vị")
    known = {code for (level, code) in before if level == "commune"}
    yield Finding(
        "Mã xã, phường mới chưa từng có",
        [f"{p.code} {p.name}" for p in sources.new_of("commune") if p.code not in known],
    )
    namesakes: dict[tuple[bool, str, str], list[str]] = defaultdict(list)
    for is_new, places in ((False, sources.old), (True, sources.new)):
        for place in places:
            namesakes[is_new, place.parent, names.search_key(place.name)].append(place.name)
    yield Finding(
        "Đơn vị cùng cấp trên có tên chỉ khác nhau ở dấu",
        [" / ".join(same) for same in namesakes.values() if len(same) > 1],
        choice="giữ cả hai; tìm theo tên trả về tất cả",
    )


def _in_viet_nam(latitude: float | None, longitude: float | None) -> bool:
    return latitude is not None and longitude is not None and 6 < latitude < 24 and 102 < longitude < 118


def _unknown(sources: Sources) -> Iterator[Finding]:
    """What the packages do not say."""
    yield Finding(
        "Bản đồ cũ có từ ngày nào: các gói không ghi",
        [],
        choice=f"coi như có từ {START:%d/%m/%Y}, ngày bắt đầu có 63 tỉnh, thành; các thay đổi giữa ngày đó và "
        f"{REFORM - dt.timedelta(1):%d/%m/%Y} (như các đợt sắp xếp xã, huyện) không có trong gói",
    )
    yield Finding(
        "Tỷ lệ của các xã, phường bị chia: các gói không ghi",
        [sources.old_by_key[key].name for key in sources.divided if key in sources.old_by_key],
        choice="để trống đến khi có người quyết định",
    )
    yield Finding(
        "Thay đổi các gói chưa có, lấy từ tệp của dự án",
        [
            f"{change.before} → {change.name} từ {change.day:%d/%m/%Y}"
            f" ({change.decision}; {'đã' if change.verified else 'CHƯA'} kiểm chứng)"
            for change in sources.renamings
        ],
        choice=" ".join(change.missing for change in sources.renamings if change.missing),
    )
