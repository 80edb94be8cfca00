"""What is sealed stays as it is, whoever asks, and whatever sequence of verbs comes: the properties of the round."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from danvan.access.models import StoredFile
from danvan.access.tests import cast
from danvan.config import database
from danvan.figures import actions, board, queries, sealing
from danvan.figures.actions import CellInput, Entry, EvidenceInput, RemarkInput
from danvan.figures.actions.sealing import verify_one
from danvan.figures.errors import FigureError
from danvan.figures.models import Duty, Evidence, Submission
from danvan.lib.periods import Period
from danvan.units import actions as map_verbs

FORM, PERIOD = "dan_van", "2026-Q3"
DIGEST = hashlib.sha256(b"1").hexdigest()


def filled(unit, *cells: CellInput, period: str = PERIOD, restate: str = "") -> Submission:
    draft = actions.open_draft(form=FORM, unit=unit, period=period, by="Mai", restate=restate)
    actions.enter(submission=draft, entries=[Entry(cell, force=True) for cell in cells], by="Mai")
    return draft


# The seal


def test_a_seal_holds_figures_words_evidence_and_files(country):
    draft = filled(country.an, CellInput("rec.turns", 5))
    Evidence.objects.create(cell=draft.cells.get(), kind="file", source="a.xlsx", quote="5")
    file = StoredFile.objects.create(
        unit=country.an, name="a.pdf", kind="pdf", mime="application/pdf", size=1, sha256=DIGEST, content=b"1"
    )
    actions.attach(submission=draft, cell=("rec.turns", ""), file=file.pk, by="Mai")
    sealed = actions.submit(submission=draft, by="Lan")
    assert verify_one(sealed) == ""

    cell = sealed.cells.get()
    pieces = [(cell, cell.evidence.get())]
    seals = {
        sealing.seal(sealing.content_of(sealed, "dan_van", cells, evidence, files), sealed.seal_before)
        for cells, evidence, files in (
            ([cell], pieces, [(cell, file)]),
            ([cell], pieces, [(cell, StoredFile(name="a.pdf", sha256="b" * 64))]),
            ([cell], pieces, []),
            ([cell], [], [(cell, file)]),
            ([], [], []),
        )
    }
    assert sealed.seal in seals
    assert len(seals) == 5


@pytest.mark.parametrize("value", ["33.33335", "66.66665", "12.34565", "0.00004"])
def test_a_rate_with_more_places_than_are_kept_is_sealed_as_it_is_kept(country, value):
    sealed = actions.submit(submission=filled(country.an, CellInput("rec.resolution_rate", Decimal(value))), by="Lan")

    assert verify_one(Submission.objects.get(pk=sealed.pk)) == ""


def test_the_seals_of_a_unit_are_one_chain(country):
    for period in ("2026-Q1", "2026-Q2", PERIOD):
        one = actions.submit(submission=filled(country.an, CellInput("rec.turns", 5), period=period), by="Lan")
        assert verify_one(one) == ""
    chain = Submission.objects.order_by("seal_number")

    assert [one.seal_number for one in chain] == [1, 2, 3]
    assert [one.seal_before for one in chain] == ["", chain[0].seal, chain[1].seal]


CHANGES = [
    "UPDATE figures_submission SET text = 'khác'",
    "UPDATE figures_submission SET rests_on = '{}', seal = NULL",
    "UPDATE figures_submission SET state = 'draft', seal = NULL, filed_at = NULL",
    "UPDATE figures_submission SET edition = 9",
    "UPDATE figures_submission SET filed_by = 'người khác'",
    "DELETE FROM figures_submission",
    "UPDATE figures_cell SET value = 6",
    "UPDATE figures_cell SET note = 'khác'",
    "DELETE FROM figures_cell",
    "DELETE FROM figures_evidence",
    "UPDATE figures_evidence SET quote = 'khác'",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_app_role_changes_nothing_that_is_sealed(country, change):
    draft = filled(country.an, CellInput("rec.turns", 5))
    Evidence.objects.create(cell=draft.cells.get(), kind="file", source="a.xlsx", quote="5")
    sealed = actions.submit(submission=draft, by="Lan")

    with (
        pytest.raises(Exception, match=r"sealed|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert verify_one(Submission.objects.get(pk=sealed.pk)) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("change", [*CHANGES, "TRUNCATE figures_cell CASCADE", "TRUNCATE figures_submission CASCADE"])
def test_not_even_the_owner_changes_what_is_sealed(change):
    name = connection.settings_dict["NAME"]
    with psycopg.connect(make_conninfo(database.owner_url(), dbname=name)) as owner:
        owner.execute("SELECT set_config('danvan.system', 'on', true)")
        owner.execute(DRAFT)
        owner.execute(SEAL)
        if change.startswith("TRUNCATE"):  # which waits for what is checked at the end of the transaction
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(psycopg.Error, match=r"sealed|never emptied") as refused:
            owner.execute(change)
        owner.rollback()
    assert refused.value.sqlstate == "23000"


# A unit, a form, a submission with a cell and evidence, made by the owner in the transaction of the test; then sealed.
DRAFT = """
WITH unit AS (
    INSERT INTO units_unit (kind, line, illustration) VALUES ('territory', '', false) RETURNING id
), form AS (
    INSERT INTO figures_form (code, name_vi, name_en, calendar, periodicities, sections, line, due, notes_vi, notes_en,
                              during)
    VALUES ('x', 'x', 'x', 'calendar', '[]', '[]', '', '{}', '', '', '[2020-01-01,)') RETURNING id
), submission AS (
    INSERT INTO figures_submission (form_id, unit_id, period, "window", kind, edition, state, standing, reason, text,
        revision, started_at, filed_by, decided_by, decision, source, illustration, rests_on)
    SELECT form.id, unit.id, '2026-Q3', '[2026-07-01,2026-10-01)', 'own', 1, 'draft', false, '', '', 0, now(),
           '', '', '', '', false, '{}' FROM form, unit RETURNING id
), cell AS (
    INSERT INTO figures_cell (submission_id, indicator, breakdown, state, value, qualifier, origin, note, explanation,
                              revision, entered_at, entered_by)
    SELECT id, 'rec.turns', '', 'value', 5, 'exact', 'typed', '', '', 0, now(), 'Mai' FROM submission RETURNING id
)
INSERT INTO figures_evidence (cell_id, kind, source, quote) SELECT id, 'file', 'a', '5' FROM cell
"""
SEAL = """
UPDATE figures_submission
SET state = 'submitted', filed_at = now(), filed_by = 'Lan', seal = 'a', seal_before = '', seal_number = 1
"""


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("returned", "accepted"), ("returned", "submitted"), ("withdrawn", "submitted"), ("accepted", "submitted")],
)
def test_a_decision_is_never_undone_in_the_database(country, was, becomes):
    found = actions.submit(submission=filled(country.an, CellInput("rec.turns", 5)), by="Lan")
    decide = {
        "returned": lambda: actions.send_back(submission=found, remarks=[RemarkInput("Sai")], by="Hùng"),
        "withdrawn": lambda: actions.withdraw(submission=found, reason="Nhầm", by="Lan"),
        "accepted": lambda: actions.accept(submission=found, by="Hùng"),
    }
    decide[was]()

    with pytest.raises(IntegrityError, match="cannot become"), transaction.atomic():
        Submission.objects.filter(pk=found.pk).update(state=becomes, standing=False)


def test_a_returned_restatement_goes_on_for_its_own_reason(country):
    actions.accept(submission=actions.submit(submission=filled(country.an, CellInput("rec.turns", 5)), by="L"), by="H")
    again = actions.submit(submission=filled(country.an, CellInput("rec.turns", 6), restate="Sót một lượt"), by="L")
    actions.send_back(submission=again, remarks=[RemarkInput("Kèm sổ")], by="H")

    draft = actions.open_draft(form=FORM, unit=country.an, period=PERIOD, by="Mai")

    assert (draft.edition, draft.reason) == (3, "Sót một lượt")
    assert draft.cells.get().value == 6
    assert Submission.objects.get(standing=True).edition == 1, "what was accepted counts until another one is"


def test_nobody_decides_on_a_signed_consolidated_report(country):
    actions.accept(submission=actions.submit(submission=filled(country.an, CellInput("rec.turns", 5)), by="L"), by="H")
    report = actions.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn")

    with pytest.raises(FigureError, match="không còn chờ xem xét"):
        actions.send_back(submission=report, remarks=[], decision="Không", by="Sơn")
    with pytest.raises(FigureError, match="không còn chờ xem xét"):
        actions.accept(submission=report, by="Sơn")


def test_the_same_signing_by_key_is_one(country):
    actions.accept(submission=actions.submit(submission=filled(country.an, CellInput("rec.turns", 5)), by="L"), by="H")
    key = uuid4()

    first = actions.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn", key=key)

    assert actions.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn", key=key) == first


def test_evidence_of_a_whole_filing_is_in_the_seal(country):
    cell = CellInput("rec.turns", 5, origin="read", evidence=[EvidenceInput("sentence", "r:1", 0, 4, "năm lượt")])
    filed = actions.file_submission(form=FORM, unit=country.an, period=PERIOD, cells=[cell], by="hệ thống")

    assert verify_one(filed) == ""


# Any sequence


SUMS, RATE = ("rec.turns", "doc.issued"), "rec.resolution_rate"
PAST = Period.parse("2026-Q2")
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("open", "enter", "enter", "submit", "submit", "accept", "accept", "return", "withdraw", "restate"),
                *("discard", "sign", "sign_again", "carry", "map", "duty", "stand", "stand", "stand"),
            ]
        ),
        st.integers(0, 1),  # which commune
        st.sampled_from([PERIOD, PAST.code]),
        st.integers(0, 400),
    ),
    min_size=6,
    max_size=30,
)


class Round:
    """The verbs on a small map beside a plain model of what must come of them."""

    def __init__(self, country: Any) -> None:
        self.country, self.units = country, (country.an, country.binh)
        self.editions: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
        self.signed: dict[str, int] = defaultdict(int)
        self.frozen: dict[int, Any] = {}
        self.count = 0

    def do(self, verb: str, which: int, period: str, number: int) -> None:
        getattr(self, verb)(which, period, number)

    def check(self) -> None:
        """What must hold after every step."""
        for pk, content in self.rows().items():
            assert self.frozen.setdefault(pk, content) == content, "a sealed row is another"
        assert self.frozen.keys() == self.rows().keys(), "a sealed row is gone"
        assert actions.verify() == (len(self.frozen), [])
        for period in (PERIOD, PAST.code):
            self.adds_up(period)

    def rows(self) -> dict[int, Any]:
        """Every sealed row with all that it froze, as the database has it."""
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT s.id, (to_jsonb(s) - '{state,standing,decided_at,decided_by,decision}'::text[])::text,
                          (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id)::text FROM figures_cell c
                           WHERE c.submission_id = s.id)
                   FROM figures_submission s WHERE s.seal IS NOT NULL"""
            )
            return {pk: rest for pk, *rest in cursor.fetchall()}

    def adds_up(self, period: str) -> None:
        """The consolidated report is the sum of what stands, as the model has it."""
        found = queries.consolidated(FORM, self.country.bac, period)
        standing = [one for unit in self.units for one in self.editions[unit.pk, period] if one["standing"]]
        for code in SUMS:
            known = [one["cells"][code] for one in standing if code in one["cells"]]
            assert found.row(code).figure.value == (sum(known) if known else None)
        parts = [one["cells"][RATE] for one in standing if RATE in one["cells"]]
        above, below = sum(a for a, _b in parts), sum(b for _a, b in parts)
        assert found.row(RATE).figure.value == (Decimal(100) * above / below if below else None)
        missing = {unit.pk for unit in self.units if not any(one["standing"] for one in self.editions[unit.pk, period])}
        assert {ref.id for ref in found.missing} == missing

    def last(self, which: int, period: str) -> dict[str, Any] | None:
        editions = self.editions[self.units[which].pk, period]
        return editions[-1] if editions else None

    def found(self, one: dict[str, Any]) -> Submission:
        return Submission.objects.get(pk=one["pk"])

    def refused(self, deed: Callable[[], Any]) -> None:
        with pytest.raises(FigureError), transaction.atomic():
            deed()

    # the verbs

    def open(self, which: int, period: str, _number: int, reason: str = "") -> None:
        unit, last = self.units[which], self.last(which, period)
        editions = self.editions[unit.pk, period]
        standing = any(one["standing"] for one in editions)

        def deed() -> Submission:
            return actions.open_draft(form=FORM, unit=unit, period=period, by="Mai", restate=reason)

        if last and last["state"] == "draft":
            assert deed().pk == last["pk"]
            return
        goes_on = bool(standing and last and not last["standing"])
        if (
            (last and last["state"] == "submitted")
            or (standing and not reason and not goes_on)
            or (reason and not standing)
        ):
            self.refused(deed)
            return
        draft = deed()
        assert draft.edition == len(editions) + 1
        cells = dict(last["cells"]) if last else {}
        editions.append({"pk": draft.pk, "state": "draft", "standing": False, "cells": cells})

    def restate(self, which: int, period: str, number: int) -> None:
        self.open(which, period, number, f"đính chính {number}")

    def stand(self, which: int, period: str, number: int) -> None:
        """The whole way at once, so that a short sequence gets far."""
        standing = any(one["standing"] for one in self.editions[self.units[which].pk, period])
        (self.restate if standing else self.open)(which, period, number)
        for verb in (self.enter, self.submit, self.accept):
            verb(which, period, number)

    def enter(self, which: int, period: str, number: int) -> None:
        last = self.last(which, period)
        if last is None:
            return
        code = (*SUMS, RATE)[number % 3]
        cell = CellInput(RATE, numerator=number, denominator=number + 3) if code == RATE else CellInput(code, number)

        def deed() -> None:
            actions.enter(submission=self.found(last), entries=[Entry(cell, force=True, note="thử")], by="Mai")

        if last["state"] != "draft":
            self.refused(deed)
            return
        deed()
        last["cells"][code] = (number, number + 3) if code == RATE else number

    def submit(self, which: int, period: str, _number: int) -> None:
        last = self.last(which, period)
        if last is None:
            return

        def deed() -> Submission:
            return actions.submit(submission=self.found(last), by="Lan")

        if last["state"] not in ("draft", "submitted") or not last["cells"]:
            self.refused(deed)
            return
        deed()
        last["state"] = "submitted"

    def accept(self, which: int, period: str, _number: int) -> None:
        self._decided(which, period, "accepted", lambda one: actions.accept(submission=one, by="Hùng"))

    def withdraw(self, which: int, period: str, _number: int) -> None:
        last = self.last(which, period)
        if last is None or last["state"] == "accepted":  # the system may take back what stands; a unit never
            return

        def deed() -> Submission:
            return actions.withdraw(submission=self.found(last), reason="Nhầm", by="Lan")

        if last["state"] != "submitted":
            self.refused(deed)
            return
        deed()
        last["state"] = "withdrawn"

    def _decided(self, which: int, period: str, state: str, verb: Callable[[Submission], Submission]) -> None:
        last = self.last(which, period)
        if last is None:
            return
        if last["state"] not in ("submitted", state):
            self.refused(lambda: verb(self.found(last)))
            return
        already = last["state"] == state
        verb(self.found(last))
        last["state"] = state
        if state == "accepted" and not already:
            for one in self.editions[self.units[which].pk, period]:
                one["standing"] = False
            last["standing"] = True

    def discard(self, which: int, period: str, _number: int) -> None:
        last = self.last(which, period)
        if last is None:
            return
        if last["state"] != "draft":
            self.refused(lambda: actions.discard(submission=self.found(last), by="Mai"))
            return
        actions.discard(submission=self.found(last), by="Mai")
        self.editions[self.units[which].pk, period].pop()

    def sign(self, _which: int, period: str, _number: int, reason: str = "") -> None:
        standing = [one for unit in self.units for one in self.editions[unit.pk, period] if one["standing"]]
        valued = any(one["cells"] for one in standing)

        def deed() -> Submission:
            return actions.sign(form=FORM, unit=self.country.bac, period=period, by="Tuấn", reason=reason)

        if not valued or (self.signed[period] and not reason):
            self.refused(deed)
            return
        report = deed()
        self.signed[period] += 1
        assert report.edition == self.signed[period]
        assert not actions.changes_since(report)
        assert {pk for pk, _edition, _seal in report.rests_on["children"]} == {one["pk"] for one in standing}

    def sign_again(self, which: int, period: str, number: int) -> None:
        self.sign(which, period, number, f"ký lại {number}")

    def carry(self, _which: int, period: str, _number: int) -> None:
        report = Submission.objects.filter(unit=self.country.bac, period=period, standing=True).first()
        if report is None:
            return
        standing = {one["pk"] for unit in self.units for one in self.editions[unit.pk, period] if one["standing"]}
        rested = {pk for pk, _edition, _seal in report.rests_on["children"]}
        changes = actions.changes_since(report)
        assert {one.pk for one in changes.editions} == standing - rested
        assert set(changes.gone) == rested - standing
        actions.carry_forward(report=report, reason="Nhỏ", by="Tuấn")
        assert not actions.changes_since(report)

    # what becomes of the present changes nothing of the past

    def map(self, _which: int, _period: str, number: int) -> None:
        self.count += 1
        map_verbs.establish(
            name=f"Xã Mới {self.count}",
            level="commune",
            parent=self.country.bac,
            on=dt.date(2026, 10, 1) + dt.timedelta(number),
            by="Quân",
        )

    def duty(self, _which: int, _period: str, _number: int) -> None:
        Duty.objects.filter(form_code=FORM, level="commune").update(during=DateRange(cast.REFORM, dt.date(2026, 10, 1)))

    # "return" is a word of the language
    def __getattr__(self, name: str) -> Any:
        if name != "return":
            raise AttributeError(name)

        def send_back(which: int, period: str, _number: int) -> None:
            self._decided(
                which,
                period,
                "returned",
                lambda one: actions.send_back(submission=one, remarks=[RemarkInput("Sai")], by="Hùng"),
            )

        return send_back


def rates(country: Any) -> board.Rates:
    return board.board(FORM, country.bac, [PAST], now=NOW).rates[0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whatever_is_filed_returned_accepted_restated_and_signed(country, steps):
    with transaction.atomic():
        run = Round(country)
        for step in steps:
            run.do(*step)
            run.check()
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, late=st.booleans())
def test_the_rates_of_a_past_period_stay_whatever_becomes_of_the_present(country, steps, late):
    """Once it is decided: restatements of it, other periods, the map and the duty from another day do not move them."""
    with transaction.atomic():
        run = Round(country)
        for which in (0, 1) if late else (0,):
            for verb in ("open", "enter", "submit", "accept"):
                run.do(verb, which, PAST.code, 5)
        before = rates(country)
        assert (before.expected, before.accepted) == (2, 2 if late else 1)
        for verb, which, period, number in steps:
            run.do(verb, which if period == PERIOD or late else 0, period, number)
            assert rates(country) == before
        transaction.set_rollback(True)
