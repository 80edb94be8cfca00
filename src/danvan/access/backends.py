"""Who is signed in, read once for every request."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from danvan.access.models import Person
from danvan.access.rows import Written

_PERSON = Written(Person, "access_person AS row WHERE row.id = %s")


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> Person | None:
        found = _PERSON.first(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
