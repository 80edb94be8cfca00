from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pkcs11
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

from danvan.narrative.signing.keys import Signer, check_certificate, opened
from danvan.narrative.signing.pdf import SigningError, holder_of, not_a_pdf, read
from danvan.narrative.signing.stamp import UNDER, place, stamp


def timestamp_url_from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """DANVAN_TIMESTAMP_URL: where an RFC 3161 service answers; "" where none is set."""
    return environment.get("DANVAN_TIMESTAMP_URL", "")


def sign_pdf(
    pdf: bytes,
    *,
    signer: Signer,
    reason: str,
    location: str,
    name: str = "",
    font: Path | None = None,
    timestamp_url: str = "",
    under: Sequence[str] = UNDER,
) -> bytes:
    """The PDF with one signature more; what was in it stays byte for byte.

    name: of the person who signs, where the certificate is that of their office. font: a TrueType file with Vietnamese
    letters; with it the first signature shows a stamp below one of the hints `under`, or below the last words of the
    file where these are missing. Later signatures, and those that find no room, are in the file but not drawn.
    SigningError: no PDF, locked, no key, wrong passphrase or PIN, certificate out of date, no time stamp.
    """
    with opened(signer) as key:
        certificate = key.signing_cert
        if certificate is None:
            raise SigningError(_("Khóa ký không có chứng thư kèm theo; hãy dùng bản có cả khóa và chứng thư."))
        check_certificate(certificate)
        writer, number = _writer(pdf)
        holder = holder_of(certificate)
        box = place(pdf, under) if font and not number else None
        field_name = f"ChuKy{number + 1}"
        metadata = PdfSignatureMetadata(
            field_name=field_name,
            subfilter=SigSeedSubFilter.PADES,
            reason=reason or None,
            location=location or None,
            name=name or holder,
        )
        engine = PdfSigner(
            metadata,
            key,
            timestamper=HTTPTimeStamper(timestamp_url) if timestamp_url else None,
            stamp_style=stamp(font, holder, name, reason) if font and box else None,
            new_field_spec=SigFieldSpec(field_name, on_page=box.page if box else 0, box=box.corners if box else None),
        )
        try:
            signed: bytes = engine.sign_pdf(writer).getvalue()
        except (TimestampRequestError, OSError) as error:
            raise SigningError(
                _("Không lấy được dấu thời gian từ %(url)s; hãy thử lại sau hoặc báo quản trị.")
                % {"url": timestamp_url}
            ) from error
        except (PyHankoSigningError, PdfError, pkcs11.PKCS11Error) as error:
            raise SigningError(_("Không ký được tệp PDF này: %(why)s.") % {"why": _plain(error)}) from error
        return signed


def _writer(pdf: bytes) -> tuple[IncrementalPdfFileWriter, int]:
    """What writes behind the PDF, and how many signature fields it has."""
    reader = read(pdf)
    try:
        number = len(reader.embedded_signatures)
    except Exception as error:  # whatever a made-up signature brings about
        raise SigningError(_("Tệp có một chữ ký số hỏng nên không ký thêm; hãy ký bản gốc.")) from error
    try:
        return IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False), number
    except PdfError as error:
        raise SigningError(not_a_pdf()) from error


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
