"""Single sign-on against a real OpenID provider on this machine: it finds people and makes none."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from danvan.access.models import Person
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.config import CommandError, single_sign_on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.as_people,
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("plain_static_files"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the provider's own libraries, in its thread
]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import oidc_provider_mock
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://127.0.0.1:{server.server_port}"


country = staged(small_country)


@pytest.fixture
def world(country, settings, provider) -> SimpleNamespace:
    environment = {
        "DANVAN_OIDC_ISSUER": provider,
        "DANVAN_OIDC_CLIENT_ID": "danvan",
        "DANVAN_OIDC_CLIENT_SECRET": "bi-mat",
        "DANVAN_OIDC_NAME": "Cổng tỉnh",
    }
    settings.SOCIALACCOUNT_PROVIDERS, _origin = single_sign_on.configured(environment)
    return country


def through(provider: str, sub: str, **claims: object) -> tuple[Client, object]:
    """The browser goes to the provider, signs in there as `sub`, and comes back."""
    requests.put(f"{provider}/users/{sub}", json={"sub": sub, **claims}, timeout=5).raise_for_status()
    browser = Client()
    there = browser.post("/account/oidc/sso/login/?process=login").headers["Location"]
    assert there.startswith(provider)
    back = requests.post(there, data={"sub": sub}, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return browser, browser.get(f"{parts.path}?{parts.query}")


def who(browser: Client) -> str | None:
    pk = browser.session.get("_auth_user_id")
    return Person.objects.get(pk=pk).username if pk else None


def test_the_sign_in_page_offers_the_provider_by_its_name(world):
    assert "Đăng nhập qua Cổng tỉnh" in Client().get("/account/login/").content.decode()


def test_a_confirmed_address_leads_to_its_person_and_stays_linked(world, provider):
    browser, answer = through(provider, "a-1", email="Lan@Example.vn", email_verified=True)
    assert who(browser) == "lan"
    assert answer.headers["Location"] == "/"
    assert SocialAccount.objects.get().user == world.people["lan"]

    EmailAddress.objects.filter(user=world.people["lan"]).delete()
    browser, _answer = through(provider, "a-1", email="khac@example.vn", email_verified=True)
    assert who(browser) == "lan", "the second time the account itself is known"


def test_the_name_to_sign_in_with_leads_to_its_person(world, provider):
    browser, _answer = through(provider, "b-1", preferred_username="Mai")
    assert who(browser) == "mai"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "lan@example.vn", "email_verified": False},
        {"email": "ai-do@example.vn", "email_verified": True},
        {"preferred_username": "ai-do"},
        {"name": "Lan"},
    ],
)
def test_whom_nobody_here_answers_to_is_told_so_and_not_made(world, provider, claims):
    count = Person.objects.count()
    browser, answer = through(provider, f"c-{len(str(claims))}", **claims)
    assert answer.status_code == 403
    assert "Chưa có người dùng ứng với tài khoản này" in answer.content.decode()
    assert who(browser) is None
    assert Person.objects.count() == count


def test_an_address_that_its_person_has_not_confirmed_here_leads_nowhere(world, provider):
    EmailAddress.objects.filter(user=world.people["lan"]).update(verified=False)
    browser, _answer = through(provider, "d-1", email="lan@example.vn", email_verified=True)
    assert who(browser) is None


def test_a_name_that_the_provider_hands_to_somebody_else_does_not_lead_to_the_first(world, provider):
    through(provider, "e-1", preferred_username="mai")
    browser, answer = through(provider, "e-2", preferred_username="mai")
    assert who(browser) is None
    assert "đã gắn với một tài khoản khác" in answer.content.decode()


def test_somebody_who_was_stopped_does_not_come_in_this_way_either(world, provider):
    Person.objects.filter(username="mai").update(is_active=False)
    browser, answer = through(provider, "f-1", preferred_username="mai")
    assert who(browser) is None
    assert "/account/inactive/" in answer.headers["Location"]


@pytest.mark.parametrize(
    "given",
    [{"DANVAN_OIDC_ISSUER": "https://a.vn"}, {"DANVAN_OIDC_ISSUER": "a.vn", "DANVAN_OIDC_CLIENT_ID": "x"}],
)
def test_half_a_configuration_is_refused_at_start(given):
    with pytest.raises(CommandError, match="DANVAN_OIDC_CLIENT_ID"):
        single_sign_on.configured(given)


def test_the_form_may_lead_to_the_provider_and_nowhere_else():
    _providers, origin = single_sign_on.configured(
        {"DANVAN_OIDC_ISSUER": "https://id.tinh.vn/realms/a", "DANVAN_OIDC_CLIENT_ID": "x"}
    )
    assert origin == ["https://id.tinh.vn"]
    assert single_sign_on.configured({}) == ({}, [])
