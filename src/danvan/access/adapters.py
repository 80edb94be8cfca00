"""How django-allauth works here: nobody signs up, its words are ours, single sign-on finds people and makes none."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Person


class Account(DefaultAccountAdapter):
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Người dùng này đã ngừng hoạt động. Hãy hỏi quản trị của đơn vị."),
        "duplicate_email": _("Địa chỉ này đã là của bạn."),
        "email_taken": _("Địa chỉ thư điện tử này đã có người dùng. Hãy ghi địa chỉ khác."),
        "email_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
        "enter_current_password": _("Hãy ghi đúng mật khẩu đang dùng."),
        "incorrect_code": _("Mã không đúng. Hãy xem mã mới trong ứng dụng xác thực rồi ghi lại."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "invalid_or_expired_key": _("Liên kết sai hoặc đã hết hạn. Hãy xin liên kết mới."),
        "invalid_login": _("Chưa đăng nhập được. Hãy thử lại."),
        "invalid_password_reset": _("Liên kết đặt lại mật khẩu đã dùng hoặc đã hết hạn. Hãy xin liên kết mới."),
        "rate_limited": _("Đã thử quá nhiều lần. Hãy đợi ít phút rồi thử lại."),
        "same_as_current": _("Giá trị mới phải khác giá trị đang dùng."),
        "too_many_login_attempts": _("Đã sai mật khẩu nhiều lần. Hãy đợi 5 phút rồi thử lại."),
        "unknown_email": _("Địa chỉ thư điện tử này không của người dùng nào."),
        "unverified_primary_email": _("Địa chỉ chính phải được xác nhận trước."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are made by administrators."""
        return False

    # What a person is told by letter about their own sign-in, under allauth's names of its letters.
    told: ClassVar = {
        "account/email/password_changed": _("Mật khẩu đã được đổi."),
        "account/email/password_reset": _("Mật khẩu đã được đặt lại."),
        "account/email/password_set": _("Mật khẩu đã được đặt."),
        "account/email/email_changed": _("Địa chỉ thư điện tử đã được đổi."),
        "account/email/email_deleted": _("Địa chỉ thư điện tử đã bị bỏ."),
        "mfa/email/totp_activated": _("Ứng dụng xác thực đã được bật."),
        "mfa/email/totp_deactivated": _("Ứng dụng xác thực đã bị tắt."),
        "mfa/email/webauthn_added": _("Một khóa truy cập đã được thêm."),
        "mfa/email/webauthn_removed": _("Một khóa truy cập đã bị bỏ."),
        "mfa/email/recovery_codes_generated": _("Một bộ mã dự phòng mới đã được lập."),
        "socialaccount/email/account_connected": _("Một tài khoản đăng nhập một lần đã được gắn vào."),
        "socialaccount/email/account_disconnected": _("Một tài khoản đăng nhập một lần đã bị bỏ."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing without a mail server; what has been done stands where a letter about it could not go out."""
        if not settings.MAIL:
            return
        what = self.told.get(template_prefix)
        if what is None:
            super().send_mail(template_prefix, email, context)
            return
        with contextlib.suppress(OSError):  # SMTPException is one
            super().send_mail("access/mail/changed", email, {**context, "what": what})

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/account/"


class MFA(DefaultMFAAdapter):
    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Không bỏ được bước xác thực này."),
        "cannot_generate_recovery_codes": _(
            "Mã dự phòng chỉ lập được khi đã bật ứng dụng xác thực hoặc khóa truy cập."
        ),
        "incorrect_code": _("Mã không đúng. Hãy xem mã mới trong ứng dụng xác thực rồi ghi lại."),
    }

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002 -- theirs
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Khóa truy cập %(number)s") % {"number": number}


class SingleSignOn(DefaultSocialAccountAdapter):
    """Who signs in elsewhere is found here by confirmed e-mail address, else by the name to sign in with."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Links the account of the provider to its person on the first time. Shows a page that says why it cannot."""
        if sociallogin.is_existing:
            return
        person = _by_address(sociallogin) or _by_username(sociallogin)
        # A name that the provider hands to somebody else does not lead to the first one's account.
        taken = person and SocialAccount.objects.filter(user=person, provider=sociallogin.account.provider).exists()
        if person is None or taken:
            said = {"elsewhere": sociallogin.account.get_provider_account().to_str(), "taken": taken}
            raise ImmediateHttpResponse(render(request, "socialaccount/nobody.html", said, status=403))
        sociallogin.connect(request, person)


def _by_address(sociallogin: SocialLogin) -> Person | None:
    """The only person who confirmed an address that the provider vouches for."""
    confirmed = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
    found = Person.objects.filter(
        pk__in=EmailAddress.objects.filter(verified=True, email__in=confirmed).values("user")
    )[:2]
    return found[0] if len(found) == 1 else None


def _by_username(sociallogin: SocialLogin) -> Person | None:
    username = (sociallogin.user.username or "").strip().lower()
    return Person.objects.filter(username=username).first() if username else None
