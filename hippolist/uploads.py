"""Uploads: no file and no request grows past its quota, and what was too big can still be named."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

FILE_LIMIT = 20 * 1024 * 1024
REQUEST_LIMIT = 60 * 1024 * 1024


class QuotaUploadHandler(TemporaryFileUploadHandler):
    """Keep files on disk, stop writing one at its quota and mark it `too_big`: the form then says which it was."""

    file: Any

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.taken = 0

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.file.too_big = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if start + len(raw_data) > FILE_LIMIT or self.taken > REQUEST_LIMIT:
            self.file.too_big = True
        if not self.file.too_big:
            super().receive_data_chunk(raw_data, start)
