"""People decide on readings: each word is kept with who, when and what stood before, and can be taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from danvan.access import scope
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions as figures
from danvan.figures.catalogue import CatalogueError
from danvan.figures.models import Cell, Submission
from danvan.narrative import actions, queries, reading
from danvan.narrative.actions import ReportError
from danvan.narrative.models import Decision, Reading, Report, Term

pytestmark = pytest.mark.django_db

TEXT = """ĐẢNG ỦY XÃ AN
BÁO CÁO
Công tác dân vận quý III năm 2026

Trong quý III năm 2026, xã đã tiếp 46 lượt công dân với 29 vụ việc; tổ chức 3 cuộc đối thoại.
Tiếp nhận 31 đơn; đã giải quyết 22/29 vụ việc, đạt 75%. Toàn xã có 55 mô hình “Dân vận khéo”.
"""


world = staged(small_country)


@pytest.fixture
def mai(world):
    """Of Xã An, at work."""
    with scope.acting(post_of(world.people["mai"])) as by:
        yield by


@pytest.fixture
def report(mai) -> Report:
    return actions.keep(document=reading.read_text(TEXT), name="an.txt", by=mai)[0]


def one(report: Report, indicator: str) -> Reading:
    return report.readings.get(indicator=indicator)


def stands(found: Reading) -> Decision | None:
    return Reading.objects.select_related("decision").get(pk=found.pk).decision


def test_a_report_belongs_to_the_unit_that_read_it_and_the_one_it_names(report, world):
    assert (report.received_for, report.unit, report.period) == (world.an, world.an, "2026-Q3")
    assert report.unit_confidence > 0.9
    assert queries.may_work_on(report)


def test_accepting_keeps_who_and_what(report, mai):
    actions.decide(reading=one(report, "rec.turns"), by=mai)

    kept = stands(one(report, "rec.turns"))
    assert (kept.verdict, kept.indicator, kept.value, kept.by, kept.person) == (
        "accepted",
        "rec.turns",
        46,
        str(mai),
        mai.person_id,
    )
    assert Event.objects.filter(verb="narrative.decide", person=mai.person_id).count() == 1


def test_the_same_word_twice_is_one(report, mai):
    for _time in range(2):
        actions.decide(reading=one(report, "rec.turns"), by=mai)
        actions.decide(reading=one(report, "pet.received"), by=mai, accept=False)

    assert Decision.objects.count() == 2


def test_a_corrected_value_an_other_indicator_and_a_rejection_are_told_apart(report, mai):
    turns, models, dialogues = (one(report, code) for code in ("rec.turns", "mod.total", "dlg.sessions"))
    actions.decide(reading=turns, by=mai, value=Decimal(48), qualifier="over")
    actions.decide(reading=models, by=mai, indicator="mod.new")
    actions.decide(reading=dialogues, by=mai, accept=False)

    assert (stands(turns).verdict, stands(turns).value, stands(turns).qualifier) == ("corrected", 48, "over")
    assert (stands(models).verdict, stands(models).indicator) == ("assigned", "mod.new")
    assert stands(dialogues).verdict == "rejected"


def test_each_word_knows_what_stood_before_it(report, mai):
    turns = one(report, "rec.turns")
    first = actions.decide(reading=turns, by=mai)
    second = actions.decide(reading=turns, by=mai, accept=False)

    assert (second.before, first.before) == (first, None)


@pytest.mark.parametrize(
    ("said", "error", "sentence"),
    [
        ({"indicator": ""}, ReportError, "chọn chỉ tiêu"),
        ({"indicator": "no.such"}, (CatalogueError, figures.FigureError), "no.such"),
        ({"indicator": "mod.total", "breakdown": "field=x"}, (CatalogueError, figures.FigureError), "field"),
        ({"value": Decimal("-1")}, figures.FigureError, "nhỏ hơn 0"),
        ({"value": Decimal("1.5")}, figures.FigureError, "số nguyên"),
    ],
)
def test_what_is_no_figure_is_not_accepted(report, mai, said, error, sentence):
    with pytest.raises(error, match=sentence):
        actions.decide(reading=one(report, "rec.turns"), by=mai, **said)
    assert stands(one(report, "rec.turns")) is None


def test_all_that_is_sure_is_accepted_in_one_deed_and_undone_in_one(report, mai):
    """What stands in a contradiction (22/29 is not 75%) is not among it."""
    accepted = actions.accept_sure(report=report, by=mai)

    assert accepted >= 2
    open_now = {found.quote for found in report.readings.filter(decision=None)}
    assert any("22/29" in quote for quote in open_now)
    assert any("75%" in quote for quote in open_now)
    undone = actions.undo(report=report, by=mai)
    assert len(undone) == accepted
    assert not report.readings.exclude(decision=None).exists()
    assert actions.undo(report=report, by=mai) == []


def test_undoing_goes_back_step_by_step_and_leaves_anothers_word_alone(report, mai, world):
    turns = one(report, "rec.turns")
    with scope.system("look up"):
        lan = post_of(world.people["lan"])
    actions.decide(reading=turns, by=mai)
    actions.decide(reading=turns, by=mai, value=Decimal(50))
    with scope.acting(lan):
        actions.decide(reading=one(report, "mod.total"), by=lan)

    actions.undo(report=report, by=mai)
    assert stands(turns).value == 46
    actions.undo(report=report, by=mai)
    assert stands(turns) is None
    assert stands(one(report, "mod.total")).person == lan.person_id


def test_reading_again_keeps_what_people_decided(report, mai):
    turns = one(report, "rec.turns")
    actions.decide(reading=turns, by=mai, value=Decimal(48))
    actions.decide(reading=one(report, "mod.total"), by=mai, accept=False)
    report.readings.filter(decision=None).first().delete()
    report.readings.update(confidence=0.1)

    actions.reread(report=report, by=mai)

    assert stands(turns).value == 48
    assert report.readings.filter(decision__verdict="rejected").count() == 1
    assert report.readings.count() == len(reading.read_text(TEXT).readings)
    assert not report.readings.filter(confidence=0.1).exists()


def test_a_figure_that_is_no_longer_read_stays_where_somebody_decided_on_it(report, mai):
    gone = Reading.objects.create(report=report, start=1, end=4, quote="ẢNG", value=7, indicator="rec.turns", number=99)
    actions.decide(reading=gone, by=mai)

    actions.reread(report=report, by=mai)

    assert stands(gone).value == 7
    assert len({found.number for found in report.readings.all()}) == report.readings.count()


class TestIntoTheForm:
    def put(self, report, by, **more):
        found = queries.reviewed(report)
        take = {cell.key: 0 for cell in found.judged.accepted.cells}
        return actions.put_into_form(report=report, form="dan_van", take=take | more, by=by)

    def test_only_what_was_accepted_is_written_with_its_sentence(self, report, mai, world):
        actions.decide(reading=one(report, "rec.turns"), by=mai)
        actions.decide(reading=one(report, "mod.total"), by=mai, accept=False)

        done = self.put(report, mai)

        assert (done.submission.state, done.submission.unit, done.written) == ("draft", world.an, 1)
        cell = done.submission.cells.get()
        assert (cell.indicator, cell.value, cell.origin) == ("rec.turns", 46, Cell.Origin.READ)
        evidence = cell.evidence.get()
        assert TEXT[evidence.start : evidence.end] == evidence.quote
        assert report.readings.get(filed=True).indicator == "rec.turns"

    def test_nothing_accepted_writes_nothing(self, report, mai):
        with pytest.raises(ReportError, match="Chưa nhận số nào"):
            self.put(report, mai)
        assert not Submission.objects.exists()

    def test_a_figure_that_somebody_typed_is_not_overwritten_unseen(self, report, mai):
        draft = figures.open_draft(form="dan_van", unit=report.unit, period="2026-Q3", by=mai)
        figures.enter(submission=draft, entries=[figures.Entry(figures.CellInput("rec.turns", 40))], by=mai)
        actions.decide(reading=one(report, "rec.turns"), by=mai)

        done = self.put(report, mai)

        assert done.submission == draft
        assert done.conflicts == (("rec.turns", ""),)
        assert draft.cells.get().value == 40
        revision = draft.cells.get().revision
        done = self.put(report, mai)
        actions.put_into_form(report=report, form="dan_van", take={("rec.turns", ""): revision}, by=mai)
        assert draft.cells.get().value == 46

    def test_two_figures_for_one_cell_are_asked_until_one_is_rejected_or_both_are_added(self, mai):
        text = TEXT.replace("55 mô hình “Dân vận khéo”.", "55 mô hình “Dân vận khéo”.\n\nPhường bên có 9 mô hình.")
        report = actions.keep(document=reading.read_text(text), name="b.txt", by=mai)[0]
        for found in report.readings.filter(indicator__startswith="mod."):
            actions.decide(reading=found, by=mai, indicator="mod.total")
        assert queries.reviewed(report).judged.accepted.questions

        actions.add_up(report=report, indicator="mod.total", breakdown="", by=mai)

        (cell,) = queries.reviewed(report).judged.accepted.cells
        assert (cell.value, len(cell.readings)) == (64, 2)
        actions.undo(report=report, by=mai)
        assert queries.reviewed(report).judged.accepted.questions

    def test_a_rate_is_counted_from_its_fraction(self, report, mai):
        for found in report.readings.exclude(indicator=""):
            actions.decide(reading=found, by=mai)

        self.put(report, mai)

        cell = Cell.objects.get(indicator__endswith="resolution_rate")
        assert (cell.numerator, cell.denominator) == (22, 29)


class TestWhoseReportItIs:
    def test_a_neighbour_neither_sees_nor_decides(self, report, world):
        turns = one(report, "rec.turns")
        with scope.system("look up"):
            nga = post_of(world.people["nga"])
        with scope.acting(nga):
            assert not Report.objects.exists()
            with pytest.raises(scope.Refused, match="đơn vị"):
                actions.decide(reading=turns, by=nga)

    def test_the_superior_that_received_it_decides_and_the_commune_files(self, world):
        with scope.system("look up"):
            hung, mai = (post_of(world.people[name]) for name in ("hung", "mai"))
        with scope.acting(hung):
            report = actions.keep(document=reading.read_text(TEXT), name="an.txt", by=hung)[0]
            assert report.received_for == world.bac
            actions.accept_sure(report=report, by=hung)
            with pytest.raises(scope.Refused, match="phạm vi"):
                actions.put_into_form(report=report, form="dan_van", take={("rec.turns", ""): 0}, by=hung)
        with scope.acting(mai):
            report = Report.objects.get()
            done = actions.put_into_form(report=report, form="dan_van", take={("rec.turns", ""): 0}, by=mai)
            assert done.submission.cells.get().value == 46
            with pytest.raises((scope.Refused, ReportError)):
                actions.settle(report=report, unit=world.binh, by=mai)

    def test_two_units_may_receive_the_same_text(self, world):
        with scope.system("look up"):
            posts = [post_of(world.people[name]) for name in ("nga", "mai")]
        kept = []
        for post in posts:
            with scope.acting(post):
                kept.append(actions.keep(document=reading.read_text(TEXT), name="an.txt", by=post))
        assert [new for _report, new in kept] == [True, True]
        assert kept[0][0].unit is None  # An is none of Nam's: it is asked, and An's people see nothing of it
        assert "ngoài phạm vi" in kept[0][0].unit_why

    def test_who_only_sees_does_not_decide(self, report, world):
        with scope.system("look up"):
            xem = post_of(world.people["xem"])
        turns = one(report, "rec.turns")
        with scope.acting(xem), pytest.raises(scope.Refused):
            actions.decide(reading=turns, by=xem)


class TestWords:
    def test_words_are_kept_with_what_was_decided_from_today_on(self, report, mai, world):
        dialogues = one(report, "dlg.sessions")
        actions.decide(reading=dialogues, by=mai, indicator="prp.sessions")

        term = actions.teach(reading=dialogues, phrase="  cuộc Đối thoại ", by=mai)

        assert (term.unit, term.phrase, term.indicator, term.until) == (
            world.an,
            "cuộc đối thoại",
            "prp.sessions",
            None,
        )
        assert [one.pk for one in queries.words_for(world.an.pk).terms] == [term.pk]

    def test_a_rejection_teaches_that_the_words_name_nothing(self, report, mai):
        found = one(report, "dlg.sessions")
        actions.decide(reading=found, by=mai, accept=False)

        assert actions.teach(reading=found, phrase="cuộc đối thoại", by=mai).indicator == ""

    def test_nothing_is_learned_before_a_decision_or_from_one_short_word(self, report, mai):
        found = one(report, "dlg.sessions")
        with pytest.raises(ReportError, match="quyết định"):
            actions.teach(reading=found, phrase="cuộc đối thoại", by=mai)
        actions.decide(reading=found, by=mai)
        with pytest.raises(ReportError, match="quá ngắn"):
            actions.teach(reading=found, phrase="đơn", by=mai)

    def test_other_meaning_ends_the_first_and_stopping_and_resuming_leave_their_days(self, report, mai, world):
        found = one(report, "dlg.sessions")
        actions.decide(reading=found, by=mai)
        first = actions.teach(reading=found, phrase="cuộc đối thoại", by=mai)
        Term.objects.filter(pk=first.pk).update(since=date(2026, 1, 1))
        actions.decide(reading=found, by=mai, indicator="prp.sessions")
        second = actions.teach(reading=found, phrase="cuộc đối thoại", by=mai)

        first.refresh_from_db()
        assert first.until == second.since
        assert first.ended_by == str(mai)
        actions.stop_term(term=second, by=mai)
        assert queries.words_for(world.an.pk).terms == ()
        again = actions.resume_term(term=second, by=mai)
        assert (again.pk != second.pk, again.indicator) == (True, "prp.sessions")
        assert Event.objects.filter(verb="narrative.stop_term").count() == 2

    def test_what_a_superior_taught_holds_below_and_the_nearest_counts(self, report, mai, world):
        with scope.system("the superior's"):
            far = Term.objects.create(
                unit=world.bac, phrase="buổi gặp gỡ", indicator="dlg.sessions", since=date(2026, 1, 1), by="Hùng"
            )
            assert [one.pk for one in queries.words_for(world.an.pk).terms] == [far.pk]
            assert queries.words_for(world.cuu.pk).terms == ()
            near = Term.objects.create(
                unit=world.an, phrase="buổi gặp gỡ", indicator="prp.sessions", since=date(2026, 1, 1), by="Mai"
            )
        assert [one.pk for one in queries.words_for(world.an.pk).terms] == [near.pk]
        assert queries.words_for(world.an.pk, date(2025, 12, 31)).terms == ()

    def test_reports_are_read_with_what_was_taught_and_say_so(self, report, mai, world):
        """Taught in one report, it names the figures of the next, of the unit and of nobody beside it."""
        text = TEXT.replace("Toàn xã có", "Xã mở 12 buổi cà phê doanh nhân. Toàn xã có")
        found = actions.keep(document=reading.read_text(text), name="b.txt", by=mai)[0].readings.get(value=12)
        assert found.indicator != "dlg.sessions"
        actions.decide(reading=found, by=mai, indicator="dlg.sessions")
        term = actions.teach(reading=found, phrase="buổi cà phê doanh nhân", by=mai)

        again = text.replace("46 lượt", "47 lượt")
        report, _new = actions.keep(document=reading.read_text(again), name="c.txt", by=mai)

        named = report.readings.get(value=12)
        assert (named.indicator, named.term) == ("dlg.sessions", term)
        assert "Xã An" in queries.taught_by([named])[term.pk]
        assert term.uses.count() == 2  # the report that it was learned from was read again
        with scope.system("a neighbour's"):
            other = reading.read_text(text.replace("46 lượt", "48 lượt"))
            theirs = actions.keep(document=other, name="d.txt", by="Nga", unit=world.cuu.pk)[0]
            assert not theirs.readings.filter(indicator="dlg.sessions", value=12).exists()

    def test_a_figure_that_was_rejected_teaches_that_such_words_name_nothing(self, report, mai):
        found = one(report, "dlg.sessions")
        actions.decide(reading=found, by=mai, accept=False)
        actions.teach(reading=found, phrase="cuộc đối thoại", by=mai)

        again = TEXT.replace("46 lượt", "47 lượt")
        fresh = actions.keep(document=reading.read_text(again), name="c.txt", by=mai)[0]

        assert not fresh.readings.filter(indicator="dlg.sessions").exists()
