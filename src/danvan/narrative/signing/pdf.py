"""What signing and verifying both need: the PDF opened, and the words about it."""

from __future__ import annotations

import io
from datetime import datetime
from zoneinfo import ZoneInfo

from asn1crypto import x509 as asn1_x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class SigningError(ValueError):
    """What cannot be signed or checked; the message is a Vietnamese sentence that says what to do."""


def read(pdf: bytes) -> PdfFileReader:
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        if not reader.encrypted:
            reader.root["/Pages"]
    except Exception as error:  # pyHanko raises whatever broken bytes bring about
        raise SigningError(not_a_pdf()) from error
    if reader.encrypted:
        raise SigningError(_("Tệp PDF có mật khẩu nên không ký và không kiểm tra được; hãy bỏ mật khẩu trước."))
    return reader


def not_a_pdf() -> str:
    return _("Tệp này không phải PDF hoặc đã hỏng; hãy chọn lại tệp.")


def holder_of(certificate: asn1_x509.Certificate) -> str:
    subject = certificate.subject.native
    return str(subject.get("common_name") or certificate.subject.human_friendly)


def moment(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


def day(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y")
