"""The whole map: loading it, and the tree and the lineage read from it."""

from __future__ import annotations

import datetime as dt

from bench.common import Row, fresh_database, measure, real_map, table

OLD, NEW = dt.date(2025, 6, 30), dt.date(2025, 7, 1)


def main() -> None:
    fresh_database()
    rows = [Row("load the map with lineage", "10.035 + 3.321 communes", measure(load_and_undo, 3), 20)]
    real_map()
    from danvan.units import queries  # noqa: PLC0415 -- needs Django set up

    hanoi, new_hanoi = queries.with_code("01", OLD)[0], queries.with_code("01", NEW)[0]
    country, new_country = queries.country(OLD), queries.country(NEW)
    communes = ["province", "commune"]
    below, flows = len(queries.subtree(hanoi, OLD)), len(queries.restatement(new_hanoi, OLD, NEW))
    every_flow = len(queries.restatement(new_country, OLD, NEW))
    rows += [
        Row("subtree of a province, rows", f"{below} units", measure(lambda: queries.subtree(hanoi, OLD), 50), 0.010),
        Row("subtree of a province, tree", f"{below} units", measure(lambda: queries.tree(hanoi, OLD), 50), 0.010),
        Row("country by province", "10.098 units", measure(lambda: queries.tree(country, OLD, communes), 20), 0.200),
        Row(
            "restatement of a province", f"{flows} flows", measure(lambda: queries.restatement(new_hanoi, OLD, NEW), 30)
        ),
        Row(
            "restatement of the country",
            f"{every_flow} flows",
            measure(lambda: queries.restatement(new_country, OLD, NEW), 5),
        ),
        Row("find a name", "3.356 units", measure(lambda: queries.find("xã Tân Hòa", NEW), 50)),
    ]
    table(rows)


def load_and_undo() -> None:
    from danvan.units.loading.load import load_map, transaction  # noqa: PLC0415 -- needs Django set up

    with transaction.atomic():
        load_map(by="bench")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
