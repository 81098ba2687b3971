"""Logs: what may be written down. A token in an address is a key, an address in a mail error is a person."""

import logging
import re

# my-report/<token>/, unsubscribe/<token>/ and the like: what stands behind the last word is cut.
_TOKEN = re.compile(r"[0-9a-z]{1,13}\.[0-9a-z]{1,6}\.[A-Za-z0-9_-]{22}")


class WithoutTokens(logging.Filter):
    """Takes tokens out of the words of a line before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _TOKEN.sub("…", record.getMessage()), ()
        return True
