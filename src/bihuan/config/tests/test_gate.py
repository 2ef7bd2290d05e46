"""The door before Django repeats what a sender was told, and lets everybody else through."""

import pytest

from bihuan.config.gate import gate
from bihuan.core.tokens import limits
from bihuan.core.tokens.services import key_of as token_key
from bihuan.loop.collect.intake.services.hooks import key_of as hook_key

pytestmark = pytest.mark.django_db
PASSED = [b"passed"]


@pytest.fixture(autouse=True)
def nothing_spent():
    limits.reset()
    yield
    limits.reset()


def ask(path, **environ):
    told = []
    door = gate(lambda *_: PASSED)
    body = door({"PATH_INFO": path, **environ}, lambda status, headers: told.extend([status, headers]))
    return (body, *told)


def use_up(key):
    while not limits.take(key, limit=2):
        pass


def test_who_may_still_ask_passes():
    limits.take(hook_key("abc"), limit=9)
    for path in ("/hooks/abc/", "/hooks/other/", "/api/v1/me", "/evaluate/board/", "/"):
        assert ask(path, HTTP_AUTHORIZATION="Bearer bhn_AbCdEfGhxyz")[0] is PASSED


@pytest.mark.parametrize("key,path,environ", [
    (hook_key("abc"), "/hooks/abc/", {}),
    (token_key("bhn_AbCdEfGh"), "/api/v1/records/cases", {"HTTP_AUTHORIZATION": "Bearer bhn_AbCdEfGh-and-more"}),
])
def test_who_has_to_wait_is_told_again_how_long(key, path, environ):
    use_up(key)
    body, status, headers = ask(path, **environ)
    assert status.startswith("429") and b"too_many_requests" in body[0]
    assert 1 <= int(dict(headers)["Retry-After"]) <= 10
    assert ask("/hooks/other/")[0] is PASSED
    assert ask("/api/v1/me", HTTP_AUTHORIZATION="Bearer bhn_zzzzzzzz")[0] is PASSED
    assert ask("/evaluate/board/", **environ)[0] is PASSED, "pages are not the sender's business"
