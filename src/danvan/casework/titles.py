"""The line that stands for a matter in lists, made where nobody of the unit has worded one: type, topic, place.

Nothing of what the sender wrote is repeated but the names of a hamlet or a street, where it is plainly one.
"""

from __future__ import annotations

import re

from django.utils import timezone

from danvan.casework import suggesting
from danvan.casework.models import Matter
from danvan.casework.vocabulary import choices
from danvan.units import queries as units

LONGEST = 200
ANY = "…"  # stands for a title that is still to be made
_PLACE = re.compile(
    r"(?:thôn|xóm|bản|buôn|ấp|sóc|làng|khu phố|khu|khóm|tổ dân phố|tổ|phố|đường|quốc lộ|tỉnh lộ|cầu|chợ|xã|phường)"
    r"(?: (?:số )?[A-ZĐÀ-Ỹ\d][\w./]*){1,4}",
    re.UNICODE,
)
_TYPES = {
    "complaint": "Khiếu nại",
    "recommendation": "Kiến nghị",
    "reflection": "Phản ánh",
    "data_request": "Yêu cầu về dữ liệu cá nhân",
}


def neutral(matter_type: str, field: str, text: str, place: str, area: int | None) -> str:
    """ "Phản ánh về đất đai, thôn Thượng". field: as classified; without one the words suggest it."""
    topic = field or suggesting.suggest(text).field.value
    named = dict(choices("field_case")).get(topic, "") if topic not in ("", "other") else ""
    said = _TYPES.get(matter_type, "Việc")
    where = _hamlet(area) or _plain_place(place)
    return ", ".join(filter(None, (f"{said} về {named}" if named else said, where)))[:LONGEST]


def erased(matter: Matter) -> str:
    """What is left of a title: "Phản ánh số 12/2026"."""
    return f"{_TYPES.get(matter.type, 'Tố cáo')} số {matter}"


def _hamlet(area: int | None) -> str:
    version = units.version_on(area, timezone.localdate()) if area else None
    return version.name if version else ""


def _plain_place(said: str) -> str:
    """Hamlets and streets by their names, where nothing else is said of them."""
    parts = [part.strip() for part in said.split(",")]
    return ", ".join(part for part in parts if _PLACE.fullmatch(part[:1].lower() + part[1:]))[:80]
