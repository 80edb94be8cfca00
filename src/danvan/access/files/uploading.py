from __future__ import annotations

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from danvan.access.files import kinds


class UpToTheLimit(TemporaryFileUploadHandler):
    """Keeps one byte more than the largest file allowed and lets the rest go by: a 1 GB upload never fills the disk.

    The page still hears of the file, with its true size, so that it can say what is wrong: `inspect` refuses it.
    For settings.FILE_UPLOAD_HANDLERS, as the only one.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = kinds.LARGEST + 1 - start
        if room > 0:
            super().receive_data_chunk(raw_data[:room], start)
