"""What people wait for, at the size of a province or of the nation, under row security as the app role."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from bench import load
from bench.common import Row, Timing, measure, table
from bench.tiers import FORM, LINES, Tier, open_tier

NOW, BEFORE = "2026-H1", "2025-H1"
SINCE = date(2026, 1, 1)
BY = "bench"


def main(name: str) -> None:
    os.environ.setdefault("DANVAN_SECRET_KEY", "b" * 50)  # the server must know the sessions that are opened here
    tier = open_tier(name)
    if tier.made:
        print(f"  made in {tier.made:.0f} s")
    print(f"  {tier.said}, {tier.size / 1e9:.1f} GB")
    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up

    with scope.system("bench"):
        people = People(tier)
        checked()
        rows = list(reading(tier, people))
        rows += writing(tier, people)
        officers = people.officers(load.CLIENTS)
    table(rows)
    load.main(tier, officers)


class People:
    """Somebody in every unit that is asked for."""

    def __init__(self, tier: Tier) -> None:
        from danvan.units import queries as units  # noqa: PLC0415 -- needs Django set up

        self.tier = tier
        self.provinces = [tier.root]
        if tier.name == "nation":
            self.provinces = [one.unit_id for one in units.children(tier.root, date(2026, 12, 31))]
        nodes = units.tree(tier.root, date(2026, 12, 31), ("province", "commune"))
        self.communes = [node.unit_id for node in nodes if node.level == "commune"]

    def person(self, unit: int, role: str) -> Any:
        """Whoever holds the role in the unit."""
        from danvan.access.actions import add_person, give_post  # noqa: PLC0415 -- needs Django set up
        from danvan.access.models import Person  # noqa: PLC0415 -- needs Django set up

        username = f"{role}{unit}"
        found = Person.objects.filter(username=username).first()
        if found is None:
            found = add_person(username=username, name=f"Bench {unit}", by=BY)
            give_post(person=found, unit=unit, role=role, since=SINCE, by=BY)
        return found

    def acting(self, unit: int, role: str = "leader") -> Any:
        from django.utils import timezone  # noqa: PLC0415 -- needs Django set up

        from danvan.access import queries  # noqa: PLC0415 -- needs Django set up

        return queries.posts_on(self.person(unit, role), timezone.localdate())[0]

    def officers(self, count: int) -> list[tuple[int, Any]]:
        """Communes spread over the tier, each with the person who files for it."""
        step = max(1, len(self.communes) // count)
        return [(unit, self.person(unit, "reviewer")) for unit in self.communes[::step][:count]]


def checked() -> None:
    """What was copied in is what the product would have written: a part of the rows kept, and of the seals."""
    from danvan.figures import kept  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.actions.sealing import verify_one  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.models import Submission  # noqa: PLC0415 -- needs Django set up

    rows = 0
    for form, year, units, within in kept.filed_years():
        looked_at, faults = kept.faults_among(form, units[:: max(1, len(units) // 20)], year, within)
        assert not faults, faults[:3]
        rows += looked_at
    ids = list(Submission.objects.filter(form__code=FORM).values_list("pk", flat=True).order_by("pk"))
    some = Submission.objects.select_related("form").filter(pk__in=ids[:: max(1, len(ids) // 50)])
    assert not [fault for one in some if (fault := verify_one(one))]
    print(f"  checked: {rows} rows kept against the cells, {len(some)} seals")


@contextmanager
def acting_for(people: People, unit: int) -> Iterator[None]:
    """As its leader, in a transaction that leaves nothing behind."""
    from django.db import transaction  # noqa: PLC0415 -- needs Django set up

    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up

    post = people.acting(unit)
    with transaction.atomic():
        with scope.acting(post):
            yield
        transaction.set_rollback(True)


# Reading


def reading(tier: Tier, people: People) -> Iterator[Row]:
    from danvan.figures import queries  # noqa: PLC0415 -- needs Django set up

    many = len(people.provinces)
    runs = max(20, many)
    size = f"{many} provinces" if many > 1 else "1 province"

    def each(read: Callable[[int], Any]) -> Timing:
        """Province after province, as its own leader; the scope is open before the clock runs."""
        times = []
        for unit in list(itertools.islice(itertools.cycle(people.provinces), runs)):
            with acting_for(people, unit):
                times.append(measure(lambda unit=unit: read(unit), 1).median)
        times.sort()
        return Timing(times[runs // 2], times[min(runs - 1, int(0.95 * runs))], runs)

    half = each(lambda unit: queries.consolidated(FORM, unit, NOW, compare="restated"))
    yield Row("province, half-year restated", size, half, 0.200, True, bare(people.provinces))
    year = each(lambda unit: queries.consolidated(FORM, unit, "2026-Y", compare="restated"))
    yield Row("province, year, reform in the year before", size, year, 0.200, True)
    month = each(lambda unit: queries.consolidated(FORM, unit, "2026-M06", compare="restated"))
    yield Row("province, month restated", size, month, 0.200, True)
    yield Row("who has filed", size, each(lambda unit: queries.who_filed(FORM, unit, NOW)), 0.100, True)
    if tier.name == "nation":
        with acting_for(people, tier.root):
            nation = measure(lambda: queries.side_by_side(FORM, tier.root, NOW, compare="restated"), 10)
        yield Row("nation by province, half-year restated", tier.said, nation, 1.5, True, bare([tier.root]))
        yield Row("the same, right after a correction", "1 commune", corrected(tier, people), 1.5, True)
        with acting_for(people, tier.root):
            whole = measure(lambda: queries.consolidated(FORM, tier.root, NOW, compare="restated"), 5)
        yield Row("nation in one, half-year restated", tier.said, whole)


def bare(units: list[int]) -> float:
    """Seconds of the plain sums over the cells of both half-years, without names, gaps, map or security: median."""
    from django.db import connection  # noqa: PLC0415 -- needs Django set up

    times = []
    for unit in units[:: max(1, len(units) // 5)]:
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(_BARE, {"unit": unit, "form": FORM})
            assert cursor.fetchall()
        times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2]


_BARE = """
SELECT s.period < '2026', c.indicator, sum(c.value), sum(c.numerator), sum(c.denominator)
FROM figures_submission s JOIN figures_cell c ON c.submission_id = s.id JOIN figures_form f ON f.id = s.form_id
WHERE f.code = %(form)s AND s.standing
  AND s.period IN ('2025-M01', '2025-M02', '2025-M03', '2025-M04', '2025-M05', '2025-M06',
                   '2026-M01', '2026-M02', '2026-M03', '2026-M04', '2026-M05', '2026-M06')
  AND s.unit_id IN (SELECT unit_id FROM units_reach WHERE holder_id = %(unit)s)
GROUP BY 1, 2
"""


def corrected(tier: Tier, people: People) -> Timing:
    """A commune's month is restated and accepted; the nation is read again at once and must show it."""
    from django.db import transaction  # noqa: PLC0415 -- needs Django set up

    from danvan.figures import actions, queries  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.actions import CellInput  # noqa: PLC0415 -- needs Django set up

    indicator = _sums()[0]
    with transaction.atomic():
        before = queries.consolidated(FORM, tier.root, NOW).row(indicator).figure.value
        commune = next(unit for unit in people.communes if _value(unit, "2026-M03", indicator) is not None)
        was = _value(commune, "2026-M03", indicator)
        given = [CellInput(indicator, was + 1000)]
        began = time.perf_counter()
        actions.file_submission(form=FORM, unit=commune, period="2026-M03", cells=given, by=BY, replace=True)
        print(f"  correction accepted, with what is kept of it, in {1000 * (time.perf_counter() - began):.0f} ms")
        again = measure(lambda: queries.side_by_side(FORM, tier.root, NOW, compare="restated"), 1)
        after = queries.consolidated(FORM, tier.root, NOW).row(indicator).figure.value
        assert after == before + 1000, (before, after)
        transaction.set_rollback(True)
    return again


def _value(unit: int, period: str, indicator: str) -> Any:
    from danvan.figures.models import Cell  # noqa: PLC0415 -- needs Django set up

    found = Cell.objects.filter(
        submission__unit=unit,
        submission__period=period,
        submission__standing=True,
        submission__form__code=FORM,
        indicator=indicator,
    ).first()
    return found and found.value


def _sums() -> list[str]:
    from danvan.figures import catalogue  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.models import Form  # noqa: PLC0415 -- needs Django set up

    rows = Form.objects.get(code=FORM).sections[0]["rows"]
    found = [row["indicator"] for row in rows]
    return [code for code in found if catalogue.load()[code].time == "sum"]


# Writing


def writing(tier: Tier, people: People) -> Iterator[Row]:
    """The filing page and its cells, through the whole of Django, of a month that nobody has filed yet."""
    from django.db import connection  # noqa: PLC0415 -- needs Django set up
    from django.test import Client  # noqa: PLC0415 -- needs Django set up
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- needs Django set up

    from danvan.config import static_files  # noqa: PLC0415 -- needs Django set up
    from danvan.figures import actions  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.models import Submission  # noqa: PLC0415 -- needs Django set up

    static_files.collect()
    pages: list[float] = []
    saves: list[float] = []
    costs: dict[str, set[int]] = {"page": set(), "cell": set()}
    codes = _sums()
    for unit, person in people.officers(12):
        client = Client(raise_request_exception=True, HTTP_HOST="127.0.0.1")
        client.force_login(person)
        draft = actions.open_draft(form=FORM, unit=unit, period="2026-M12", by=BY, restate="đo tốc độ")
        page = f"/filing/{draft.pk}/"
        first = client.get(page)
        assert first.status_code == 200, (first.status_code, first.headers, first.content[:2000].decode())
        for _ in range(5):
            began = time.perf_counter()
            assert client.get(page).status_code == 200
            pages.append(time.perf_counter() - began)
        for place, code in enumerate(codes[:20]):
            seen = Submission.objects.get(pk=draft.pk).revision
            entry = {"indicator": code, "breakdown": "", "text": str(place + 1), "seen": seen}
            body = json.dumps({"entries": [entry]})
            began = time.perf_counter()
            answer = client.post(f"{page}cells/", body, content_type="application/json")
            saves.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.content
            assert answer.json()["saved"], answer.json()
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        costs["page"].add(len(captured))
        with CaptureQueriesContext(connection) as captured:
            entry = {"indicator": codes[0], "breakdown": "", "text": "77", "seen": seen + 1}
            client.post(f"{page}cells/", json.dumps({"entries": [entry]}), content_type="application/json")
        costs["cell"].add(len(captured))
        actions.discard(submission=draft, by=BY)
    for what, found in costs.items():
        assert len(found) == 1, f"{what}: {sorted(found)} queries"
    said = f"{LINES} lines, {{}} queries"
    yield Row("filing page", said.format(costs["page"].pop()), _timing(pages), 0.150, True)
    yield Row("saving a cell", said.format(costs["cell"].pop()), _timing(saves), 0.030, True)


def _timing(times: list[float]) -> Timing:
    times.sort()
    return Timing(times[len(times) // 2], times[int(0.95 * len(times))], len(times))
