"""What somebody takes home who was received: number, code, what comes next and by which day.

Nothing stands on it of what was raised, nor who raised it: whoever finds it learns neither.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from danvan.casework import clocks, workflow
from danvan.casework.deadlines import Deadline
from danvan.casework.models import Matter
from danvan.casework.papers.typesetting import pdf
from danvan.casework.queries import names_of
from danvan.casework.strip import picture
from danvan.figures import catalogue
from danvan.lib.periods import vietnamese
from danvan.lib.qr import svg
from danvan.lib.workdays import weekday

TITLE = "GIẤY BIÊN NHẬN"
KEEP = (
    "Giữ giấy này: ai có mã đều xem được việc đã đến đâu, cơ quan không cấp lại mã nếu mất.",
    "Không có điện thoại thì mang giấy đến nơi tiếp nhận, cán bộ xem giúp.",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One sheet. what: the kind of matter, of what is sealed only "đơn thư". code: in groups of four.

    today: as the calendar shows it; paper does not go on to count how late it is.
    """

    unit: str
    number: str
    day: str
    what: str
    code: str
    address: str
    next: tuple[str, ...]
    keep: tuple[str, ...]
    clock: Deadline | None
    today: dt.date


def receipt(matter: Matter, site: str) -> Receipt:
    """site: where the citizens' pages are, without a slash at the end."""
    found, _uncounted = clocks.read(matter, list(matter.acts.all()))
    nearest = clocks.nearest(found)
    sealed = workflow.load()[matter.type].sealed
    return Receipt(
        unit=names_of([matter.origin_id]).get(matter.origin_id, ""),
        number=str(matter),
        day=vietnamese(matter.received_on),
        what="đơn thư" if sealed else what_of(matter),
        code=" ".join(matter.code[at : at + 4] for at in range(0, len(matter.code), 4)),
        address=f"{site}{reverse('citizen_follow')}?code={matter.code}",
        next=_next(matter, nearest, sealed),
        keep=KEEP,
        clock=None if sealed else nearest,
        today=min(timezone.localdate(), nearest.due) if nearest and nearest.due else timezone.localdate(),
    )


def what_of(matter: Matter) -> str:
    """The kind of matter, in Vietnamese."""
    word = catalogue.load().vocabularies["matter_type"].values.get(matter.type)
    return word.vi if word else "yêu cầu về dữ liệu cá nhân"


def _next(matter: Matter, clock: Deadline | None, sealed: bool) -> tuple[str, ...]:
    if matter.state == "closed":
        return ("Việc này đã kết thúc; kết quả xem theo mã ở trên.",)
    if clock is None or clock.due is None:
        return ("Cơ quan sẽ xem và báo kết quả; theo dõi bằng mã ở trên.",)
    day = f"{weekday(clock.due)} {vietnamese(clock.due)}"
    if sealed:
        return (f"Chậm nhất {day}: cơ quan xem xong bước đầu. Danh tính người gửi được giữ kín theo luật.",)
    return (f"Chậm nhất {day}: {clock.rule.name[0].lower()}{clock.rule.name[1:]}.", f"Căn cứ: {clock.rule.article}.")


def receipt_pdf(slip: Receipt) -> bytes:
    """On A5, PDF/A and PDF/UA."""
    data = {name: getattr(slip, name) for name in ("unit", "number", "day", "what", "code", "address", "next", "keep")}
    pictures = {"qr": svg(slip.address)}
    if slip.clock:
        pictures["strip"] = picture(slip.clock, slip.today, "strip", printed=True)
        data["told"] = slip.clock.sentence
    return pdf("receipt.typ", {**data, "title": TITLE}, pictures)
