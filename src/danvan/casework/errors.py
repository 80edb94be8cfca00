from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

UNREAD = "\ufffd"  # stands where a letter was sent in another encoding than that of the page


class CaseError(ValueError):
    """What cannot be done with a matter: a Vietnamese sentence for each field of the form; "" for the whole."""

    def __init__(self, sentence: str = "", /, **fields: str) -> None:
        self.fields: Mapping[str, str] = {**({"": sentence} if sentence else {}), **fields}
        super().__init__(" ".join(self.fields.values()))


class Named(CaseError):  # noqa: N818 -- reads as what it is
    """Words that tell who raised a matter stand where they would be carried about. sealed: nobody may write them."""

    def __init__(self, *, sealed: bool, **fields: str) -> None:
        self.sealed = sealed
        super().__init__("", **fields)


def broken(text: str) -> str:
    """What to say where letters of a text did not arrive; "" where all did."""
    return _("Có chữ bị hỏng (hiện là %(sign)s): hãy gõ lại những chỗ đó.") % {"sign": UNREAD} if UNREAD in text else ""
