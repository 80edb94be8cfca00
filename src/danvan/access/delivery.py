"""Notices on their way out: by e-mail, one by one or gathered for the day, and to a chat tool's address.

Run by `danvan work` again and again. A notice is marked when it was handed over; what fails is tried again the next
time, a letter up to MOST times, a chat tool for a day, so that a wrong address does not stop the others. While the mail
server is away nothing is counted as tried.
"""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import json
import logging
import smtplib
import socket
import urllib.request
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access.models import Notice

MOST = 5
DIGEST_HOUR = 7  # gathered notices go out once a day, from this hour on
SECONDS = 10
WORTH_POSTING = dt.timedelta(days=1)  # a chat tool that is down so long has missed it; letters are counted apart
log = logging.getLogger(__name__)


def deliver(*, base_url: str = "") -> int:
    """Hands over what waits; gives how many went out. base_url: put before the links. In the system's scope."""
    return _mail(base_url) + _post(base_url)


@transaction.atomic
def _mail(base_url: str) -> int:
    waiting = list(
        Notice.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(mailed_at=None, seen_at=None, attempts__lt=MOST, person__is_active=True)
        .exclude(person__email="")
        .exclude(person__mail="none")
        .select_related("person")
        .order_by("person", "pk")[:1000]
    )
    try:
        return _send_all(waiting, base_url)
    except OSError as error:  # also of smtplib: the server is away, which is nobody's address' fault
        log.warning("no mail server: %s", error)
        return 0


def _send_all(waiting: Sequence[Notice], base_url: str) -> int:
    digest_due = timezone.localtime().hour >= DIGEST_HOUR
    sent = 0
    for person, rows in groupby(waiting, key=lambda one: one.person):
        notices = list(rows)
        if person.mail == "daily":
            # One letter a day: what came after today's waits for tomorrow's.
            had_today = Notice.objects.filter(person=person, mailed_at__date=timezone.localdate()).exists()
            if digest_due and not had_today:
                sent += _send(notices, person.email, base_url)
        else:
            for one in notices:
                sent += _send([one], person.email, base_url)
    return sent


def _send(notices: Sequence[Notice], address: str, base_url: str) -> int:
    subject = notices[0].sentence if len(notices) == 1 else _("Dân vận: %(n)s thông báo") % {"n": len(notices)}
    lines = [f"- {one.sentence}" + (f"\n  {base_url.rstrip('/')}{one.link}" if one.link else "") for one in notices]
    lines += ["", _("Đổi cách nhận thông báo ở trang Tài khoản.")]
    letter = EmailMessage(" ".join(subject.split())[:150], "\n".join(lines), None, [address])
    try:
        letter.send()
    except _NOT_TAKEN as error:
        log.warning("mail to a person failed: %s", error)
        _failed(notices)
        return 0
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=timezone.now())
    return len(notices)


_NOT_TAKEN = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def _failed(notices: Sequence[Notice]) -> None:
    for one in notices:
        Notice.objects.filter(pk=one.pk).update(attempts=one.attempts + 1)


def _post(base_url: str) -> int:
    """One by one: a slow tool keeps its own notice only. One that fails is left alone for the rest of the round."""
    fresh = timezone.now() - WORTH_POSTING
    waiting = Notice.objects.filter(posted_at=None, at__gt=fresh, person__is_active=True)
    waiting = waiting.exclude(person__webhook="").order_by("pk")
    sent = 0
    failing: set[int] = set()
    for pk, person in waiting.values_list("pk", "person")[:200]:
        if person not in failing:
            done = _post_one(pk, base_url)
            sent += done
            failing |= set() if done else {person}
    return sent


@transaction.atomic
def _post_one(pk: int, base_url: str) -> int:
    free = Notice.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, posted_at=None)
    one = free.select_related("person").first()
    if one is None:
        return 0
    link = f"{base_url.rstrip('/')}{one.link}" if one.link else ""
    try:
        hand_over(one.person.webhook, {"text": f"{one.sentence} {link}".strip(), "kind": one.kind})
    except (OSError, ValueError, http.client.HTTPException) as error:
        log.warning("a chat tool did not take a notice: %s", error)
        return 0
    Notice.objects.filter(pk=pk).update(posted_at=timezone.now())
    return 1


def hand_over(address: str, said: dict[str, str]) -> None:
    """Posts JSON to a chat tool. Raises ValueError for an address inside our own house, OSError where it fails."""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"not an address of a chat tool: {parts.scheme}://{parts.hostname}")
    opener = urllib.request.build_opener(_NoRedirect)
    if not settings.WEBHOOKS_INSIDE:
        _refuse_inside(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        opener = urllib.request.build_opener(_NoRedirect, _Http, _Https)
    request = urllib.request.Request(  # noqa: S310 -- the scheme was looked at above
        address, json.dumps(said).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with opener.open(request, timeout=SECONDS) as response:
        response.read(1000)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An address that was looked at does not lead on to one that was not."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _refuse_inside(host: str, port: int) -> None:
    """A person's webhook reaches the world outside, never a machine beside ours."""
    for *_rest, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        _refuse_place(place)


def _refuse_place(place: tuple[Any, ...]) -> None:
    if not ipaddress.ip_address(place[0]).is_global:
        raise ValueError("the address of the chat tool lies inside our own network")


class _Plain(http.client.HTTPConnection):
    """A name may be given another place after it was looked up: nothing is said before the other end is looked at."""

    def connect(self) -> None:
        super().connect()
        _refuse_place(self.sock.getpeername())


class _Secure(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _refuse_place(self.sock.getpeername())


class _Http(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        # A proxy of the house is inside; it was not the sender who named it.
        return self.do_open(http.client.HTTPConnection if request.has_proxy() else _Plain, request)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(http.client.HTTPSConnection if request.has_proxy() else _Secure, request)
