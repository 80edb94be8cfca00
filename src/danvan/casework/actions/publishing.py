"""What of a matter everybody may read: a few words, and copies of papers in which nobody is told of.

A public copy is a new file made of words that were read out of the paper, protected ones hidden; nothing of the paper
itself goes along, no layer, picture or note. Before it is kept its words are read again, by the reader that reads all
files, and it is refused while one of them tells who somebody is.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from danvan.access import actions_files, files, scope
from danvan.access.permissions import Permission
from danvan.access.scope import Acting
from danvan.audit import actions as audit
from danvan.casework import protecting, workflow
from danvan.casework.actions import documents, vault
from danvan.casework.actions.checking import LONGEST_TEXT
from danvan.casework.actions.matters import locked
from danvan.casework.errors import CaseError
from danvan.casework.models import Attachment, Matter
from danvan.casework.papers.public import Copy, copy_pdf
from danvan.casework.protecting import Hit, Token
from danvan.casework.queries import names_of

READER = "danvan.config.reading.words_of"  # by name: imports point down
PURPOSE = "casework.Public"
LONGEST = 300_000  # characters of a copy
_AROUND = 24  # characters of what stands around a leak


def read_words(content: bytes, name: str) -> str:
    """The words of a file. Raises ValueError with a sentence where there are none to be had."""
    reader: Callable[[bytes, str], str] = import_string(READER)
    return reader(content, name)


def words_of(*, matter: Matter, file: int, by: Acting) -> str:
    """The words of a paper, as those who may read it do; on record of what is sealed. Raises as `documents.read`."""
    stored, content = documents.read(matter=matter, file=file, by=by)
    return read_words(content, stored.name)


def chosen_words(said: str) -> list[tuple[str, str]]:
    """(words, what stands in their place) from lines like "Trạm bơm Đông" or "ông Nguyễn Văn X = ông A"."""
    lines = (line.partition("=") for line in said.splitlines())
    return [(words.strip(), instead.strip()) for words, _sign, instead in lines if words.strip()]


def redacted(text: str, sought: Iterable[Token], chosen: Iterable[tuple[str, str]]) -> str:
    """The text with what was chosen put away or replaced, and all that is protected hidden."""
    for words, instead in chosen:
        if instead:
            for hit in reversed(protecting.find(text, protecting.tokens([], [words]))):
                text = f"{text[: hit.start]}{instead}{text[hit.end :]}"
    hidden = protecting.tokens([], [words for words, instead in chosen if not instead])
    return protecting.mask(text, (*sought, *hidden), forms=True)


def protected(matter: Matter, chosen: Iterable[tuple[str, str]] = ()) -> tuple[Token, ...]:
    return (*vault.protected(matter), *protecting.tokens([], [words for words, _instead in chosen]))


@transaction.atomic
def publish_paper(*, matter: Matter, file: int, text: str, chosen: str = "", by: Acting) -> Attachment:
    """Keeps a public copy of a paper. text: what it is to say; chosen: lines of words to put away.

    Raises CaseError with a sentence that says where something protected is left.
    """
    scope.require(Permission.DECIDE)
    matter = locked(matter)
    of = matter.attachments.exclude(kind=Attachment.Kind.PUBLIC).filter(file=file).first()
    if of is None:
        raise CaseError(_("Chỉ công khai bản của một tài liệu trong vụ việc."))
    if not text.strip():
        raise CaseError(text=_("Ghi lời của bản công khai."))
    if len(text) > LONGEST:
        raise CaseError(text=_("Bản công khai quá dài: tối đa %(most)s ký tự.") % {"most": LONGEST})
    lines = chosen_words(chosen)
    sought = protected(matter, lines)
    content = copy_pdf(
        Copy(
            unit=names_of([matter.unit_id]).get(matter.unit_id, ""),
            title=_("Tài liệu của vụ việc số %(number)s") % {"number": matter},
            note="Bản công khai: thông tin cá nhân đã được che.",
            text=tuple(redacted(text, sought, lines).replace("\r\n", "\n").split("\n")),
        )
    )
    prove(content, sought)
    count = matter.attachments.filter(kind=Attachment.Kind.PUBLIC).count() + 1
    stored = actions_files.store(
        io.BytesIO(content),
        name=f"cong-khai-{matter.book_number}-{matter.book_year}-{count}.pdf",
        unit=matter.unit_id,
        purpose=PURPOSE,
        by=by,
        allowed={files.PDF},
        permission=Permission.DECIDE,
    )
    kept = Attachment.objects.create(matter=matter, file=stored, kind=Attachment.Kind.PUBLIC, of=of)
    audit.record(
        by=by, verb="casework.publish_paper", subject=kept, label=str(matter), unit=matter.unit_id, sha256=stored.sha256
    )
    return kept


def prove(content: bytes, sought: Iterable[Token]) -> None:
    """Reads a file's words again. Raises CaseError where they tell who somebody is, or cannot be read."""
    try:
        said = read_words(content, "ban-cong-khai.pdf")
    except ValueError as error:
        raise CaseError(_("Không đọc lại được bản công khai nên chưa công khai: %(why)s") % {"why": error}) from error
    if hits := protecting.find(said, sought, forms=True):
        raise CaseError(
            _("Chưa công khai: bản này còn %(what)s, %(where)s. Che thêm những chỗ đó rồi thử lại.")
            % {"what": protecting.told(hits), "where": "; ".join(_where(said, hit, hits) for hit in hits[:3])}
        )


def _where(text: str, hit: Hit, hits: Iterable[Hit]) -> str:
    """ "dòng 12 (“… ông [đã che] đã …”)": the place, without saying what stands there."""
    start, end = max(0, hit.start - _AROUND), hit.end + _AROUND
    around = "".join(
        "█" if any(one.start <= at < one.end for one in hits) else letter
        for at, letter in enumerate(text[start:end], start)
    )
    around = " ".join(protecting.HIDDEN.join(part for part in _parts(around)).split())
    return _("dòng %(line)s (“… %(around)s …”)") % {"line": text.count("\n", 0, hit.start) + 1, "around": around}


def _parts(said: str) -> list[str]:
    return [part for number, part in enumerate(said.split("█")) if part or number == 0]


# The matter itself


@transaction.atomic
def publish(*, matter: Matter, text: str, by: Acting, seen: int | None = None) -> Matter:
    """Shows a matter that ended to everybody: its title and what became of it. Raises CaseError."""
    scope.require(Permission.DECIDE)
    matter = locked(matter, seen)
    wrong: dict[str, Any] = {}
    text = text.strip()
    if matter.state != workflow.CLOSED:
        raise CaseError(_("Chỉ công khai vụ việc đã kết thúc."))
    if not text:
        wrong["text"] = _("Ghi kết quả để công khai.")
    elif len(text) > LONGEST_TEXT:
        wrong["text"] = _("Quá dài: tối đa %(most)s ký tự.") % {"most": LONGEST_TEXT}
    sought = vault.protected(matter)
    for name, said in (("text", text), ("", matter.title)):
        if hits := protecting.find(said, sought, forms=True):
            sentence = (
                _("Chưa công khai: lời này còn %(what)s. Bỏ đi rồi thử lại.")
                if name
                else _("Chưa công khai: tóm tắt của vụ việc còn %(what)s. Đặt lại tóm tắt trước.")
            )
            wrong[name] = sentence % {"what": protecting.told(hits)}
    if wrong:
        raise CaseError(wrong.pop("", ""), **wrong)
    matter.public, matter.public_text = True, text
    return _kept(matter, "publish_matter", by)


@transaction.atomic
def withdraw(*, matter: Matter, by: Acting) -> Matter:
    """Takes a matter, and the copies of its papers, from what everybody may read."""
    scope.require(Permission.DECIDE)
    matter = locked(matter)
    matter.public = False
    return _kept(matter, "withdraw_matter", by)


def _kept(matter: Matter, verb: str, by: Acting) -> Matter:
    matter.changes += 1
    matter.save(update_fields=["public", "public_text", "changes"])
    audit.record(by=by, verb=f"casework.{verb}", subject=matter, unit=matter.unit_id)
    return matter
