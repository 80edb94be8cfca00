"""The form of a paper as its page shows it: what stands in each field, and what is wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.desk import show
from danvan.figures import queries
from danvan.narrative import filling, letters, papers
from danvan.narrative.letters import Field, Kind

BLANK = 3  # rows to fill below those that are filled
CAPACITIES = {
    "own": gettext_lazy("người đứng đầu ký"),
    "collective": gettext_lazy("thay mặt tập thể"),
    "deputy": gettext_lazy("cấp phó ký thay"),
    "order": gettext_lazy("ký thừa lệnh"),
    "authorised": gettext_lazy("ký thừa ủy quyền"),
}
OFFICES = {
    "party": gettext_lazy("của Đảng"),
    "government": gettext_lazy("của chính quyền"),
    "front": gettext_lazy("của Mặt trận"),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One input. options: (value, label) of a choice. wide: a line over the whole form."""

    name: str
    type: str
    label: str
    value: Any = ""
    help: str = ""
    error: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    wide: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to fill: the inputs of each, their labels once above."""

    name: str
    label: str
    help: str
    error: str
    columns: tuple[Input, ...]
    rows: tuple[tuple[Input, ...], ...]
    type: str = "rows"


@dataclass(frozen=True, slots=True)
class Form:
    """fields: of the kind; heading: of who writes. topics, bases: (code, words, chosen). periods: (code, label)."""

    kind: Kind
    office: str
    fields: tuple[Input | Rows, ...]
    heading: tuple[Input, ...]
    topics: tuple[tuple[str, str, bool], ...]
    bases: tuple[tuple[str, str, bool], ...]
    periods: tuple[tuple[str, str], ...]
    period: str
    errors: Mapping[str, str]

    @property
    def about(self) -> str:
        return filling.said(self.kind.about)


def form(
    kind: Kind,
    office: str,
    unit: int,
    content: Mapping[str, Any],
    period: str,
    *,
    errors: Mapping[str, str] | None = None,
    more: str = "",
) -> Form:
    """more: the field of which further rows are asked for."""
    errors = errors or {}
    values = content.get("values", {})
    today = timezone.localdate()
    chosen = set(content.get("bases", ()))
    topics = content.get("topics", ()) if kind.topics else ()
    return Form(
        kind=kind,
        office=office,
        fields=tuple(_shown(field, values.get(field.name), errors, more) for field in kind.fields),
        heading=tuple(_heading(office, content.get("issuer", {}), errors)) if kind.blocks else (),
        topics=tuple((name, part.title, name in topics) for name, part in letters.topics().items())
        if kind.topics
        else (),
        bases=tuple((code, text, code in chosen) for code, text in filling.chosen_bases(kind, office, today)),
        periods=tuple(_periods(unit, period)) if kind.topics else (),
        period=period,
        errors=errors,
    )


def _periods(unit: int, chosen: str) -> Sequence[tuple[str, str]]:
    codes = [one.code for one in queries.periods_of(unit)[: papers.PERIODS]]
    if chosen and chosen not in codes:
        codes.insert(0, chosen)
    return [(code, show.period(code)) for code in codes]


def _shown(field: Field, value: Any, errors: Mapping[str, str], more: str) -> Input | Rows:
    if field.type != "rows":
        return _input(field, field.name, value, errors)
    filled = list(value or ())
    blank = BLANK * (2 if more == field.name else 1)
    rows = tuple(
        tuple(
            _input(column, f"{field.name}-{place}-{column.name}", row.get(column.name), errors)
            for column in field.columns
        )
        for place, row in enumerate([*filled, *({} for _blank in range(blank))])
    )
    columns = tuple(_input(column, column.name, "", {}) for column in field.columns)
    return Rows(
        field.name,
        filling.said(field.label),
        filling.said(field.help) if field.help else "",
        errors.get(field.name, ""),
        columns,
        rows,
    )


def _input(field: Field, name: str, value: Any, errors: Mapping[str, str]) -> Input:
    return Input(
        name,
        field.type,
        filling.said(field.label),
        _typed(field.type, value),
        filling.said(field.help) if field.help else "",
        errors.get(name, ""),
        field.required,
        tuple((one.value, filling.said(one.label)) for one in field.options),
        wide=field.type not in ("day", "time", "choice"),
    )


def _typed(type_: str, value: Any) -> Any:
    """As people type it: 3/12/2026; what could not be read as it was."""
    if type_ == "lines":
        return "\n".join(value or ())
    if type_ == "day" and value:
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            return value
        return f"{day.day}/{day.month}/{day.year}"
    return value or ""


def _heading(office: str, issuer: Mapping[str, Any], errors: Mapping[str, str]) -> Sequence[Input]:
    given = [
        Input("parent", "line", _("Cơ quan cấp trên"), help=_("Ví dụ: Tỉnh ủy Thái Nguyên; để trống nếu không có")),
        Input("body", "line", _("Cơ quan ban hành"), required=True),
        Input("symbol", "line", _("Ký hiệu cơ quan"), help=_("Phần sau số: BTGDVTU, UBND"), wide=False),
        Input("place", "line", _("Địa danh"), wide=False),
        Input("signer_post", "line", _("Chức vụ người ký")),
        Input(
            "signer_capacity",
            "choice",
            _("Cách ký"),
            options=tuple((code, str(CAPACITIES[code])) for code in papers.capacities(office)),
            wide=False,
        ),
        Input("signer_of", "line", _("Thay cho"), help=_("Tập thể hoặc người đứng đầu: Trưởng ban"), wide=False),
        Input("recipients", "lines", _("Nơi nhận"), help=_("Mỗi dòng một nơi")),
    ]
    return [
        Input(
            one.name,
            one.type,
            one.label,
            _typed(one.type, issuer.get(one.name, "")),
            one.help,
            errors.get(one.name, ""),
            one.required,
            one.options,
            one.wide,
        )
        for one in given
    ]
