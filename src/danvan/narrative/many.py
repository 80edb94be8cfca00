"""Reports of many units in one go: one that fails does not stop the others."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import Enum
from multiprocessing import get_context
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from danvan.access import scope
from danvan.figures.consolidation import UnitRef
from danvan.figures.errors import FigureError
from danvan.figures.sheet import LEVELS
from danvan.lib.periods import Period
from danvan.lib.vietnamese import fold
from danvan.narrative import manuscripts
from danvan.narrative.actions.errors import NothingReported, ReportError
from danvan.narrative.writing import files
from danvan.narrative.writing.model import Report, ReportData
from danvan.units import queries as units

_AHEAD = 3  # reports computed ahead of the processes that lay them down, for each
_log = logging.getLogger(__name__)


class Became(Enum):
    WRITTEN = "written"
    NOTHING = "nothing"  # nobody reported anything: there is nothing to write of
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a unit's report. why: a sentence, "" where it was written."""

    unit: UnitRef
    became: Became
    why: str = ""
    paths: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Laying:
    """What is laid down where, as files.lay takes it."""

    report: Report
    data: ReportData
    folder: Path
    name: str
    kinds: Collection[str]
    fonts: Sequence[Path]


def units_below(root: int, period: Period, *, own: bool = False) -> list[UnitRef]:
    """The territories below a unit on the period's last day, parents first. own: with the unit itself."""
    scope.require_unit(root)
    nodes = units.tree(root, period.end, LEVELS)
    return [UnitRef(one.unit_id, one.name, one.level, one.code) for one in nodes if own or one.unit_id != root]


def name_of(unit: UnitRef, period: Period) -> str:
    """Of the files of a unit's report: no two of a map are alike."""
    return "-".join(fold(f"bao cao {unit.code or unit.id} {unit.name} {period.code}").split())


def made(
    unit: UnitRef, period: Period, *, outline: str = "", base_url: str = ""
) -> tuple[Report, ReportData] | Outcome:
    """The report of a unit as it reads now, with what people wrote of it; or why there is none."""
    try:
        with transaction.atomic():
            opened = manuscripts.open_one(
                unit.id, period.code, outline or manuscripts.usual_outline(period).name, base_url=base_url
            )
            return opened.written(), opened.data
    except NothingReported as nothing:
        return Outcome(unit, Became.NOTHING, str(nothing))
    except (ReportError, FigureError) as refused:
        return Outcome(unit, Became.FAILED, str(refused))
    except DatabaseError as error:
        if connection.connection is None or connection.connection.closed:
            raise  # the database went away: no other report can be made
        return of_ours(unit, error)
    except Exception as error:  # a slip of ours with one report must not keep the others from being written
        return of_ours(unit, error)


def of_ours(unit: UnitRef, error: BaseException) -> Outcome:
    _log.error("writing the report of unit %s", unit.id, exc_info=error)
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return Outcome(unit, Became.FAILED, f"Chương trình gặp lỗi ({said}). Hãy báo người phát triển.")


def write(
    found: Iterable[UnitRef],
    period: Period,
    folder: Path,
    *,
    kinds: Collection[str] = files.KINDS,
    outline: str = "",
    base_url: str = "",
    fonts: Sequence[Path] = (),
    processes: int = 2,
) -> Iterator[Outcome]:
    """Writes the report of each unit into the folder, in their order; files that are there already give way.

    processes: that lay reports down while the next are computed.
    """
    with _Layers(processes) as layers:
        for unit in found:
            report = made(unit, period, outline=outline, base_url=base_url)
            if isinstance(report, Outcome):
                layers.pass_on(report)
            else:
                layers.lay(unit, Laying(*report, folder, name_of(unit, period), kinds, fonts))
            yield from layers.done(leave=_AHEAD * processes)
        yield from layers.done(leave=0)


class _Layers:
    """Processes that lay reports down. One that dies over a report takes only this one with it."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = self._opened()
        self._waiting: deque[tuple[UnitRef, Laying, Future[list[Path]]] | Outcome] = deque()

    def _opened(self) -> ProcessPoolExecutor:
        # Not forked: a connection to the database must not be shared.
        return ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"))

    def __enter__(self) -> _Layers:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def pass_on(self, outcome: Outcome) -> None:
        self._waiting.append(outcome)

    def lay(self, unit: UnitRef, laying: Laying) -> None:
        self._waiting.append((unit, laying, self._submitted(laying)))

    def _submitted(self, one: Laying, pool: ProcessPoolExecutor | None = None) -> Future[list[Path]]:
        # A function of a module without Django: so the processes start quickly.
        place = (one.report, one.data, one.folder, one.name)
        return (pool or self._pool).submit(files.lay, *place, kinds=one.kinds, fonts=one.fonts)

    def done(self, *, leave: int) -> Iterator[Outcome]:
        """Outcomes in order, until no more than so many wait."""
        while len(self._waiting) > leave:
            first = self._waiting.popleft()
            yield first if isinstance(first, Outcome) else self._outcome(*first)

    def _outcome(self, unit: UnitRef, laying: Laying, future: Future[list[Path]]) -> Outcome:
        try:
            return Outcome(unit, Became.WRITTEN, paths=future.result())
        except BrokenProcessPool:
            return self._alone(unit, laying)
        except OSError as error:
            return _no_place(unit, error)
        except Exception as error:  # as in made()
            return of_ours(unit, error)

    def _alone(self, unit: UnitRef, laying: Laying) -> Outcome:
        """A process died, over this report or over another: this one is tried by itself, the others again."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._opened() as alone:
            try:
                outcome = Outcome(unit, Became.WRITTEN, paths=self._submitted(laying, alone).result())
            except OSError as error:
                outcome = _no_place(unit, error)
            except Exception as error:  # as in made(); BrokenProcessPool among them
                outcome = of_ours(unit, error)
        self._pool = self._opened()
        again = list(self._waiting)
        self._waiting.clear()
        for one in again:
            if isinstance(one, Outcome):
                self._waiting.append(one)
            else:
                self.lay(one[0], one[1])
        return outcome


def _no_place(unit: UnitRef, error: OSError) -> Outcome:
    why = f"Không ghi được tệp ({error.strerror or error}): kiểm tra chỗ trống và quyền ghi của thư mục."
    return Outcome(unit, Became.FAILED, why)
