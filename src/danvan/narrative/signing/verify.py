from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from danvan.narrative.signing.keys import SIGNATURES
from danvan.narrative.signing.pdf import SigningError, day, holder_of, moment, read

END = b"%%EOF"  # of each revision


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What one signature of a PDF is worth.

    intact: what was signed is unchanged, and nothing but further signatures was added to the file since.
    covers_whole_document: nothing at all was added since. trusted: its certificate was issued under one of those that
    the verifier trusts, and was valid (at the time of the time stamp, where that is trusted too; else now).
    signer_name: from the certificate. signed_at: as the time stamp says, else as the signer's machine said.
    """

    intact: bool
    covers_whole_document: bool
    trusted: bool
    signer_name: str
    signed_at: datetime | None
    timestamped: bool
    sentence: str


def trust_from_environment(environment: Mapping[str, str] = os.environ) -> list[x509.Certificate] | None:
    """The certificates in the PEM file of DANVAN_SIGNING_TRUST; None where none is set."""
    path = environment.get("DANVAN_SIGNING_TRUST")
    if not path:
        return None
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise SigningError(
            _("Không đọc được chứng thư gốc trong %(path)s; DANVAN_SIGNING_TRUST phải chỉ tới một tệp PEM.")
            % {"path": path}
        ) from error


def verify_pdf(pdf: bytes, *, trust: Sequence[x509.Certificate] | None) -> list[SignatureReport]:
    """What each signature is worth, in the order of signing; none for an unsigned PDF (`summary` says so in words).

    trust: the certificates under which signers are believed; None where the installation has none, which the sentences
    say. Nothing is asked of the network: whether a certificate was revoked is known only from what the file carries.
    SigningError: no PDF, or locked.
    """
    reader = read(pdf)
    try:
        signatures = list(reader.embedded_regular_signatures)
        tail = bool(signatures) and _has_a_tail(pdf, reader)
    except Exception:  # whatever a made-up signature brings about, it is no signature
        return [_broken()]
    return [_report(signature, trust, tail=tail) for signature in signatures]


def summary(reports: Sequence[SignatureReport]) -> str:
    """All of it in words, for people."""
    if not reports:
        return _("Tệp PDF này không có chữ ký số.")
    return " ".join(report.sentence for report in reports)


def _has_a_tail(pdf: bytes, reader: PdfFileReader) -> bool:
    """Bytes behind the last revision belong to none: readers skip them, and so would a comparison of revisions."""
    last = reader.embedded_signatures[-1]
    if last.signed_revision == reader.xrefs.total_revisions - 1:
        *_, start, length = last.byte_range
        return bool(start + length != len(pdf))
    end = pdf.rindex(END) + len(END)
    return pdf[end:] not in (b"", b"\n", b"\r", b"\r\n")


def _report(
    signature: EmbeddedPdfSignature, trust: Sequence[x509.Certificate] | None, *, tail: bool
) -> SignatureReport:
    try:
        certificate = signature.signer_cert
        status = _status(signature, trust, None)
        stamp = status.timestamp_validity
        if stamp and stamp.trusted and not status.trusted:
            # Signed in time: a certificate that ended since was good when it mattered.
            status = _status(signature, trust, stamp.timestamp)
    except Exception:
        return _broken()
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    intact = bool(status.intact and status.valid) and not tail and (whole or _only_signed_again(status))
    stamped = bool(stamp and stamp.valid and stamp.intact)
    at = stamp.timestamp if stamp and stamped else status.signer_reported_dt
    trusted = bool(status.trusted)
    return SignatureReport(
        intact=intact,
        covers_whole_document=whole,
        trusted=trusted,
        signer_name=holder_of(certificate),
        signed_at=at,
        timestamped=stamped,
        sentence=" ".join(_said(certificate, at, trust, intact=intact, whole=whole, trusted=trusted)),
    )


def _broken() -> SignatureReport:
    return SignatureReport(
        intact=False,
        covers_whole_document=False,
        trusted=False,
        signer_name="",
        signed_at=None,
        timestamped=False,
        sentence=_("Có một chữ ký số nhưng hỏng, không kiểm tra được; hãy xin lại bản gốc."),
    )


def _status(
    signature: EmbeddedPdfSignature, trust: Sequence[x509.Certificate] | None, moment: datetime | None
) -> PdfSignatureStatus:
    roots = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in trust or ()]
    return validate_pdf_signature(
        signature,
        ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False),
        ValidationContext(trust_roots=roots, allow_fetching=False),
        key_usage_settings=KeyUsageConstraints(key_usage=SIGNATURES, match_all_key_usages=False),
    )


def _only_signed_again(status: PdfSignatureStatus) -> bool:
    level = status.modification_level
    return bool(status.docmdp_ok) and level is not None and level <= ModificationLevel.FORM_FILLING


def _said(
    certificate: asn1_x509.Certificate,
    at: datetime | None,
    trust: Sequence[x509.Certificate] | None,
    *,
    intact: bool,
    whole: bool,
    trusted: bool,
) -> Iterator[str]:
    words = {"name": holder_of(certificate), "at": moment(at) if at else _("không rõ lúc nào")}
    if not intact:
        yield _("Tệp đã bị sửa sau khi %(name)s ký (%(at)s): chữ ký không còn giá trị; hãy xin lại bản gốc.") % words
        return
    if whole:
        yield _("%(name)s ký lúc %(at)s; từ đó tệp không thay đổi.") % words
    else:
        yield _("%(name)s ký lúc %(at)s; từ đó chỉ thêm chữ ký khác, nội dung không thay đổi.") % words
    if trusted:
        yield _("Chứng thư được tin cậy.")
    elif not trust:
        yield _("Hệ thống chưa có chứng thư gốc nên chưa xác nhận được người ký là ai.")
    elif certificate.not_valid_after < datetime.now(UTC):
        yield _(
            "Chứng thư đã hết hạn ngày %(day)s và không có dấu thời gian tin cậy: không chứng minh được đã ký trước đó."
        ) % {"day": day(certificate.not_valid_after)}
    else:
        yield _("Chứng thư không do nơi được tin cậy cấp: ai cũng có thể tự tạo tên này.")
