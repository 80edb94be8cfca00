"""A report signed and checked again: by a key file, by a token, with and without a time stamp; and what goes wrong."""

from __future__ import annotations

import http.server
import io
import os
import random
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from danvan.desk.assets import FONTS
from danvan.narrative import signing, writing
from danvan.narrative.signing import KeyFile, SigningError, Token, sign_pdf, summary, verify_pdf
from danvan.narrative.signing.pdf import VIETNAM

FONT = FONTS / "BeVietnamPro-Regular.ttf"
HOLDER = "Ban Dân vận Tỉnh ủy Thái Nguyên"
PASSPHRASE = "mật khẩu của tệp khóa"  # noqa: S105 -- of a key made in the test
PIN = "246810"
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
NOW = datetime.now(UTC)


class Authority:
    """One that issues certificates, as the state's does."""

    def __init__(self, name: str = "Cơ quan cấp chứng thư thử nghiệm") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            self._builder(self.name, self.key, NOW - timedelta(days=3000), NOW + timedelta(days=3000))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def issue(
        self,
        name: str = HOLDER,
        *,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
        begins: datetime = NOW - timedelta(days=30),
        ends: datetime = NOW + timedelta(days=300),
        usage: x509.KeyUsage | None = None,
        stamps_time: bool = False,
    ) -> tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, x509.Certificate]:
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
        )
        builder = self._builder(subject, key, begins, ends).add_extension(
            usage or _usage(digital_signature=True, content_commitment=True), critical=True
        )
        if stamps_time:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return key, builder.sign(self.key, hashes.SHA256())

    def key_file(self, folder: Path, **traits: object) -> KeyFile:
        key, certificate = self.issue(**traits)  # type: ignore[arg-type]
        path = folder / "khoa.p12"
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"khoa", key, certificate, [self.certificate], BestAvailableEncryption(PASSPHRASE.encode())
            )
        )
        return KeyFile(path, PASSPHRASE)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )


def _usage(**given: bool) -> x509.KeyUsage:
    names = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"]
    names += ["key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def signer(authority: Authority, tmp_path: Path) -> KeyFile:
    return authority.key_file(tmp_path)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return a_report(tmp_path_factory.mktemp("report"))


def a_report(folder: Path, layout: str = "state") -> bytes:
    """A report as the system writes it, its signature block before the annexes."""
    issuer = writing.Issuer(body="Ban Dân vận", parent="Tỉnh ủy Thái Nguyên", symbol="BDVTU", place="Thái Nguyên")
    row = writing.Row(
        indicator="dlg.sessions", label="Số cuộc đối thoại", unit="cuộc", now=writing.Figure("value", 12), url="o/1"
    )
    period = {"period": "quý I năm 2026", "period_code": "2026-Q1", "same_period": "quý I năm 2025"}
    data = writing.ReportData(
        issuer=issuer,
        unit="Tỉnh Thái Nguyên",
        **period,
        next_period="quý II năm 2026",
        sections=(writing.Section("Đối thoại", (row,)),),
        year=2026,
        expected=1,
        filed=1,
        base_url="http://127.0.0.1/",
    )
    path = folder / "bao-cao.pdf"
    writing.to_pdf(writing.report(data, layout), path, [FONTS])
    return path.read_bytes()


def signed(pdf: bytes, signer: signing.Signer, **more: object) -> bytes:
    given = {"reason": "Phát hành báo cáo quý I năm 2026", "location": "Thái Nguyên", **more}
    return sign_pdf(pdf, signer=signer, **given)  # type: ignore[arg-type]


def refusal(pdf: bytes, signer: signing.Signer, **more: object) -> str:
    with pytest.raises(SigningError) as refused:
        signed(pdf, signer, **more)
    return str(refused.value)


# --- signed and found whole


def test_a_signed_report_is_intact_whole_and_trusted(report: bytes, signer: KeyFile, authority: Authority) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    pdf = signed(report, signer)
    assert pdf.startswith(report)
    (found,) = verify_pdf(pdf, trust=[authority.certificate])
    assert (found.intact, found.covers_whole_document, found.trusted, found.timestamped) == (True, True, True, False)
    assert found.signer_name == HOLDER
    assert found.signed_at is not None
    assert before <= found.signed_at <= datetime.now(UTC)
    at = found.signed_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    assert found.sentence == f"{HOLDER} ký lúc {at}; từ đó tệp không thay đổi. Chứng thư được tin cậy."


def test_the_signature_is_pades_with_reason_and_place(report: bytes, signer: KeyFile) -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed(report, signer, name="Nguyễn Thị Mẫu"))).embedded_signatures
    sig = signature.sig_object
    assert sig["/SubFilter"] == "/ETSI.CAdES.detached"
    assert sig["/Reason"] == "Phát hành báo cáo quý I năm 2026"
    assert sig["/Location"] == "Thái Nguyên"
    assert sig["/Name"] == "Nguyễn Thị Mẫu"
    attributes = {one["type"].native for one in signature.signer_info["signed_attrs"]}
    assert "signing_certificate_v2" in attributes  # what makes it B-B
    assert "signing_time" not in attributes  # PAdES keeps it in the PDF


def test_rsa_keys_sign_as_well(report: bytes, authority: Authority, tmp_path: Path) -> None:
    signer = authority.key_file(tmp_path, key=rsa.generate_private_key(65537, 2048))
    assert [one.trusted for one in verify_pdf(signed(report, signer), trust=[authority.certificate])] == [True]


def test_an_unsigned_report_has_no_signature_and_that_is_said(report: bytes) -> None:
    assert verify_pdf(report, trust=None) == []
    assert summary([]) == "Tệp PDF này không có chữ ký số."


# --- changed, foreign, made up


def test_one_byte_changed_is_found(report: bytes, signer: KeyFile, authority: Authority) -> None:
    pdf = bytearray(signed(report, signer))
    place = len(report) // 2
    pdf[place] ^= 1
    (found,) = verify_pdf(bytes(pdf), trust=[authority.certificate])
    assert not found.intact
    assert found.sentence.startswith(f"Tệp đã bị sửa sau khi {HOLDER} ký (")
    assert found.sentence.endswith("chữ ký không còn giá trị; hãy xin lại bản gốc.")


def test_wherever_a_signed_file_is_changed_it_is_never_found_intact(
    report: bytes, signer: KeyFile, authority: Authority
) -> None:
    pdf = signed(report, signer, font=FONT)
    (whole,) = verify_pdf(pdf, trust=[authority.certificate])
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    signature = range(start, pdf.index(b">", start))  # of which the digest says nothing
    edges = [0, start - 1, signature.stop, len(pdf) - 1]
    chance, told = random.Random(7), Counter()  # noqa: S311 -- the same each time
    for place in edges * 4 + [chance.randrange(len(pdf)) for _ in range(150)]:
        there = bytes([pdf[place] ^ chance.randrange(1, 256)])
        kinds = [there, b"", pdf[place : place + 1] + b" ", there * 9]
        for change in kinds if place in edges else [chance.choice(kinds)]:
            try:
                found = verify_pdf(pdf[:place] + change + pdf[place + 1 :], trust=[authority.certificate])
            except SigningError as refused:
                told[str(refused)] += 1
                continue
            if place in signature and found[0].intact:  # in its filling, or in what comes along with the certificate
                assert replace(whole, trusted=found[0].trusted, sentence=found[0].sentence) == found[0]
            else:
                assert not any(one.intact for one in found), (place, change)
            told[summary(found)[:20]] += 1
    assert told["Tệp đã bị sửa sau kh"] > 20


@pytest.mark.parametrize("tail", [b" ", b"\n", b"\0" * 40, b"%PDF-1.7 "])
def test_bytes_behind_the_last_revision_are_found(
    tail: bytes, report: bytes, signer: KeyFile, authority: Authority
) -> None:
    """Readers skip what stands there, so no revision shows it."""
    one = signed(report, signer)
    with_certificates = io.BytesIO(one)  # a last revision that no signature ends
    root = asn1_x509.Certificate.load(authority.certificate.public_bytes(Encoding.DER))
    DocumentSecurityStore.add_dss(with_certificates, None, certs=[root])
    for pdf in (one, signed(one, signer), with_certificates.getvalue()):
        assert all(found.intact for found in verify_pdf(pdf, trust=[authority.certificate]))
        assert not any(found.intact for found in verify_pdf(pdf + tail, trust=[authority.certificate]))


def test_a_page_changed_behind_the_signature_is_found(report: bytes, signer: KeyFile, authority: Authority) -> None:
    """The signed bytes stay; a later revision of the file shows another page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed(report, signer)))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.root["/Pages"]["/Kids"][1].raw_get("/Contents")
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    (found,) = verify_pdf(out.getvalue(), trust=[authority.certificate])
    assert (found.intact, found.covers_whole_document) == (False, False)
    assert "đã bị sửa" in found.sentence


def test_a_signature_that_anybody_could_make_is_not_trusted(report: bytes, signer: KeyFile) -> None:
    (found,) = verify_pdf(signed(report, signer), trust=[Authority("Cơ quan khác").certificate])
    assert (found.intact, found.trusted) == (True, False)
    assert found.sentence.endswith("Chứng thư không do nơi được tin cậy cấp: ai cũng có thể tự tạo tên này.")


def test_without_roots_nobody_is_trusted_and_the_reason_is_told(report: bytes, signer: KeyFile) -> None:
    (found,) = verify_pdf(signed(report, signer), trust=None)
    assert (found.intact, found.trusted) == (True, False)
    assert found.sentence.endswith("Hệ thống chưa có chứng thư gốc nên chưa xác nhận được người ký là ai.")


def test_a_made_up_signature_is_told_as_broken(report: bytes, signer: KeyFile, authority: Authority) -> None:
    pdf = signed(report, signer)
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    broken = pdf[:start] + b"3082" + b"41" * 40 + pdf[start + 84 :]
    (found,) = verify_pdf(broken, trust=[authority.certificate])
    assert refusal(broken, signer) == "Tệp có một chữ ký số hỏng nên không ký thêm; hãy ký bản gốc."
    assert not found.intact
    assert found.sentence == "Có một chữ ký số nhưng hỏng, không kiểm tra được; hãy xin lại bản gốc."


def test_two_people_sign_one_after_the_other(
    report: bytes, signer: KeyFile, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "hai").mkdir()
    second = authority.key_file(tmp_path / "hai", name="Văn phòng Tỉnh ủy")
    found = verify_pdf(signed(signed(report, signer, font=FONT), second, font=FONT), trust=[authority.certificate])
    assert [one.signer_name for one in found] == [HOLDER, "Văn phòng Tỉnh ủy"]
    assert [(one.intact, one.covers_whole_document, one.trusted) for one in found] == [
        (True, False, True),
        (True, True, True),
    ]
    assert "từ đó chỉ thêm chữ ký khác, nội dung không thay đổi." in found[0].sentence
    assert summary(found) == " ".join(one.sentence for one in found)


# --- what is seen


def shown(pdf: bytes) -> tuple[int, str, tuple[float, ...]]:
    """Page, words and rectangle of the stamp."""
    reader = PdfFileReader(io.BytesIO(pdf))
    assert len(reader.root["/AcroForm"]["/Fields"]) == 1
    field = reader.root["/AcroForm"]["/Fields"][0]
    page_ref = field.raw_get("/P").reference
    page = next(
        n
        for n in range(reader.root["/Pages"]["/Count"])
        if reader.find_page_for_modification(n)[0].reference == page_ref
    )
    box = tuple(float(number) for number in field["/Rect"])
    document, flat = pypdfium2.PdfDocument(pdf), io.BytesIO()
    document.init_forms()
    document[page].flatten()  # the stamp becomes part of the page
    document.save(flat)
    document.close()
    with pypdfium2.PdfDocument(flat.getvalue()) as drawn:
        words = " ".join(drawn[page].get_textpage().get_text_bounded().split())
    return page, words[words.index("Ký số bởi") :], box


@pytest.mark.parametrize("layout", ["party", "state"])
def test_the_stamp_stands_between_the_hint_and_the_name_in_vietnamese(
    layout: str, signer: KeyFile, tmp_path: Path
) -> None:
    report = a_report(tmp_path, layout)
    page, words, (left, bottom, right, top) = shown(signed(report, signer, name="Nguyễn Thị Mẫu", font=FONT))
    assert words.startswith(
        f"Ký số bởi: {HOLDER} Người ký: Nguyễn Thị Mẫu Phát hành báo cáo quý I năm 2026 Thời gian ký: "
    )
    with pypdfium2.PdfDocument(report) as plain:
        text = plain[page].get_textpage()
        assert text.get_text_bounded(left, bottom, right, top).strip() == ""  # covers no word
        assert text.get_text_bounded(left, top, right, top + 9).strip() in signing.UNDER
        assert set(text.get_text_bounded(left, bottom - 25, right, bottom).strip()) == {"…"}


def test_a_stamp_without_its_place_goes_below_the_last_words(signer: KeyFile) -> None:
    page, words, (_left, bottom, right, top) = shown(signed(a_page(), signer, font=FONT))
    assert (page, 60 < bottom < top < 842, right < 595) == (0, True, True)
    assert words.startswith("Ký số bởi")


def test_a_percent_sign_in_the_reason_is_only_a_sign(signer: KeyFile) -> None:
    assert "Đạt 100% (%(ts)s)" in shown(signed(a_page(), signer, reason="Đạt 100% (%(ts)s)", font=FONT))[1]


def test_without_a_font_the_signature_is_there_and_not_drawn(report: bytes, signer: KeyFile) -> None:
    field = PdfFileReader(io.BytesIO(signed(report, signer))).root["/AcroForm"]["/Fields"][0]
    assert [int(number) for number in field["/Rect"]] == [0, 0, 0, 0]


def a_page() -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(595, 842).close()
    document.save(out)
    document.close()
    return out.getvalue()


# --- time stamps


@contextmanager
def a_time_stamping_service(authority: Authority, **answer: object) -> Iterator[str]:
    key, certificate = authority.issue(
        "Dịch vụ dấu thời gian", key=rsa.generate_private_key(65537, 2048), stamps_time=True
    )
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        **answer,  # type: ignore[arg-type]
    )

    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            content = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_time_stamp_says_when_it_was_signed(report: bytes, signer: KeyFile, authority: Authority) -> None:
    with a_time_stamping_service(authority, fixed_dt=NOW - timedelta(hours=1)) as url:
        pdf = signed(report, signer, timestamp_url=url)
    (found,) = verify_pdf(pdf, trust=[authority.certificate])
    assert (found.intact, found.trusted, found.timestamped) == (True, True, True)
    assert found.signed_at == (NOW - timedelta(hours=1)).replace(microsecond=found.signed_at.microsecond)


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_certificate_that_ended_after_the_time_stamp_is_still_good(
    report: bytes, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = authority.key_file(tmp_path, begins=NOW - timedelta(days=700), ends=NOW - timedelta(days=10))
    monkeypatch.setattr(
        "danvan.narrative.signing.sign.check_certificate", lambda _: None
    )  # signed, as it were, twenty days ago
    with a_time_stamping_service(authority, fixed_dt=NOW - timedelta(days=20)) as url:
        (in_time,) = verify_pdf(signed(report, signer, timestamp_url=url), trust=[authority.certificate])
    (unproved,) = verify_pdf(signed(report, signer), trust=[authority.certificate])
    assert (in_time.intact, in_time.trusted) == (True, True)
    assert (unproved.intact, unproved.trusted) == (True, False)
    assert "và không có dấu thời gian tin cậy: không chứng minh được đã ký trước đó." in unproved.sentence


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_time_stamping_service_that_does_not_answer_stops_the_signing(report: bytes, signer: KeyFile) -> None:
    assert refusal(report, signer, timestamp_url="http://127.0.0.1:9/") == (
        "Không lấy được dấu thời gian từ http://127.0.0.1:9/; hãy thử lại sau hoặc báo quản trị."
    )


# --- what cannot be signed


def test_a_wrong_passphrase_is_told(report: bytes, signer: KeyFile) -> None:
    assert refusal(report, replace(signer, passphrase="sai")) == (f"Mật khẩu của tệp khóa {signer.path} không đúng.")
    assert "không đúng" in refusal(report, replace(signer, passphrase=""))


def test_a_passphrase_is_never_shown(signer: KeyFile) -> None:
    assert PASSPHRASE not in repr(signer)
    assert PIN not in repr(Token(SOFTHSM, "x", PIN))


def test_a_missing_or_foreign_key_file_is_told(report: bytes, signer: KeyFile, tmp_path: Path) -> None:
    (tmp_path / "khoa.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    assert "không phải tệp khóa PKCS#12" in refusal(report, replace(signer, path=tmp_path / "khoa.pem"))
    assert "Không đọc được tệp khóa" in refusal(report, replace(signer, path=tmp_path / "thieu.p12"))


def test_a_key_file_without_a_key_is_told(report: bytes, authority: Authority, tmp_path: Path) -> None:
    path = tmp_path / "chi-chung-thu.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, None, None, [authority.certificate], NoEncryption()))
    assert "không có chứng thư kèm theo" in refusal(report, KeyFile(path, ""))


def test_a_certificate_out_of_its_time_does_not_sign(report: bytes, authority: Authority, tmp_path: Path) -> None:
    ended = datetime(2025, 6, 30, 5, tzinfo=UTC)
    signer = authority.key_file(tmp_path, begins=ended - timedelta(days=365), ends=ended)
    assert refusal(report, signer) == f"Chứng thư của {HOLDER} đã hết hạn ngày 30/06/2025; hãy gia hạn rồi ký."
    signer = authority.key_file(tmp_path, begins=NOW + timedelta(days=2))
    assert "mới có hiệu lực" in refusal(report, signer)


def test_a_certificate_for_something_else_does_not_sign(report: bytes, authority: Authority, tmp_path: Path) -> None:
    signer = authority.key_file(tmp_path, usage=_usage(key_encipherment=True))
    assert "không được cấp để ký văn bản" in refusal(report, signer)


@pytest.mark.parametrize("content", [b"", b"khong phai pdf", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"\0" * 60])
def test_what_is_no_pdf_is_neither_signed_nor_checked(content: bytes, signer: KeyFile) -> None:
    said = "Tệp này không phải PDF hoặc đã hỏng; hãy chọn lại tệp."
    assert refusal(content, signer) == said
    with pytest.raises(SigningError) as refused:
        verify_pdf(content, trust=None)
    assert str(refused.value) == said


def test_a_pdf_with_a_password_is_neither_signed_nor_checked(report: bytes, signer: KeyFile) -> None:
    writer, out = copy_into_new_writer(PdfFileReader(io.BytesIO(report))), io.BytesIO()
    writer.encrypt("chu", "khach")
    writer.write(out)
    assert refusal(out.getvalue(), signer).startswith("Tệp PDF có mật khẩu")
    with pytest.raises(SigningError, match="có mật khẩu"):
        verify_pdf(out.getvalue(), trust=None)


# --- tokens


@pytest.fixture
def token(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    """A token in software, holding a key that never leaves it and its certificate."""
    if not SOFTHSM.exists() or not shutil.which("softhsm2-util"):
        pytest.skip("needs Debian's softhsm2")
    import pkcs11
    from pkcs11 import Attribute, CertificateType, ObjectClass

    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "Ban Dân vận", "--pin", PIN, "--so-pin", "13579"],
        check=True,
        capture_output=True,
    )
    key, certificate = authority.issue(key=rsa.generate_private_key(65537, 2048))
    (tmp_path / "k.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    told = {"import": tmp_path / "k.pem", "token": "Ban Dân vận", "label": "Ký", "id": "A1", "pin": PIN}
    options = [part for name, value in told.items() for part in (f"--{name}", value)]
    subprocess.run(["softhsm2-util", *options], check=True, capture_output=True)
    library = pkcs11.lib(str(SOFTHSM))
    library.reinitialize()
    with library.get_token(token_label="Ban Dân vận").open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: "Ký",
                Attribute.ID: b"\xa1",
                Attribute.SUBJECT: certificate.subject.public_bytes(),
                Attribute.VALUE: certificate.public_bytes(Encoding.DER),
            }
        )
    return Token(SOFTHSM, "Ban Dân vận", PIN)


def test_a_token_signs_without_giving_up_its_key(report: bytes, token: Token, authority: Authority) -> None:
    (found,) = verify_pdf(signed(report, token), trust=[authority.certificate])
    assert (found.intact, found.covers_whole_document, found.trusted) == (True, True, True)
    (found,) = verify_pdf(signed(report, replace(token, label="Ký")), trust=[authority.certificate])
    assert found.trusted


def test_several_requests_may_ask_one_token_at_once(report: bytes, token: Token, authority: Authority) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: signed(report, token), range(8)))
    assert all(verify_pdf(pdf, trust=[authority.certificate])[0].trusted for pdf in made)


def test_what_is_wrong_with_a_token_is_told(report: bytes, token: Token) -> None:
    assert "Mã PIN của thiết bị ký “Ban Dân vận” không đúng" in refusal(report, replace(token, pin="000000"))
    assert "Không thấy thiết bị ký “khác”" in refusal(report, replace(token, token="khác"))
    assert "Không thấy thiết bị ký" in refusal(report, replace(token, module=Path("/khong/co.so")))
    assert "không có chứng thư kèm khóa" in refusal(report, replace(token, label="khác"))
    assert signed(report, token)


# --- settings


def test_the_environment_names_the_key(tmp_path: Path, authority: Authority) -> None:
    from_environment = signing.signer_from_environment
    assert from_environment({}) is None
    file = {"DANVAN_SIGNING_P12": "/k.p12", "DANVAN_SIGNING_PASSPHRASE": "x"}
    assert from_environment(file) == KeyFile(Path("/k.p12"), "x")
    device = {"DANVAN_PKCS11_MODULE": "/m.so", "DANVAN_PKCS11_TOKEN": "t", "DANVAN_PKCS11_PIN": "1"}
    assert from_environment(device) == Token(Path("/m.so"), "t", "1", "")
    with pytest.raises(SigningError, match="Chỉ đặt một trong hai"):
        from_environment(file | device)
    (tmp_path / "goc.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    assert signing.trust_from_environment({}) is None
    assert signing.trust_from_environment({"DANVAN_SIGNING_TRUST": str(tmp_path / "goc.pem")}) == [
        authority.certificate
    ]
    with pytest.raises(SigningError, match="DANVAN_SIGNING_TRUST phải chỉ tới một tệp PEM"):
        signing.trust_from_environment({"DANVAN_SIGNING_TRUST": os.devnull})
