from __future__ import annotations


class FileRefused(ValueError):  # noqa: N818 -- reads as a sentence
    """A file that is not kept; the message is a Vietnamese sentence that names the file and says what to do."""
