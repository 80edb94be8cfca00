"""danvan load-map, units, lineage: the map in the terminal."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterable
from typing import Any

from danvan.lib import days
from danvan.units import queries
from danvan.units.actions import UnitError
from danvan.units.loading.load import load_map as load
from danvan.units.models import Succession, UnitVersion


def load_map_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def load_map(args: argparse.Namespace) -> int:
    try:
        report = load(by="danvan load-map")
    except (UnitError, OSError) as error:
        return _refuse(str(error))
    sys.stdout.writelines(f"{line}\n" for line in report.lines())
    return 0


def units_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", required=True, metavar="DATE", help="the day, as 2025-07-01 or 1/7/2025")
    parser.add_argument("--under", metavar="CODE", help="only what lies below the unit that bears this code on the day")
    parser.add_argument("--level", choices=UnitVersion.Level.values, help="of --under, where two levels share the code")
    parser.add_argument(
        "--json",
        action="store_true",
        help="one object a line; each holds from `from` until the day before `to`",
    )


def units(args: argparse.Namespace) -> int:
    try:
        found = _units(days.parse(args.on), args.under, args.level)
    except ValueError as error:
        return _refuse(str(error))
    rows = [_unit_row(version, code) for version, code in found]
    _print(rows, as_json=args.json, columns=("code", "name", "level", "parent_code", "from", "to"))
    return 0


def _units(day: dt.date, under: str | None, level: str | None) -> list[tuple[UnitVersion, str | None]]:
    """The versions with their parents' codes, parents first."""
    if level and under is None:
        raise UnitError("--level nói cấp của đơn vị nêu ở --under: hãy ghi cả hai.")
    root = _root(day) if under is None else bearer(under, day, level)
    below = queries.subtree(root, day)
    codes = {version.unit_id: version.code for version in below}
    return [(version, codes.get(version.parent_id)) for version in (below if under is None else below[1:])]


def bearer(code: str, day: dt.date, level: str | None) -> UnitVersion:
    """Who bears the code on the day. Raises UnitError where there is no map, nobody, or several without a level."""
    _root(day)
    bearers = queries.with_code(code, day, level) if code.strip() else []
    if not bearers:
        raise UnitError(
            f"Ngày {day:%d/%m/%Y} không có đơn vị nào mang mã “{code}”; mã thay đổi theo thời gian, "
            "hãy tìm mã của ngày đó bằng danvan units --on."
        )
    if len(bearers) > 1:
        said = "; ".join(f"{version.name} (--level {version.level})" for version in bearers)
        raise UnitError(f"Ngày {day:%d/%m/%Y} nhiều đơn vị mang mã {code}, hãy chọn cấp: {said}.")
    return bearers[0]


def _unit_row(version: UnitVersion, parent_code: str | None) -> dict[str, Any]:
    return {
        "code": version.code,
        "name": version.name,
        "designation": version.designation,
        "level": version.level,
        "parent_code": parent_code,
        "from": version.during.lower.isoformat(),
        "to": version.during.upper and version.during.upper.isoformat(),
        "unit": version.unit_id,
        "latitude": version.latitude,
        "longitude": version.longitude,
    }


def lineage_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--level", choices=UnitVersion.Level.values, help="only predecessors of this level")
    parser.add_argument("--json", action="store_true", help="one object a line, one line an edge")


def lineage(args: argparse.Namespace) -> int:
    try:
        _first_day()
    except UnitError as error:
        return _refuse(str(error))
    rows = (
        {
            "predecessor_code": edge.predecessor_code,
            "predecessor_name": edge.predecessor_name,
            "successor_code": edge.successor_code,
            "successor_name": edge.successor_name,
            "day": edge.day.isoformat(),
            "kind": edge.kind,
            "share": None if edge.share is None else float(edge.share),
            "level": edge.level,
            "successor_level": edge.successor_level,
            "same_unit": edge.same_unit,
            "predecessor": edge.predecessor_id,
            "successor": edge.successor_id,
        }
        for edge in queries.edges(level=args.level)
    )
    columns = ("day", "predecessor_code", "predecessor_name", "successor_code", "successor_name", "kind", "share")
    _print(rows, as_json=args.json, columns=columns)
    return 0


def _first_day() -> dt.date:
    first = queries.first_day()
    if first is None:
        raise UnitError("Chưa có bản đồ; hãy nạp bằng lệnh: danvan load-map")
    return first


def _root(day: dt.date) -> UnitVersion:
    first = _first_day()
    root = queries.country(day)
    if root is None:
        raise UnitError(f"Ngày {day:%d/%m/%Y} nằm ngoài bản đồ, vốn bắt đầu từ {first:%d/%m/%Y}; hãy chọn ngày khác.")
    return root


def _refuse(message: str) -> int:
    sys.stderr.write(f"danvan: {message}\n")
    return 2


def _print(rows: Iterable[dict[str, Any]], *, as_json: bool, columns: tuple[str, ...]) -> None:
    """One JSON object a line, or the columns aligned for reading."""
    if as_json:
        sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    lines = [tuple(_HEADINGS[column] for column in columns)]
    lines += [tuple(_for_people(column, row[column]) for column in columns) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        sys.stdout.write("  ".join(map(str.ljust, line, widths)).rstrip() + "\n")


def _for_people(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column in _LABELS:
        return str(_LABELS[column](value).label)
    if column in ("from", "to", "day"):
        return f"{dt.date.fromisoformat(value):%d/%m/%Y}"
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


_LABELS = {"level": UnitVersion.Level, "kind": Succession.Kind}
_HEADINGS = {
    "code": "Mã",
    "name": "Tên",
    "level": "Cấp",
    "parent_code": "Thuộc",
    "from": "Từ ngày",
    "to": "Đến trước ngày",
    "day": "Ngày",
    "predecessor_code": "Mã cũ",
    "predecessor_name": "Đơn vị cũ",
    "successor_code": "Mã mới",
    "successor_name": "Đơn vị mới",
    "kind": "Cách",
    "share": "Tỷ lệ",
}
