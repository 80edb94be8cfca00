"""Named reads of forms over time: their versions, the one being prepared, who has the duty.

A version in force on no day (an empty range) is the one being prepared; a form has one at most.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from danvan.figures import form_definition
from danvan.figures.form_definition import Definition
from danvan.figures.models import Duty, Form


@dataclass(frozen=True, slots=True)
class Versions:
    """A form over time. in_force: on the day asked for, None before its first or after its last version."""

    code: str
    all: tuple[Form, ...]
    in_force: Form | None
    draft: Form | None

    @property
    def shown(self) -> Form:
        """What a list calls it by: the version in force, else the newest, else the one being prepared."""
        newest = self.all[0] if self.all else self.draft
        found = self.in_force or newest
        assert found is not None  # noqa: S101 -- a form without any row is not a form
        return found


def forms(day: dt.date) -> list[Versions]:
    """Every form, those that are only being prepared last."""
    rows: dict[str, list[Form]] = {}
    for form in Form.objects.order_by("code", "-during"):
        rows.setdefault(form.code, []).append(form)
    found = [_versions(code, some, day) for code, some in rows.items()]
    return sorted(found, key=lambda one: (not one.all, one.code))


def versions(code: str, day: dt.date) -> Versions | None:
    """One form, newest version first; None where there is none of that code."""
    rows = list(Form.objects.filter(code=code).order_by("-during"))
    return _versions(code, rows, day) if rows else None


def _versions(code: str, rows: Sequence[Form], day: dt.date) -> Versions:
    dated = tuple(row for row in rows if not row.during.isempty)
    in_force = next((row for row in dated if day in row.during), None)
    return Versions(code, dated, in_force, next((row for row in rows if row.during.isempty), None))


def newest(code: str) -> Form | None:
    return Form.objects.filter(code=code, during__isempty=False).order_by("-during").first()


def duties(code: str) -> QuerySet[Duty]:
    """Of a form, by the day on which they began."""
    return Duty.objects.filter(form_code=code, during__isempty=False).order_by("during", "line", "level")


def definition(form: Form, start: dt.date | None = None) -> Definition:
    """The version as a value, with the duties of its code. start: for the one being prepared, by default today."""
    first, last = (start or timezone.localdate(), None)
    if not form.during.isempty:
        first, last = form.during.lower, form.during.upper
    return Definition(
        code=form.code,
        name_vi=form.name_vi,
        name_en=form.name_en,
        calendar=form.calendar,
        periodicities=tuple(form.periodicities),
        start=first,
        end=last,
        line=form.line,
        due=form.due,
        notes_vi=form.notes_vi,
        notes_en=form.notes_en,
        sections=tuple(form_definition.section(one) for one in form.sections),
        duty=tuple(
            form_definition.Duty(one.level, one.during.lower, one.during.upper, one.line) for one in duties(form.code)
        ),
    )


def stamp(form: Form) -> str:
    """What the version says but for its days and duties, in 16 letters: another stamp, another content."""
    data = {**definition(form).to_json(), "from": "", "to": "", "duty": []}
    told = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
