"""The round trip: generated reports written and read again, how many came back whole, and what was lost by class.

CASES=5000 unless told otherwise; SEED=... tries others.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from danvan.narrative import writing
from danvan.narrative.reading import read_text
from danvan.narrative.writing.tests.generated import Case, cases, data, losses, lost_period, said, text_of

CASES = int(os.environ.get("CASES", "5000"))


def main() -> None:
    whole = figures = 0
    lost: Counter[str] = Counter()

    @seed(int(os.environ.get("SEED", "1")))
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def run(case: Case) -> None:
        nonlocal whole, figures
        if not any(now.state == "value" for now, _ in case.figures.values()):
            whole += 1
            return
        given_data = data(case)
        report = writing.report(given_data)
        document = read_text(text_of(report))
        told = said(given_data, report)
        missed = losses(told, document) + Counter({"period": int(lost_period(case, document))})
        figures += len(told)
        whole += not missed
        lost.update(missed)

    began = time.perf_counter()
    run()
    spent = time.perf_counter() - began
    print(f"  {whole:,} of {CASES:,} reports came back whole; {figures:,} figures; {spent:.0f} s")
    for what, count in lost.most_common(40):
        print(f"  {count:>6}  {what}")
    if whole < CASES:
        sys.exit(f"bench: {CASES - whole} reports did not come back whole")


if __name__ == "__main__":
    main()
