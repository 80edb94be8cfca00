"""Two papers of the province, made up and marked so: an invitation being written, a notice of conclusions issued."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import QueryDict

from danvan.access.scope import Acting
from danvan.lib.periods import Period
from danvan.lib.periods import vietnamese as written
from danvan.narrative import actions, filling, letters, papers
from danvan.narrative.models import Paper

OFFICE = "party"
ADDRESS = "http://127.0.0.1:8000/"  # of the pages, unless they are served elsewhere
_SIGNER = {"signer_post": "Trưởng ban", "signer_capacity": "own"}


def invitation(unit: int, period: Period, today: dt.date, by: Acting) -> Paper:
    """To a conference two weeks ahead; a draft, for somebody to go on with."""
    return _drafted(
        "invitation",
        unit,
        period,
        by,
        today,
        meeting_kind="review",
        meeting=f"Hội nghị sơ kết công tác dân vận {period.label()}",
        day=written(today + dt.timedelta(14)),
        time="08:00",
        venue="Hội trường Tỉnh ủy (minh họa)",
        chair="đồng chí Trưởng ban",
        guests="Lãnh đạo Ban Xây dựng Đảng các xã, phường\nĐại diện Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
        **{
            "agenda-0-at": "08:15",
            "agenda-0-what": f"Báo cáo kết quả công tác dân vận {period.label()}",
            "agenda-1-at": "09:30",
            "agenda-1-what": "Thảo luận",
        },
    )


def conclusion(unit: int, period: Period, today: dt.date, by: Acting) -> Paper:
    """Of a meeting a week ago."""
    return _drafted(
        "conclusion",
        unit,
        period,
        by,
        today,
        meeting_kind="briefing",
        meeting=f"Hội nghị giao ban công tác dân vận {period.label()}",
        day=written(today - dt.timedelta(7)),
        venue="trụ sở Tỉnh ủy (minh họa)",
        chair="đồng chí Trưởng ban",
        attendance="đại diện lãnh đạo các xã, phường",
        assessment="Các địa phương đã bám sát chương trình, tiếp công dân nền nếp hơn; có nơi gửi số liệu chậm.",
        **{
            "conclusions-0-unit": "các xã, phường chưa gửi báo cáo",
            "conclusions-0-what": "gửi báo cáo và rà soát số liệu tiếp công dân",
            "conclusions-0-due": written(today + dt.timedelta(7)),
        },
    )


def issue(paper: Paper, today: dt.date, by: Acting) -> Paper:
    """Issued today, with a number of its series."""
    term = papers.term_of(today)
    return actions.finish_paper(paper=paper, day=today, by=by, term=term, base_url=ADDRESS, url=f"papers/{paper.pk}/")


def _drafted(kind: str, unit: int, period: Period, by: Acting, today: dt.date, **fields: str) -> Paper:
    issuer = papers.default_issuer(unit, OFFICE, today)
    known = {name: value for name, value in issuer.items() if isinstance(value, str) and value}
    posted = QueryDict(urlencode({**known, **_SIGNER, **fields}))
    content, errors = filling.read(letters.kind(kind), posted)
    if errors:
        raise ValueError(f"The demo's {kind}: {errors}")
    return actions.draft_paper(
        unit=unit, kind=kind, office=OFFICE, content=content, period=period.code, by=by, illustration=True
    )
