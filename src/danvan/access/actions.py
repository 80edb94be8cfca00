"""What is done with people and posts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import Person, Post
from danvan.access.permissions import ROLES, Permission
from danvan.audit import actions as audit
from danvan.lib.periods import vietnamese
from danvan.units import queries as units
from danvan.units.models import Unit


class AccessError(ValueError):
    """What cannot be done with a person or a post; a Vietnamese sentence that says what to do."""


@transaction.atomic
def add_person(*, username: str, name: str, by: audit.By, password: str | None = None, **fields: Any) -> Person:
    """A new person, without a post yet. Raises AccessError where the name to sign in with is taken."""
    scope.require(Permission.MANAGE_PEOPLE)
    username = username.strip().lower()
    if not username or not name.strip():
        raise AccessError(_("Hãy ghi tên đăng nhập và họ tên."))
    if Person.objects.filter(username=username).exists():
        raise AccessError(_("Tên đăng nhập “%(name)s” đã có người dùng; hãy chọn tên khác.") % {"name": username})
    email = fields.pop("email", "")
    person = Person.objects.create_user(username, password, name=name.strip(), **fields)
    _set_address(person, email)
    audit.record(by=by, verb="access.add_person", subject=person, username=username)
    return person


@transaction.atomic
def change_person(*, person: Person, name: str, email: str, by: audit.By) -> Person:
    """Puts name and address right. Raises AccessError, Refused where part of the person's posts lies outside."""
    require_person(person)
    if not name.strip():
        raise AccessError(_("Hãy ghi họ tên."))
    person.name = name.strip()
    person.save(update_fields=["name"])
    if email.strip().lower() != person.email:
        _set_address(person, email)
    audit.record(by=by, verb="access.change_person", subject=person)
    return person


def _set_address(person: Person, email: str) -> None:
    """An administrator vouches for the address, so it counts as confirmed. Raises AccessError where it is another's."""
    email = email.strip().lower()
    if email and EmailAddress.objects.filter(email=email, verified=True).exclude(user=person).exists():
        raise AccessError(_("Địa chỉ %(email)s đã của người dùng khác.") % {"email": email})
    EmailAddress.objects.filter(user=person).delete()
    if email:
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    person.email = email
    person.save(update_fields=["email"])


@transaction.atomic
def reset_sign_in(*, person: Person, by: audit.By) -> None:
    """Password, second steps and open sessions end; a one-time link then lets the person set a password anew."""
    require_person(person)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    audit.record(by=by, verb="access.reset_sign_in", subject=person)


@transaction.atomic
def set_active(*, person: Person, active: bool, by: audit.By) -> None:
    """Whether the person may sign in at all; open sessions end with the next click."""
    require_person(person)
    if not active and getattr(by, "person_id", None) == person.pk:
        raise AccessError(_("Không tự ngừng chính mình: hãy nhờ quản trị khác."))
    person.is_active = active
    person.save(update_fields=["is_active"])
    audit.record(by=by, verb="access.activate" if active else "access.deactivate", subject=person)


def require_person(person: Person) -> None:
    """Raises Refused unless all that the person holds, now or later, lies within the acting unit.

    Who could reset the sign-in of somebody of a higher unit could act as them there.
    """
    scope.require(Permission.MANAGE_PEOPLE)
    acting = scope.current().acting
    if acting is None:
        return
    if not Post.objects.filter(person=person).exists():
        raise scope.Refused(_("Người này không thuộc phạm vi của %(unit)s.") % {"unit": acting.unit_name})
    with scope.system("all posts of a person"):
        lasting = Q(during__endswith=None) | Q(during__endswith__gt=acting.day)
        held = Post.objects.filter(lasting, person=person, during__isempty=False)
        outside = held.exclude(unit__in=scope.below(acting).values("unit")).exists()
    if outside:
        raise scope.Refused(
            _("Người này còn giữ chức danh ngoài phạm vi của %(unit)s: hãy nhờ quản trị của đơn vị cấp trên.")
            % {"unit": acting.unit_name}
        )


@transaction.atomic
def give_post(
    *,
    person: Person,
    unit: Unit | int,
    role: str,
    by: audit.By,
    since: dt.date,
    until: dt.date | None = None,
    title: str = "",
) -> Post:
    """Puts a person into a post of a unit; until: the first day on which they no longer hold it.

    Raises AccessError where they hold it already or the days cannot be, Refused outside of one's own units.
    """
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require(Permission.MANAGE_PEOPLE)
    scope.require_unit(unit, now=True)
    if role not in ROLES:
        raise AccessError(_("Không có vai trò “%(role)s”.") % {"role": role})
    country = units.country(since)
    if Permission.EDIT_FORMS in ROLES[role].permissions and country is not None and unit != country.unit_id:
        raise AccessError(
            _("Biểu mẫu dùng chung cho cả nước: chức danh “%(role)s” chỉ giao ở %(country)s.")
            % {"role": ROLES[role].name, "country": country.name}
        )
    _check_days(since, until)
    try:
        with transaction.atomic():
            post = Post.objects.create(
                person=person, unit_id=unit, role=role, title=title.strip(), during=DateRange(since, until)
            )
    except IntegrityError as error:
        if "a_post_is_held_once_a_day" not in str(error):
            raise
        raise AccessError(_("%(name)s đã giữ chức danh này trong thời gian đó.") % {"name": person.name}) from error
    audit.record(by=by, verb="access.give_post", subject=post, label=person.name, unit=unit, role=role, since=since)
    return post


@transaction.atomic
def end_post(*, post: Post, on: dt.date, by: audit.By) -> Post:
    """The post is held up to the day before `on`; what was delegated from it ends with it."""
    scope.require(Permission.MANAGE_PEOPLE)
    scope.require_unit(post.unit_id, now=True)
    for one in [post, *Post.objects.filter(for_post=post)]:
        _end(one, on)
    audit.record(by=by, verb="access.end_post", subject=post, label=post.person.name, unit=post.unit_id, on=on)
    return post


@transaction.atomic
def end_delegation(*, post: Post, by: scope.Acting) -> Post:
    """Takes back, from today on, what was handed out from the acting post. Raises Refused for any other post."""
    if post.for_post_id != by.post_id:
        raise scope.Refused(_("Chỉ người đã ủy quyền mới chấm dứt được ủy quyền này."))
    _end(post, by.day)
    audit.record(by=by, verb="access.end_delegation", subject=post, label=post.person.name, on=by.day)
    return post


def _end(post: Post, on: dt.date) -> None:
    """Held up to the day before; what had not begun by then is taken back: its range is empty, it is held on no day."""
    if post.during.isempty or (post.during.upper is not None and post.during.upper <= on):
        return
    post.during = DateRange(empty=True) if post.during.lower >= on else DateRange(post.during.lower, on)
    post.save(update_fields=["during"])


@transaction.atomic
def delegate(*, to: Person, since: dt.date, until: dt.date, by: scope.Acting) -> Post:
    """Hands the acting post to somebody for some days of leave; `until` is the first day after.

    What was itself delegated is not handed on. Raises AccessError, Refused.
    """
    scope.require(Permission.DELEGATE)
    own = Post.objects.get(pk=by.post_id)
    if own.for_post_id is not None:
        raise AccessError(_("Chức danh được ủy quyền thì không ủy quyền tiếp cho người khác."))
    if to.pk == by.person_id:
        raise AccessError(_("Hãy chọn người khác: không ủy quyền cho chính mình."))
    _check_days(since, until)
    if own.during.upper is not None and until > own.during.upper:
        raise AccessError(
            _("Chức danh của bạn chỉ đến %(day)s: hãy chọn ngày kết thúc sớm hơn.")
            % {"day": vietnamese(own.during.upper - dt.timedelta(1))}
        )
    try:
        with transaction.atomic():
            post = Post.objects.create(
                person=to,
                unit_id=own.unit_id,
                role=own.role,
                title=own.title,
                during=DateRange(since, until),
                for_post=own,
            )
    except IntegrityError as error:
        raise AccessError(_("%(name)s đã giữ chức danh này trong thời gian đó.") % {"name": to.name}) from error
    audit.record(by=by, verb="access.delegate", subject=post, label=to.name, since=since, until=until)
    return post


def _check_days(since: dt.date, until: dt.date | None) -> None:
    if until is not None and until <= since:
        raise AccessError(_("Ngày kết thúc phải sau ngày bắt đầu: xem lại hai ngày."))


@transaction.atomic
def choose_notices(*, person: Person, mail: str, webhook: str, by: audit.By) -> None:
    """How notices reach a person: by e-mail (none, each, daily), and at the address of a chat tool."""
    person.mail, person.webhook = mail, webhook
    person.save(update_fields=["mail", "webhook"])
    audit.record(by=by, verb="access.choose_notices", subject=person, mail=mail, webhook=bool(webhook))
