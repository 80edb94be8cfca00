"""Single sign-on by OpenID Connect, named by the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from danvan.config import CommandError

PROVIDER = "sso"


def configured(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The provider as django-allauth wants it, and the origin that the sign-in form may lead to; empty without one.

    DANVAN_OIDC_ISSUER, DANVAN_OIDC_CLIENT_ID, DANVAN_OIDC_CLIENT_SECRET, DANVAN_OIDC_NAME (what the button says).
    Raises CommandError where only a part is given.
    """
    issuer = environment.get("DANVAN_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return {}, []
    where, client = urlsplit(issuer), environment.get("DANVAN_OIDC_CLIENT_ID", "")
    if where.scheme not in {"https", "http"} or not where.netloc or not client:
        raise CommandError(
            "Đăng nhập một lần cần DANVAN_OIDC_ISSUER (địa chỉ https://...) và DANVAN_OIDC_CLIENT_ID: ghi đủ cả hai."
        )
    app = {
        "provider_id": PROVIDER,
        "name": environment.get("DANVAN_OIDC_NAME") or where.hostname,
        "client_id": client,
        "secret": environment.get("DANVAN_OIDC_CLIENT_SECRET", ""),
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}, [f"{where.scheme}://{where.netloc}"]
