"""A small country for the kill test, made in the database of DANVAN_VAR: `python -m tests.kill_seed UNITS`.

Prints what the test must know as JSON: the units with the name to sign in with, and the rows of the form.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys

PASSWORD = "cay-da-ben-nuoc-2026"  # noqa: S105 -- of the test's own database
SINCE = dt.date(2009, 1, 1)
BY = "kiểm thử"


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.config.settings")
    import django

    django.setup()
    from danvan.access import scope
    from danvan.access.actions import add_person, give_post
    from danvan.figures import actions, filing_page, queries
    from danvan.lib.periods import Period
    from danvan.units import actions as map_verbs

    with scope.system("kill test"):
        country = map_verbs.establish(name="Việt Nam", level="country", on=SINCE, by=BY)
        province = map_verbs.establish(name="Tỉnh Bắc", level="province", parent=country, on=SINCE, by=BY)
        actions.ship_forms(by=BY)
        units = []
        for number in range(count):
            unit = map_verbs.establish(name=f"Xã {number}", level="commune", parent=province, on=SINCE, by=BY)
            person = add_person(username=f"xa{number}", name=f"Người xã {number}", password=PASSWORD, by=BY)
            give_post(person=person, unit=unit, role="reviewer", since=SINCE, by=BY)
            units.append({"unit": unit.pk, "username": person.username})
        leader = add_person(username="lanhdao", name="Lãnh đạo tỉnh", password=PASSWORD, by=BY)
        give_post(person=leader, unit=province, role="leader", since=SINCE, by=BY)
        form = queries.form_on("dan_van", Period.parse("2025-Q4"))
        rows = [[row.indicator, row.breakdown] for row in filing_page.form_rows(form) if row.kind == "whole"]
    sys.stdout.write(json.dumps({"units": units, "rows": rows, "province": province.pk}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
