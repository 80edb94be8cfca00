"""What is said of a file that cannot be read."""

import unicodedata


def shown(name: str) -> str:
    """A file's name fit to be printed: without control and direction characters, one kind of space, "?" for bytes that
    are no letters.
    """
    kinds = ((unicodedata.category(sign), sign) for sign in name)
    return "".join(
        "?" if kind == "Cs" else " " if kind[0] == "Z" else sign
        for kind, sign in kinds
        if kind[0] != "C" or kind == "Cs"
    )


class UnreadableFile(Exception):  # noqa: N818 -- reads as a sentence
    """The file cannot be read as a report; the message is a Vietnamese sentence that says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(shown(sentence))
