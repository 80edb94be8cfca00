"""Writing a report: what figures make of it changes beside what people wrote, and nothing that they wrote is lost."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection, transaction

from danvan.access import scope
from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions as filing
from danvan.figures.actions import CellInput, Entry
from danvan.narrative import actions, manuscripts, sealed
from danvan.narrative.actions import ReportError, Words
from danvan.narrative.models import Manuscript, Piece

FORM, PERIOD, OUTLINE = "dan_van", "2026-Q3", "party-quarter"
MODELS = "models.mod.total"


@staged
def country():
    country = cast.small_country()
    reported(country.an, {"mod.total": 30, "dlg.sessions": 5})
    reported(country.binh, {"mod.total": 12, "dlg.sessions": 2})
    return country


def reported(unit, figures: dict[str, int], restate: str = "") -> None:
    draft = filing.open_draft(form=FORM, unit=unit, period=PERIOD, by="Mai", restate=restate)
    entries = [Entry(CellInput(code, Decimal(value)), force=True) for code, value in figures.items()]
    filing.enter(submission=draft, entries=entries, by="Mai")
    filing.accept(submission=filing.submit(submission=draft, by="Lan"), by="Hùng")


@pytest.fixture
def manuscript(country) -> Manuscript:
    return actions.begin(unit=country.bac.pk, period=PERIOD, outline=OUTLINE, by="Mai")


def opened(manuscript: Manuscript) -> manuscripts.Open:
    return manuscripts.open_one(manuscript.unit_id, manuscript.period, manuscript.outline)


def texts(manuscript: Manuscript) -> list[str]:
    return [paragraph.text for paragraph in opened(manuscript).written().body]


def said(manuscript: Manuscript, start: str) -> bool:
    return any(text.startswith(start) for text in texts(manuscript))


@contextmanager
def acting(country, name: str):
    with transaction.atomic(), scope.acting(cast.post_of(country.people[name])) as post:
        yield post


def test_begun_twice_it_is_one(country, manuscript) -> None:
    again = actions.begin(unit=country.bac.pk, period=PERIOD, outline=OUTLINE, by="Lan")
    assert again == manuscript
    assert Event.objects.filter(verb="narrative.begin_writing").count() == 1
    assert manuscripts.manuscripts_of(country.bac.pk) == [manuscript]


def test_what_cannot_be_written_is_told(country) -> None:
    with pytest.raises(ReportError, match="Không có đề cương “x”"):
        actions.begin(unit=country.bac.pk, period=PERIOD, outline="x", by="Mai")
    with pytest.raises(ReportError, match="không dùng cho quý III năm 2026: hãy chọn đề cương khác"):
        actions.begin(unit=country.bac.pk, period=PERIOD, outline="party-year", by="Mai")
    with pytest.raises(ReportError, match="Chưa có số liệu nào của"):
        actions.begin(unit=country.bac.pk, period="2026-Q2", outline=OUTLINE, by="Mai")


def test_own_words_stand_instead_of_a_sentence_and_the_sentence_comes_back(manuscript) -> None:
    kept = actions.write(manuscript=manuscript, words=[Words(MODELS, "Toàn tỉnh có 42 mô hình.")], by="Mai")
    assert [piece.key for piece in kept.saved] == [MODELS]
    assert said(manuscript, "Toàn tỉnh có 42 mô hình.")
    actions.choose(manuscript=manuscript, key=MODELS, use="made", by="Mai")
    assert said(manuscript, "Quý III năm 2026, toàn tỉnh có 42 mô hình “Dân vận khéo”")
    assert Piece.objects.get(key=MODELS).text == "Toàn tỉnh có 42 mô hình."  # kept all the same
    actions.choose(manuscript=manuscript, key=MODELS, use="own", by="Mai")
    actions.choose(manuscript=manuscript, key=MODELS, use="out", by="Mai")
    assert not any("42 mô hình" in text for text in texts(manuscript))


def test_the_same_words_twice_are_one_change_and_the_sentence_itself_is_none(manuscript) -> None:
    words = Words(MODELS, "Lời.")
    actions.write(manuscript=manuscript, words=[words], by="Mai")
    assert actions.write(manuscript=manuscript, words=[words], by="Mai").saved == []
    made = opened(manuscript).slot("state.dlg.sessions").made
    assert actions.write(manuscript=manuscript, words=[Words("state.dlg.sessions", made.text)], by="Mai").saved == []


def test_two_people_do_not_write_over_one_another(manuscript) -> None:
    actions.write(manuscript=manuscript, words=[Words(MODELS, "Lời của Mai.")], by="Mai")
    kept = actions.write(manuscript=manuscript, words=[Words(MODELS, "Lời của Lan.")], by="Lan")
    (conflict,) = kept.conflicts
    assert (conflict.mine.text, conflict.theirs.text, conflict.theirs.changed_by) == (
        "Lời của Lan.",
        "Lời của Mai.",
        "Mai",
    )
    assert said(manuscript, "Lời của Mai.")
    # Knowing what stands there, she may put hers.
    actions.write(manuscript=manuscript, words=[Words(MODELS, "Lời của Lan.", conflict.theirs.revision)], by="Lan")
    assert said(manuscript, "Lời của Lan.")


def test_a_paragraph_of_ones_own_and_blocks_in_another_order(manuscript) -> None:
    first = actions.add(manuscript=manuscript, part="weaknesses", text="Trước hết.", by="Mai")
    after = actions.add(manuscript=manuscript, part="weaknesses", after="weaknesses.gaps", text="Sau.", by="Mai")
    between = actions.add(manuscript=manuscript, part="weaknesses", after=first.key, text="Giữa.", by="Mai")
    order = [slot.key for slot in opened(manuscript).slots["weaknesses"]]
    assert order[:2] == [first.key, between.key]
    assert order.index(after.key) == order.index("weaknesses.gaps") + 1
    actions.move(manuscript=manuscript, key=between.key, up=True, by="Mai")
    actions.move(manuscript=manuscript, key=between.key, up=True, by="Mai")  # it is the first already
    assert [slot.key for slot in opened(manuscript).slots["weaknesses"]][:2] == [between.key, first.key]
    actions.move(manuscript=manuscript, key=between.key, up=False, by="Mai")
    assert [slot.key for slot in opened(manuscript).slots["weaknesses"]] == order
    with pytest.raises(ReportError, match="không có phần đó"):
        actions.add(manuscript=manuscript, part="x", by="Mai")


def test_a_figure_that_changed_is_told_until_somebody_looked_and_own_words_stay(country, manuscript) -> None:
    actions.write(manuscript=manuscript, words=[Words(MODELS, "Toàn tỉnh có 42 mô hình, là kết quả tốt.")], by="Mai")
    reported(country.an, {"mod.total": 31, "dlg.sessions": 6}, restate="Sót")
    now = opened(manuscript)

    sentence = now.change(now.slot("state.dlg.sessions"))
    assert "7 cuộc" in sentence.was
    assert "8 cuộc" in sentence.now
    assert [(m.label, m.was, m.now) for m in sentence.moved] == [("Số cuộc đối thoại với Nhân dân", "7", "8")]
    own = now.change(now.slot(MODELS))
    assert own.rests
    assert [(m.was, m.now) for m in own.moved] == [("42", "43")]
    assert said(manuscript, "Toàn tỉnh có 42 mô hình, là kết quả tốt.")
    (against,) = now.contradictions(now.slot(MODELS))
    assert (against.quote, against.now) == ("42 mô hình", "43")

    assert actions.look(manuscript=manuscript, by="Mai") == 2
    again = opened(manuscript)
    assert not any(again.change(slot) for placed in again.slots.values() for slot in placed)
    assert actions.look(manuscript=manuscript, by="Mai") == 0


def test_a_sentence_that_is_no_longer_made_is_told_and_its_own_words_stay(country, manuscript) -> None:
    actions.write(manuscript=manuscript, words=[Words("state.dlg.sessions", "Đối thoại tốt.")], by="Mai")
    for unit in (country.an, country.binh):
        draft = filing.open_draft(form=FORM, unit=unit, period=PERIOD, by="Mai", restate="Sót")
        empty = [
            Entry(CellInput(code, None, state="not_reported"), force=True) for code in ("mod.total", "dlg.sessions")
        ]
        filing.enter(
            submission=draft, entries=[*empty, Entry(CellInput("prp.sessions", Decimal(3)), force=True)], by="Mai"
        )
        filing.accept(submission=filing.submit(submission=draft, by="Lan"), by="Hùng")
    now = opened(manuscript)
    assert [piece.key for piece in now.gone] == [MODELS]
    assert said(manuscript, "Đối thoại tốt.")
    assert now.change(now.slot("front.prp.sessions")) is None
    actions.look(manuscript=manuscript, by="Mai")
    assert opened(manuscript).gone == []


def test_what_is_signed_holds_the_words_whatever_is_written_after(country, manuscript) -> None:
    actions.write(manuscript=manuscript, words=[Words("strengths.ask", "Ưu điểm rõ rệt.")], by="Mai")
    report = filing.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn")
    actions.write(manuscript=manuscript, words=[Words("strengths.ask", "Lời sau khi ký.", 1)], by="Mai")
    reported(country.an, {"mod.total": 99, "dlg.sessions": 5}, restate="Sót")
    report.refresh_from_db()
    (paper,) = report.rests_on["papers"]
    assert paper["outline"] == OUTLINE
    assert filing.verify()[1] == []
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        page = sealed.file_of(report, "html", Path(folder), base_url="http://x/").read_text("utf-8")
    assert "Ưu điểm rõ rệt." in page
    assert "Lời sau khi ký." not in page
    assert "[Nêu" not in page  # places that nobody filled are no words of the signed report
    assert ">42</a> mô hình" in page
    assert 'href="http://x/tables/' in page


def test_only_the_own_unit_sees_and_writes(country, manuscript) -> None:
    with acting(country, "tuan"):
        assert Manuscript.objects.count() == 1
    for name in ("vy", "mai"):  # of the country, of a commune below
        with acting(country, name), pytest.raises(scope.Refused):
            actions.write(manuscript=manuscript, words=[Words(MODELS, "x")], by="x")
    with connection.cursor() as cursor:
        for unit, seen in ((country.bac, 1), (country.country, 0), (country.an, 0)):
            cursor.execute(
                "SELECT set_config('danvan.system', '', true), set_config('danvan.unit', %s, true)", [str(unit.pk)]
            )
            cursor.execute("SELECT count(*) FROM narrative_manuscript")
            assert cursor.fetchone() == (seen,)
            cursor.execute("SELECT count(*) > 0 FROM narrative_piece")
            assert cursor.fetchone() == (bool(seen),)
        cursor.execute("SELECT set_config('danvan.system', 'on', true), set_config('danvan.unit', '', true)")


def test_who_may_not_fill_in_may_not_write(country, manuscript) -> None:
    with acting(country, "xem"), pytest.raises(scope.Refused):
        actions.add(manuscript=manuscript, part="models", by="x")


def test_opening_costs_as_many_queries_for_one_unit_as_for_several(
    country, manuscript, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(40):
        opened(manuscript)
