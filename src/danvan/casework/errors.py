from __future__ import annotations

from collections.abc import Mapping


class CaseError(ValueError):
    """What cannot be done with a matter: a Vietnamese sentence for each field of the form; "" for the whole."""

    def __init__(self, sentence: str = "", /, **fields: str) -> None:
        self.fields: Mapping[str, str] = {**({"": sentence} if sentence else {}), **fields}
        super().__init__(" ".join(self.fields.values()))
