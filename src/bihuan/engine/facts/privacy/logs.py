"""Logs without personal data: a filter that masks every line, whoever writes it."""

from __future__ import annotations

import logging
import re
import traceback

from .masking import mask_text
from .rules import DEFAULT

# Addresses that are keys: of a questionnaire, of a stop link, of a webhook.
KEYS = re.compile(r"(/(?:a|stop|hooks)/)[\w:.-]{8,}")


class MaskingFilter(logging.Filter):
    """Put on a handler: messages, their arguments and tracebacks reach the log masked.

    What cannot be masked is not written as it is: the line then says only where it came from.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = _masked(record.getMessage())
            record.args = ()
            if record.exc_info and not record.exc_text:
                record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            if record.exc_text:
                record.exc_text = _masked(record.exc_text)
            if record.stack_info:
                record.stack_info = _masked(record.stack_info)
        except Exception as trouble:
            record.msg, record.args = f"(a line of {record.name} could not be masked: {type(trouble).__name__})", ()
            record.exc_info, record.exc_text, record.stack_info = None, None, None
        return True


def _masked(text: str) -> str:
    return mask_text(KEYS.sub(r"\1…", text), DEFAULT)
