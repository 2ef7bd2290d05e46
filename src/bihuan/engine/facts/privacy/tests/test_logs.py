"""Logs: whatever is written, no raw value arrives."""

import io
import logging

import pytest

from bihuan.engine.facts.privacy.leaks import scan_text
from bihuan.engine.facts.privacy.logs import MaskingFilter


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskingFilter())
    logger = logging.getLogger("bihuan.test.masking")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def test_messages_and_arguments_are_masked(log):
    logger, stream = log
    logger.error("could not call %s of %s", "13800138000", {"mail": "a@b.example"})
    assert stream.getvalue() == "could not call 〔手机号〕 of {'mail': '〔邮箱〕'}\n"


def test_tracebacks_are_masked(log):
    logger, stream = log
    try:
        raise ValueError("row of 张伟, 110108199003076370")
    except ValueError:
        logger.exception("failed")
    assert "110108199003076370" not in stream.getvalue() and "ValueError" in stream.getvalue()
    assert scan_text(stream.getvalue()) == []


def test_a_line_that_cannot_be_formatted_is_not_written_as_it_is(log):
    logger, stream = log
    logger.error("%d people", "13800138000")
    assert "13800138000" not in stream.getvalue() and "could not be masked" in stream.getvalue()
