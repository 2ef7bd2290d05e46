"""Logs without personal data: a filter that masks every line, whoever writes it."""

from __future__ import annotations

import logging
import traceback

from .masking import mask_text
from .rules import DEFAULT


class MaskingFilter(logging.Filter):
    """Put on a handler: messages, their arguments and tracebacks reach the log masked.

    What cannot be masked is not written as it is: the line then says only where it came from.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = mask_text(record.getMessage(), DEFAULT)
            record.args = ()
            if record.exc_info and not record.exc_text:
                record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            if record.exc_text:
                record.exc_text = mask_text(record.exc_text, DEFAULT)
            if record.stack_info:
                record.stack_info = mask_text(record.stack_info, DEFAULT)
        except Exception as trouble:
            record.msg, record.args = f"(a line of {record.name} could not be masked: {type(trouble).__name__})", ()
            record.exc_info, record.exc_text, record.stack_info = None, None, None
        return True
