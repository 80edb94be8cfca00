"""Papers beside the report: begun, written on, finished with number and day, taken up anew, thrown away, erased."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.narrative import filling, letters, papers
from danvan.narrative.letters.kinds import OFFICES
from danvan.narrative.models import Paper
from danvan.narrative.papers import PaperError
from danvan.narrative.writing.stored import to_data
from danvan.units.models import Unit


@transaction.atomic
def draft_paper(
    *,
    unit: Unit | int,
    kind: str,
    office: str,
    content: dict[str, Any],
    by: audit.By,
    period: str = "",
    illustration: bool = False,
) -> Paper:
    """Begins one. content: as `filling.read` gives it. illustration: what it says is made up, and is marked so.

    Raises KeyError for an unknown kind, PaperError, Refused.
    """
    scope.require(Permission.FILL)
    unit_id = unit.pk if isinstance(unit, Unit) else unit
    scope.require_unit(unit_id, own=True)
    letters.kind(kind)
    if office not in OFFICES:
        raise PaperError(office=_("Văn bản phải là của Đảng, chính quyền hoặc Mặt trận."))
    paper = Paper(unit_id=unit_id, kind=kind, office=office, made_by=str(by)[:300], illustration=illustration)
    _write(paper, content, period, by)
    audit.record(by=by, verb="narrative.draft_paper", subject=paper, label=_label(paper), unit=unit_id)
    return paper


@transaction.atomic
def save_paper(*, paper: Paper, content: dict[str, Any], by: audit.By, period: str = "") -> Paper:
    """Raises PaperError for one that is finished."""
    paper = _draft(paper)
    _write(paper, content, period, by)
    audit.record(by=by, verb="narrative.save_paper", subject=paper, label=_label(paper), unit=paper.unit_id)
    return paper


@transaction.atomic
def finish_paper(
    *,
    paper: Paper,
    day: datetime.date,
    by: audit.By,
    number: int | None = None,
    term: str = "",
    base_url: str,
    url: str,
) -> Paper:
    """Gives it its number and day and lays it down as it is printed from now on.

    number: one after the last of its series where none is given. term: of the committee, where numbers run through one.
    Raises PaperError with everything that is missing or cannot be.
    """
    scope.require(Permission.SUBMIT)
    paper = _draft(paper)
    kind = letters.kind(paper.kind)
    wrong = filling.missing(kind, paper.content)
    wrong |= {note.field: note.sentence for note in papers.day_notes(paper, day) if note.wrong}
    if wrong:
        raise PaperError(**wrong)
    paper.series = papers.series_of(paper, day, term)
    if paper.series:
        number = number or papers.next_number(paper, paper.series)
        taken = Paper.objects.filter(unit=paper.unit_id, series=paper.series, number=number)
        if taken.exclude(family=paper.family).exists():
            raise PaperError(number=_taken(number, paper))
        paper.number = number
    paper.date = day
    try:
        report = letters.compose(papers.letter_of(paper, base_url=base_url, url=url, number=paper.number, day=day))
    except KeyError as error:  # no rule set on that day
        raise PaperError(date=str(error.args[0])) from error
    paper.written = to_data(papers.marked(report, paper.illustration))
    paper.state, paper.finished_at = Paper.State.FINISHED, timezone.now()
    paper.finished_by = paper.changed_by = str(by)[:300]
    try:
        with transaction.atomic():
            paper.save()
    except IntegrityError as error:  # somebody else took the number at the same moment
        raise PaperError(number=_taken(paper.number, paper)) from error
    audit.record(
        by=by,
        verb="narrative.finish_paper",
        subject=paper,
        label=_label(paper),
        unit=paper.unit_id,
        number=paper.number,
        date=day,
        version=paper.version,
    )
    return paper


@transaction.atomic
def revise_paper(*, paper: Paper, by: audit.By) -> Paper:
    """The next version, a draft of the same content; the finished one stays as it is. One draft at a time."""
    scope.require(Permission.FILL)
    scope.require_unit(paper.unit_id, own=True)
    open_ = Paper.objects.filter(family=paper.family, state=Paper.State.DRAFT).first()
    if open_:
        return open_
    if paper.erased_at:
        raise PaperError(paper=_("Nội dung văn bản đã xóa vì hết hạn lưu: hãy soạn văn bản mới."))
    last = Paper.objects.filter(family=paper.family).order_by("-version").values_list("version", flat=True)[0]
    new = Paper(
        unit_id=paper.unit_id,
        kind=paper.kind,
        office=paper.office,
        family=paper.family,
        version=last + 1,
        made_by=str(by)[:300],
        illustration=paper.illustration,
    )
    _write(new, paper.content, paper.period, by)
    audit.record(by=by, verb="narrative.revise_paper", subject=new, label=_label(new), unit=new.unit_id, of=paper.pk)
    return new


@transaction.atomic
def discard_paper(*, paper: Paper, by: audit.By) -> None:
    """Throws a draft away."""
    paper = _draft(paper)
    audit.record(by=by, verb="narrative.discard_paper", subject=paper, label=_label(paper), unit=paper.unit_id)
    paper.delete()


@transaction.atomic
def open_paper(*, paper: Paper, by: audit.By) -> None:
    """That somebody looked at a paper in which individuals are named."""
    if paper.until and not paper.erased_at:
        audit.record(by=by, verb="narrative.open_paper", subject=paper, label=_label(paper), unit=paper.unit_id)


def erase_expired(today: datetime.date | None = None) -> int:
    """Erases what papers say whose time to be kept is over, drafts altogether; gives how many. By the system."""
    today = today or timezone.localdate()
    done = 0
    for paper in Paper.objects.filter(Q(until__lt=today), erased_at__isnull=True).order_by("pk"):
        with transaction.atomic():
            _erase(paper)
            done += 1
    return done


def _erase(paper: Paper) -> None:
    audit.record(
        by="danvan work",
        verb="narrative.erase_paper",
        subject=paper,
        label=_label(paper),
        unit=paper.unit_id,
        until=paper.until,
    )
    if paper.state == Paper.State.DRAFT:
        paper.delete()
        return
    paper.content, paper.written, paper.erased_at = {}, None, timezone.now()
    paper.changed_by = "danvan work"
    paper.save(update_fields=["content", "written", "erased_at", "changed_at", "changed_by"])


# --- shared


def _draft(paper: Paper) -> Paper:
    """The row as it stands, locked. Raises PaperError for one that is finished."""
    scope.require(Permission.FILL)
    scope.require_unit(paper.unit_id, own=True)
    found = Paper.objects.select_for_update().filter(pk=paper.pk).first()
    if found is None:
        raise PaperError(paper=_("Bản nháp này đã được bỏ."))
    if found.state != Paper.State.DRAFT:
        raise PaperError(paper=_("Văn bản đã ban hành, không sửa được nữa: hãy soạn bản mới của văn bản này."))
    return found


def _write(paper: Paper, content: dict[str, Any], period: str, by: audit.By) -> None:
    kind = letters.kind(paper.kind)
    papers.check_capacity(paper.office, content.get("issuer", {}))
    paper.content, paper.period, paper.changed_by = content, period, str(by)[:300]
    values = content.get("values", {})
    paper.until = None
    if kind.names and values.get(kind.names):
        paper.until = filling.typed(kind, content)[kind.until] or None
        if paper.until is None:
            raise PaperError(**{kind.until: _("Có tên cá nhân thì phải có ngày hết hạn lưu: hãy chọn ngày xóa.")})
    paper.title = papers.title_of(paper)
    paper.save()


def _taken(number: int | None, paper: Paper) -> str:
    return _("Số %(number)s đã dùng trong %(series)s: hãy lấy số khác.") % {"number": number, "series": paper.series}


def _label(paper: Paper) -> str:
    return f"{letters.kind(paper.kind).label()}: {paper.title}"
