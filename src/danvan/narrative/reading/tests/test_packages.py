"""One path, many files: folders, .zip and e-mails; what is in them is never trusted."""

import email.message
import io
import json
import sys
import zipfile
from contextlib import suppress
from subprocess import run

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan.narrative.reading import UnreadableFile, packages
from danvan.narrative.reading.files import read_bytes

SENTENCE = "Năm 2023, huyện Sông Trà tiếp 46 lượt công dân."


def read(path):
    """What each file in the package gives: its figures, or the sentence of refusal."""
    found = {}
    for source in packages.sources(path):
        try:
            found[source.name] = [int(one.value) for one in read_bytes(source.load(), source.label).readings]
        except UnreadableFile as error:
            found[source.name] = str(error)
    return found


def refusal(path):
    with pytest.raises(UnreadableFile) as refused:
        packages.sources(path)
    return str(refused.value)


def a_docx(text=SENTENCE):
    stream, document = io.BytesIO(), docx.Document()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


def a_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name, content)
    return path


def a_mail(body="Xin gửi báo cáo.", attachments=(), subject="Báo cáo năm 2023"):
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.vn", "b@example.vn", subject
    mail.set_content(body)
    for name, content in attachments:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def test_a_zip_gives_its_members(tmp_path):
    path = a_zip(
        tmp_path / "a.zip",
        [
            ("xã/báo cáo.txt", SENTENCE),
            ("b.docx", a_docx()),
            ("__MACOSX/._b", b"x"),
            ("~$b.docx", b"x"),
            ("c.txt", b""),
        ],
    )
    assert read(path) == {
        f"{path} › xã/báo cáo.txt": [46],
        f"{path} › b.docx": [46],
        f"{path} › c.txt": "a.zip › c.txt: tệp rỗng; kiểm tra lại bản gửi.",
    }


def test_names_lead_nowhere_and_none_is_lost(tmp_path):
    names = ["../../etc/a.txt", "/etc/a.txt", "C:\\a\\..\\b.txt", "a\u202etxt.exe", "a.txt", "./a.txt"]
    path = a_zip(tmp_path / "a.zip", [(name, SENTENCE) for name in names])
    shown = [name.removeprefix(f"{path} › ") for name in read(path)]
    assert shown == ["etc/a.txt", "etc/a.txt (2)", "C:/a/b.txt", "atxt.exe", "a.txt", "a.txt (2)"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_in_utf_8_that_the_packer_did_not_declare(tmp_path):
    path = tmp_path / "a.zip"
    a_zip(path, [("xa/bAo.txt", SENTENCE)])
    path.write_bytes(path.read_bytes().replace(b"bAo.txt", "xã.tx".encode() + b"t"))
    assert list(read(path)) == [f"{path} › xa/xã.txt"]


def test_a_package_in_a_package_is_opened_and_one_within_that_is_not(tmp_path):
    def packed(*members):
        return a_zip(io.BytesIO(), members).getvalue()

    deep = packed(("xã.zip", packed(("a.txt", SENTENCE))), ("b.txt", SENTENCE))
    path = a_zip(
        tmp_path / "a.zip",
        [("huyện.zip", deep), ("m.eml", a_mail("Tiếp 12 lượt.", [("a.txt", SENTENCE.encode())]).as_bytes())],
    )
    first, second, third, fourth = read(path).items()
    assert first[0] == f"{path} › huyện.zip › xã.zip"
    assert "giải nén rồi đọc từng tệp" in first[1]
    assert second == (f"{path} › huyện.zip › b.txt", [46])
    assert third == (f"{path} › m.eml", [12])
    assert fourth == (f"{path} › m.eml › a.txt", [46])


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_mail_with_a_package_of_reports(tmp_path, encoding):
    mail = a_mail(attachments=[("báo cáo các xã.zip", a_zip(io.BytesIO(), [("a.docx", a_docx())]).getvalue())])
    mail.add_attachment(SENTENCE.encode(), "text", "plain", filename="b.txt", cte=encoding)
    path = tmp_path / "a.eml"
    path.write_bytes(mail.as_bytes())
    assert read(path) == {
        str(path): [],
        f"{path} › báo cáo các xã.zip › a.docx": [46],
        f"{path} › b.txt": [46],
    }


def test_a_broken_package_in_a_package_says_so(tmp_path):
    path = a_zip(tmp_path / "a.zip", [("in.zip", b"PK\x03\x04..."), ("empty.zip", a_zip(io.BytesIO(), []).getvalue())])
    assert all(isinstance(said, str) for said in read(path).values())


def test_limits_of_a_zip(tmp_path, monkeypatch):
    tight = a_zip(tmp_path / "a.zip", [("bomb.txt", b"0" * 9_000_000), ("a.txt", SENTENCE)])
    bomb, good = read(tight).values()
    assert "nén bất thường" in bomb
    assert good == [46]
    monkeypatch.setattr(packages, "LARGEST_TOTAL", 1000)
    assert "chia thành nhiều gói" in refusal(tight)
    monkeypatch.setattr(packages, "MOST_MEMBERS", 1)
    assert "có 2 tệp, quá 1" in refusal(tight)
    assert "không có tệp nào" in refusal(a_zip(tmp_path / "none.zip", [("a/", b""), (".x", b"")]))


def test_an_empty_zip_and_an_empty_folder_say_so(tmp_path):
    assert "không có tệp nào" in refusal(a_zip(tmp_path / "a.zip", [(".hidden", b"x")]))
    (tmp_path / "folder").mkdir()
    assert "không có tệp nào" in refusal(tmp_path / "folder")


def test_a_member_without_a_name_is_read_all_the_same(tmp_path):
    path = a_zip(tmp_path / "a.zip", [("a.txt", SENTENCE)])
    path.write_bytes(path.read_bytes().replace(b"a.txt", b"\0.txt"))
    assert list(read(path)) == [f"{path} › ?"]


def test_a_locked_member_says_so(tmp_path):
    path = a_zip(tmp_path / "a.zip", [("a.txt", SENTENCE)])
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    assert "mật khẩu" in "".join(map(str, read(path).values()))


def test_a_mail_gives_its_words_and_what_is_attached(tmp_path):
    path = tmp_path / "thư.eml"
    mail = a_mail("Đã tiếp 12 lượt công dân.", [("báo cáo.docx", a_docx()), ("báo cáo.docx", a_docx())])
    path.write_bytes(mail.as_bytes())
    assert read(path) == {str(path): [12], f"{path} › báo cáo.docx": [46], f"{path} › báo cáo.docx (2)": [46]}
    assert packages.sources(path)[0].load().decode().startswith("Báo cáo năm 2023\n\nĐã tiếp 12")


def test_a_mail_in_html_and_in_an_old_encoding(tmp_path):
    path = tmp_path / "a.eml"
    mail = a_mail()
    mail.set_content(f"<p>{SENTENCE}</p>", subtype="html")
    path.write_bytes(mail.as_bytes())
    assert read(path) == {str(path): [46]}
    head = (
        b"From: a@example.vn\r\nTo: b@example.vn\r\nSubject: x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n"
    )
    path.write_bytes(head + "N¨m 2023, huyÖn tiÕp 46 l\xadît c«ng d©n, nhËn 29 ®¬n.".encode("latin-1"))
    assert read(path) == {str(path): [46, 29]}


def test_pictures_in_the_words_are_left_out_and_a_forwarded_mail_is_opened(tmp_path):
    mail = a_mail()
    mail.add_attachment(b"\x89PNG....", maintype="image", subtype="png", disposition="inline", filename="logo.png")
    mail.add_attachment(a_mail())
    path = tmp_path / "a.eml"
    path.write_bytes(mail.as_bytes())
    assert list(read(path).values()) == [[], []]


def test_a_text_that_opens_like_a_form_is_no_mail(tmp_path):
    (tmp_path / "a.txt").write_text(f"To: x\nVv: y\n{SENTENCE}", "utf-8")
    assert read(tmp_path / "a.txt") == {str(tmp_path / "a.txt"): [46]}


def test_a_folder_gives_its_files_in_order_and_opens_packages(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "1.txt").write_text(SENTENCE, "utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text(SENTENCE, "utf-8")
    a_zip(tmp_path / "a.zip", [("x.txt", SENTENCE)])
    a_zip(tmp_path / "c.zip", [(".x", b"")])
    said = read(tmp_path)
    assert list(said) == [f"{tmp_path}/a.zip › x.txt", f"{tmp_path}/b/1.txt", f"{tmp_path}/c.zip"]
    assert "không có tệp nào" in said[f"{tmp_path}/c.zip"]


def test_the_command_lists_members_as_files_and_sums_up(tmp_path):
    path = a_zip(tmp_path / "a.zip", [("a.txt", SENTENCE), ("b.txt", b"")])
    command = [sys.executable, "-m", "danvan.config.cli", "read"]
    done = run([*command, "--json", str(path), str(tmp_path / "none")], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [f"{path} › a.txt", f"{path} › b.txt", str(tmp_path / "none")]
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        "3 tệp: 1 số liệu, 0 chỗ không khớp; 2 tệp chưa đọc được.",
    )
    done = run([*command, str(path)], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1].startswith("2 tệp: 1 số liệu")


OPENINGS = [
    b"",
    b"PK\x03\x04",
    b"%PDF-1.7\n",
    b"<html><body>",
    b"From: a\nTo: b\nSubject: =?utf-8?q?=\nContent-Type: multipart/mixed; boundary=a\n\n--a\n",
    b"\xff\xfe",
    b"\xd0\xcf\x11\xe0",
]


@given(st.sampled_from(OPENINGS), st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path, opening, rest):
    path = tmp_path / "a"
    path.write_bytes(opening + rest)
    with suppress(UnreadableFile):
        assert all(isinstance(said, list | str) for said in read(path).values())


GOOD = {
    "docx": a_docx(),
    "eml": a_mail(attachments=[("a.docx", b"abc")]).as_bytes(),
    "zip": a_zip(io.BytesIO(), [("a.txt", SENTENCE)]).getvalue(),
}


@given(st.sampled_from(sorted(GOOD)), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_read_or_refused(tmp_path, kind, changes):
    data = bytearray(GOOD[kind])
    for place, value in changes:
        data[place % len(data)] = value
    path = tmp_path / "a"
    path.write_bytes(data)
    with suppress(UnreadableFile):
        assert all(isinstance(said, list | str) for said in read(path).values())
