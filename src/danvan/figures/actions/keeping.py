"""Is what is kept ready (`kept`) what the submissions say?"""

from __future__ import annotations

from django.db import transaction

from danvan.figures import kept
from danvan.figures.actions.sealing import lock
from danvan.lib import periods


def verify_kept(*, mend: bool = False) -> tuple[int, list[kept.Fault]]:
    """Does every sum again from the cells: how many rows there are to be, and those that are not as they should be.

    mend: those are written anew. Needs the system's scope. People may file meanwhile: what looks wrong is looked at
    once more with the units locked.
    """
    count = 0
    faults: list[kept.Fault] = []
    for form, year, units, within in kept.filed_years():
        for first in range(0, len(units), kept.BATCH):
            looked_at, doubtful = kept.faults_among(form, units[first : first + kept.BATCH], year, within)
            count += looked_at
            if not doubtful:
                continue
            with transaction.atomic():
                again = {fault.unit for fault in doubtful}
                lock(again)
                _rows, wrong = kept.faults_among(form, again, year, within)
                faults += wrong
                if mend:
                    kept.keep(form, {(fault.unit, periods.parse(fault.period)) for fault in wrong})
    return count, faults
