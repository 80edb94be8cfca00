"""What is written down when somebody signs in or changes how they do."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.db import transaction
from django.utils import timezone

from danvan.access import queries, scope
from danvan.access.models import Person
from danvan.audit import actions as audit

VERBS = {
    account.user_logged_in: "access.sign_in",
    account.password_changed: "access.change_password",
    account.password_set: "access.change_password",
    account.password_reset: "access.change_password",
    account.email_changed: "access.change_address",
    mfa.authenticator_added: "access.add_step",
    mfa.authenticator_removed: "access.remove_step",
    mfa.authenticator_reset: "access.renew_codes",
}


def connect() -> None:
    """Called once at start."""
    for signal, verb in VERBS.items():

        def heard(user: Person, verb: str = verb, **_more: Any) -> None:
            _record(user, verb)

        signal.connect(heard, weak=False, dispatch_uid=f"danvan.{verb}.{id(signal)}")


@transaction.atomic
def _record(person: Person, verb: str) -> None:
    """In the chain of the unit whose post the person holds first, so that its people entitled to the trail see it."""
    with scope.person(person.pk):
        posts = queries.posts_on(person, timezone.localdate())
    audit.record(by=posts[0] if posts else scope.Alone(person.pk, person.name), verb=verb, subject=person)
