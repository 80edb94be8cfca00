"""What is said of a file that cannot be read."""


class UnreadableFile(Exception):  # noqa: N818 -- reads as a sentence
    """The file cannot be read as a report; the message is a Vietnamese sentence that says what to do."""
