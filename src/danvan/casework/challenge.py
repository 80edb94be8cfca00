"""Keeps machines from flooding the citizens' form, without a third party and without a picture nobody can read.

A browser with script does a little work unseen (a number whose hash with the token begins with zero bits); who has
no script answers a question in words. Tokens are signed, last a while, and each serves once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from danvan.access import limits
from danvan.casework.errors import CaseError

BITS = 14  # zero bits asked for: some 16,000 hashes, a moment on an old phone
LASTS = dt.timedelta(hours=12)  # a form may lie open while the line is gone
_SALT = "danvan.casework.challenge"
_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True, slots=True)
class Challenge:
    """token: goes with the form. question: for who has no script. bits: for the script."""

    token: str
    question: str
    bits: int = BITS


def make() -> Challenge:
    one, two = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    token = signing.dumps([secrets.token_urlsafe(9), one + two], salt=_SALT)
    return Challenge(token, _("%(one)s cộng %(two)s bằng mấy?") % {"one": _WORDS[one], "two": _WORDS[two]})


def check(token: str, work: str, answer: str) -> None:
    """Raises CaseError where neither the work nor the answer is right, the token is old, or it was used before."""
    try:
        _name, total = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.SignatureExpired:
        raise CaseError(answer=_("Trang mở đã lâu. Hãy trả lời câu hỏi mới rồi gửi lại; nội dung vẫn còn.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise CaseError(answer=_("Hãy trả lời câu hỏi rồi gửi lại; nội dung vẫn còn.")) from None
    if not (_worked(token, work) or answer.strip() == str(total)):
        raise CaseError(answer=_("Câu trả lời chưa đúng. Viết kết quả bằng chữ số."))
    if not limits.allow("challenge", token, most=1, within=LASTS):
        raise CaseError(answer=_("Biểu này đã gửi rồi. Nếu muốn gửi việc khác, hãy trả lời câu hỏi mới."))


def _worked(token: str, work: str) -> bool:
    if not work.isdecimal() or len(work) > 12:
        return False
    found = hashlib.sha256(f"{token}:{work}".encode()).digest()
    return int.from_bytes(found[:4]) >> (32 - BITS) == 0
