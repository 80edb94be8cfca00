"""For whom a piece of work is done: the acting post, or the system itself. Nothing of a unit is read outside of it.

`acting(...)` and `system(...)` open a scope for a block. Python asks `current()`; managers of rows that carry a unit
(`Owned`) start from it and raise OutsideScope without one; PostgreSQL's row security reads the same from the settings
`danvan.unit`, `danvan.person` and `danvan.system`, told before the next statement: for the transaction or, outside of
one, for the session.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.db.backends.signals import connection_created
from django.utils.translation import gettext as _

from danvan.access.permissions import ROLES, Permission
from danvan.units.models import Reach, UnitVersion

SETTINGS = ("danvan.unit", "danvan.person", "danvan.system")


class OutsideScope(RuntimeError):  # noqa: N818 -- reads as what it is
    """Rows that belong to units were asked for while nobody acts. A mistake of ours, never of the user's."""


class Refused(PermissionDenied):
    """What the acting post does not allow; a Vietnamese sentence that says who could."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A person in a post on a day. str(): as it is written beside a deed."""

    person_id: int
    person_name: str
    post_id: int
    unit_id: int
    unit_name: str
    role: str
    title: str
    day: dt.date
    on_behalf: str = ""  # whose post it is, where it is held by delegation
    permissions: frozenset[Permission] = field(default=frozenset())

    def __str__(self) -> str:
        behalf = _(" (thay %(name)s)") % {"name": self.on_behalf} if self.on_behalf else ""
        return f"{self.person_name}, {self.office}{behalf}, {self.unit_name}"

    @property
    def office(self) -> str:
        """The title as signed, the role's name without one."""
        return self.title or str(ROLES[self.role].name)

    @property
    def role_description(self) -> str:
        return str(ROLES[self.role].description)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Alone:
    """A person who holds no post: what they do with their own account is theirs all the same."""

    person_id: int
    person_name: str
    unit_id: None = None

    def __str__(self) -> str:
        return self.person_name


@dataclass(frozen=True, slots=True)
class Scope:
    """acting: who; None where the system itself works (commands, tasks), then `system` says which."""

    acting: Acting | None = None
    system: str = ""
    person_id: int | None = None

    @property
    def settings(self) -> tuple[str, str, str]:
        unit = str(self.acting.unit_id) if self.acting else ""
        return unit, str(self.person_id or ""), "on" if self.system else ""


_NOBODY = Scope()
_SET = "SELECT " + ", ".join(["set_config(%s, %s, %s)"] * len(SETTINGS))
_BOUNDS = (
    "SAVEPOINT",
    "ROLLBACK TO SAVEPOINT",
    "RELEASE SAVEPOINT",
)  # nothing is read; after a failure nothing is told
_scope: ContextVar[Scope | None] = ContextVar("danvan_scope", default=None)


def current() -> Scope:
    """The scope of this piece of work. Raises OutsideScope."""
    found = _scope.get()
    if found is None:
        raise OutsideScope("rows that belong to units are read and written inside access.scope.acting() or system()")
    return found


def maybe_acting() -> Acting | None:
    """The acting post, None for the system. Raises OutsideScope."""
    return current().acting


@contextmanager
def acting(post: Acting) -> Iterator[Acting]:
    """The block is done by this person in this post; it must lie inside a transaction."""
    if not connection.in_atomic_block:
        raise OutsideScope("a person acts inside a transaction")
    with _open(Scope(acting=post, person_id=post.person_id)):
        yield post


@contextmanager
def person(person_id: int) -> Iterator[None]:
    """The block may see the posts of one person, to choose one; nothing else that belongs to a unit."""
    with _open(Scope(person_id=person_id)):
        yield


@contextmanager
def system(what: str) -> Iterator[None]:
    """The block is done by the system itself, for every unit. what: which command or task, for the reader."""
    with _open(Scope(system=what)):
        yield


@contextmanager
def _open(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def _told(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Before a statement the database is told the scope, where it holds another: most scopes end without one more.

    What goes around Django's `execute` (a further FETCH of `iterator()`, COPY, a psycopg cursor) has that of the
    statement before: no other scope may be opened in between.
    """
    on, wanted = context["connection"], (_scope.get() or _NOBODY).settings
    if on.held != wanted and not (isinstance(sql, str) and sql.startswith(_BOUNDS)):
        on.held, local = wanted, not on.autocommit  # now, for the statement that tells comes through here as well
        try:
            with on.cursor() as cursor:
                cursor.execute(_SET, [part for one in zip(SETTINGS, wanted, strict=True) for part in (*one, local)])
        except BaseException:
            on.held = None
            raise
        if not local:
            on.resting = wanted
    return execute(sql, params, many, context)


def connect() -> None:
    """Called once at start: each connection is told the scope before its statements."""
    connection_created.connect(_on_connection, dispatch_uid="danvan.access.scope")


def _on_connection(sender: Any, connection: Any, **_kwargs: Any) -> None:  # the signal's own name
    connection.held = connection.resting = _NOBODY.settings  # a session begins with none
    if _told not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _told)


# Asking


def require(permission: Permission) -> Acting | None:
    """The acting post, if it allows this; None for the system, which may do all. Raises Refused."""
    post = current().acting
    if post is not None and not post.may(permission):
        who = ", ".join(str(role.name) for role in ROLES.values() if permission in role.permissions)
        raise Refused(
            _("Chức danh đang dùng (%(role)s) không được làm việc này. Việc này dành cho: %(who)s.")
            % {"role": ROLES[post.role].name, "who": who}
        )
    if post is None and not current().system:
        raise Refused(_("Hãy chọn chức danh để làm việc này."))
    return post


def require_unit(unit_id: int, *, own: bool = False, now: bool = False) -> None:
    """Raises Refused where the unit is not the acting unit (own=True), or neither it nor one that is or was below it.

    now: one that was moved to another superior does not count.
    """
    scope = current()
    if scope.system:
        return
    post = scope.acting
    if post is None:
        raise Refused(_("Hãy chọn chức danh để xem số liệu của đơn vị."))
    if unit_id == post.unit_id:
        return
    if own or not (below(post) if now else Reach.objects.filter(holder=post.unit_id)).filter(unit=unit_id).exists():
        raise Refused(
            _("Số liệu này không thuộc phạm vi của %(unit)s. Hãy đổi chức danh hoặc nhờ đơn vị có thẩm quyền.")
            % {"unit": post.unit_name}
        )


def below(post: Acting) -> models.QuerySet[Reach]:
    """What the acting unit reaches and what was not moved to another superior; units that are gone stay with it."""
    there = UnitVersion.objects.filter(unit=models.OuterRef("unit"), during__contains=post.day)
    return Reach.objects.filter(models.Q(until__gt=post.day) | ~models.Exists(there), holder=post.unit_id)


# Rows that carry a unit


@models.ForeignKey.register_lookup
class ReachedBy(models.Lookup):
    """`unit__reached_by=holder`: whose figures the holder may see. The same as `unit__in` the units of its Reach, for
    which a query within a query would be put together each time."""

    lookup_name = "reached_by"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, given = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT unit_id FROM units_reach WHERE holder_id = %s)", [*given, self.rhs]  # noqa: S608


class Owned(models.Manager):
    """Starts every query from the scope. unit, or_unit: paths to the unit; own_person: to a person who may see it."""

    use_in_migrations = False

    def __init__(self, unit: str, or_unit: str = "", own_person: str = "") -> None:
        super().__init__()
        self.units, self.own_person = [path for path in (unit, or_unit) if path], own_person

    def get_queryset(self) -> models.QuerySet[Any]:
        rows, scope = super().get_queryset(), current()
        if scope.system:
            return rows
        mine: dict[str, int] = {}
        if scope.acting:
            mine |= {f"{path}__reached_by": scope.acting.unit_id for path in self.units}
        if self.own_person and scope.person_id:
            mine[self.own_person] = scope.person_id
        return rows.filter(models.Q(*mine.items(), _connector=models.Q.OR)) if mine else rows.none()
