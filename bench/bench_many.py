"""The reports of 98 communes in one go, four files each, as `danvan write` makes them: from database to files."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bench.common import Row, Timing, real_map, table

REPORTS = 98
SECONDS = 40.0
PERIOD, BEFORE = "2026-Q3", "2025-Q3"


def main() -> None:
    real_map()
    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up
    from danvan.desk.assets import FONTS  # noqa: PLC0415 -- as above
    from danvan.lib.periods import Period  # noqa: PLC0415 -- as above
    from danvan.narrative import many  # noqa: PLC0415 -- as above

    period = Period.parse(PERIOD)
    with scope.system("bench"), tempfile.TemporaryDirectory() as folder:
        found = _filed(period)
        began, written = time.perf_counter(), 0
        for one in many.write(found, period, Path(folder), base_url="http://127.0.0.1:8000/", fonts=[FONTS]):
            assert one.became is many.Became.WRITTEN, one.why
            written += len(one.paths)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r  {written // 4} of {REPORTS}")
        spent = time.perf_counter() - began
        assert written == 4 * REPORTS == len(list(Path(folder).iterdir()))
        table([Row("reports in one go", f"{REPORTS} communes, 4 files each", Timing(spent, spent, 1), limit=SECONDS)])


def _filed(period: object) -> list[object]:
    """Communes of which each has filed now and a year before."""
    from danvan.config.demo import invented  # noqa: PLC0415 -- needs Django set up
    from danvan.config.demo.round import cell  # noqa: PLC0415 -- as above
    from danvan.figures import actions as filing  # noqa: PLC0415 -- as above
    from danvan.lib.periods import Period  # noqa: PLC0415 -- as above
    from danvan.narrative import many  # noqa: PLC0415 -- as above
    from danvan.units import queries as units  # noqa: PLC0415 -- as above

    filing.ship_forms(by="bench")
    country = units.country(period.end).unit_id
    communes = [one for one in many.units_below(country, period) if one.level == "commune"][:REPORTS]
    filing.file_many(
        form="dan_van",
        filings=[
            filing.FilingInput(
                one.id,
                when,
                [cell(told) for told in invented.figures(one.code, when.year, when.index, 1)],
                source="bench",
            )
            for one in communes
            for when in (Period.parse(BEFORE), Period.parse(PERIOD))
        ],
        by="bench",
    )
    return communes


if __name__ == "__main__":
    main()
