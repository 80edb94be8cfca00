"""The key that signs: in a file, or on a device that never gives it away."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
from asn1crypto import pkcs12 as pkcs12_structure
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import pkcs12
from django.utils.translation import gettext as _
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import Signer as Key
from pyhanko.sign import SimpleSigner
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from danvan.narrative.signing.pdf import SigningError, day, holder_of

SIGNATURES = {"digital_signature", "non_repudiation"}  # key usages: a certificate for one of them may sign
_TOKEN = threading.Lock()  # a token knows one login a process: the end of one signature would log out the other


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key with its certificates in a PKCS#12 file (.p12, .pfx)."""

    path: Path
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A key on a device or in a service that speaks PKCS#11.

    module: its library. token: label of the token. label: of the certificate, needed where the token holds several.
    """

    module: Path
    token: str
    pin: str = field(repr=False)
    label: str = ""


Signer = KeyFile | Token


def signer_from_environment(environment: Mapping[str, str] = os.environ) -> Signer | None:
    """The key of this installation; None where none is set.

    DANVAN_SIGNING_P12 and DANVAN_SIGNING_PASSPHRASE; or DANVAN_PKCS11_MODULE, DANVAN_PKCS11_TOKEN, DANVAN_PKCS11_PIN
    and, where the token holds several certificates, DANVAN_PKCS11_LABEL. SigningError where both are set.
    """
    p12, module = environment.get("DANVAN_SIGNING_P12"), environment.get("DANVAN_PKCS11_MODULE")
    if p12 and module:
        raise SigningError(_("Chỉ đặt một trong hai: DANVAN_SIGNING_P12 hoặc DANVAN_PKCS11_MODULE."))
    if p12:
        return KeyFile(Path(p12), environment.get("DANVAN_SIGNING_PASSPHRASE", ""))
    if module:
        return Token(
            Path(module),
            environment.get("DANVAN_PKCS11_TOKEN", ""),
            environment.get("DANVAN_PKCS11_PIN", ""),
            environment.get("DANVAN_PKCS11_LABEL", ""),
        )
    return None


@contextmanager
def opened(signer: Signer) -> Iterator[Key]:
    if isinstance(signer, KeyFile):
        yield _from_file(signer)
        return
    with _TOKEN, _session(signer) as session:
        certificate, key_id = _resident_certificate(session, signer)
        yield PKCS11Signer(session, signing_cert=certificate, key_id=key_id, other_certs_to_pull=None)


def _from_file(signer: KeyFile) -> Key:
    try:
        content = signer.path.read_bytes()
    except OSError as error:
        raise SigningError(
            _("Không đọc được tệp khóa %(path)s; hãy kiểm tra đường dẫn và quyền đọc.") % {"path": signer.path}
        ) from error
    try:
        pkcs12_structure.Pfx.load(content, strict=True).native  # noqa: B018 -- read whole, to tell no key file from a locked one
    except (ValueError, TypeError) as error:
        raise SigningError(
            _("%(path)s không phải tệp khóa PKCS#12; hãy dùng tệp .p12 hoặc .pfx.") % {"path": signer.path}
        ) from error
    passphrase = signer.passphrase.encode() or None
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, passphrase)
    except ValueError as error:
        raise SigningError(_("Mật khẩu của tệp khóa %(path)s không đúng.") % {"path": signer.path}) from error
    if key is None or certificate is None:
        raise SigningError(_("Khóa ký không có chứng thư kèm theo; hãy dùng bản có cả khóa và chứng thư."))
    opened: Key = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=passphrase)
    return opened


@contextmanager
def _session(signer: Token) -> Iterator[pkcs11.Session]:
    try:
        session = open_pkcs11_session(
            str(signer.module), token_criteria=TokenCriteria(label=signer.token), user_pin=signer.pin
        )
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid) as error:
        raise SigningError(
            _("Mã PIN của thiết bị ký “%(token)s” không đúng; sai nhiều lần thiết bị sẽ khóa.")
            % {"token": signer.token}
        ) from error
    except pkcs11.PinLocked as error:
        raise SigningError(
            _("Thiết bị ký “%(token)s” đã khóa vì sai PIN; hãy nhờ nơi cấp mở khóa.") % {"token": signer.token}
        ) from error
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise SigningError(
            _("Không thấy thiết bị ký “%(token)s”; hãy cắm thiết bị và kiểm tra DANVAN_PKCS11_MODULE.")
            % {"token": signer.token}
        ) from error
    with session:
        yield session


def _resident_certificate(session: pkcs11.Session, signer: Token) -> tuple[asn1_x509.Certificate, bytes]:
    """The certificate to sign with, and the id that its private key bears."""
    wanted: dict[pkcs11.Attribute, object] = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    if signer.label:
        wanted[pkcs11.Attribute.LABEL] = signer.label
    keys = {
        key[pkcs11.Attribute.ID]
        for key in session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})
    }
    found = [one for one in session.get_objects(wanted) if one[pkcs11.Attribute.ID] in keys]
    if not found:
        raise SigningError(_("Thiết bị ký “%(token)s” không có chứng thư kèm khóa để ký.") % {"token": signer.token})
    if len(found) > 1:
        raise SigningError(
            _("Thiết bị ký “%(token)s” có %(count)s chứng thư; hãy chọn một bằng DANVAN_PKCS11_LABEL.")
            % {"token": signer.token, "count": len(found)}
        )
    return asn1_x509.Certificate.load(found[0][pkcs11.Attribute.VALUE]), found[0][pkcs11.Attribute.ID]


def check_certificate(certificate: asn1_x509.Certificate) -> None:
    now = datetime.now(UTC)
    words = {"name": holder_of(certificate), "day": day(certificate.not_valid_after)}
    if now > certificate.not_valid_after:
        raise SigningError(_("Chứng thư của %(name)s đã hết hạn ngày %(day)s; hãy gia hạn rồi ký.") % words)
    if now < certificate.not_valid_before:
        words["day"] = day(certificate.not_valid_before)
        raise SigningError(_("Chứng thư của %(name)s đến ngày %(day)s mới có hiệu lực.") % words)
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & SIGNATURES:
        raise SigningError(_("Chứng thư của %(name)s không được cấp để ký văn bản; hãy dùng chứng thư ký.") % words)
