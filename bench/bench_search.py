"""Search on the whole map among 10,000 reports, as a province's leader under row security."""

from __future__ import annotations

import datetime as dt
import itertools
import random

from bench.common import Row, measure, real_map, table

ON = dt.date(2026, 11, 22)
REPORTS = 10_000
WORDS = (
    "Công tác dân vận của cấp ủy, chính quyền xã đã vận động nhân dân hiến đất, góp công làm đường liên thôn. ",
    "Tiếp công dân định kỳ, giải quyết đơn thư khiếu nại, tố cáo, kiến nghị, phản ánh ngay từ cơ sở. ",
    "Mô hình “Dân vận khéo” trong xây dựng nông thôn mới tiếp tục được nhân rộng ở các khu dân cư. ",
)
ASKED = ("hiến đất", "hien dat", "góp công đường", "thôn 7777 xong", "thái nguyên", "tiếp công dân", "khong co gi ca")


def main() -> None:
    real_map()
    from django.db import transaction  # noqa: PLC0415 -- needs Django set up

    from danvan.access import queries, scope  # noqa: PLC0415 -- needs Django set up
    from danvan.access.actions import add_person, give_post  # noqa: PLC0415 -- needs Django set up
    from danvan.desk import searching  # noqa: PLC0415 -- needs Django set up
    from danvan.narrative.models import Report  # noqa: PLC0415 -- needs Django set up
    from danvan.units import queries as units  # noqa: PLC0415 -- needs Django set up

    chance = random.Random(2026)  # noqa: S311 -- sentences, not secrets
    with scope.system("bench"):
        provinces = [
            node.unit_id for node in units.tree(units.country(ON), ON, ("province",)) if node.level == "province"
        ]
        communes = [node.unit_id for node in units.tree(units.country(ON), ON, ("commune",)) if node.level == "commune"]
        unit = itertools.cycle(communes)
        Report.objects.bulk_create(
            Report(
                name=f"{number}.txt",
                sha256=f"b{number:063}",
                text="".join(chance.choices(WORDS, k=60)) + f"Thôn {number} xong.",
                title=f"Báo cáo số {number}",
                unit_id=next(unit),
                period="2026-Q1",
            )
            for number in range(REPORTS)
        )
        person = add_person(username="bench", name="Bench", by="bench")
        give_post(person=person, unit=provinces[0], role="leader", since=dt.date(2026, 1, 1), by="bench")
        post = queries.posts_on(person, ON)[0]
    rows = []
    with transaction.atomic(), scope.acting(post):
        for words in ASKED:
            timing = measure(lambda words=words: searching.search(searching.asked(words)), 20)
            rows.append(Row(f"search “{words}”", f"{REPORTS:,} reports of 6 kB", timing, 0.100, True))
    table(rows)


if __name__ == "__main__":
    main()
