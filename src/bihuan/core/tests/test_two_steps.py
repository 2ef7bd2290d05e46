"""Two-step log-in: switched on with an app, asked for at the next log-in, switched off again."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time


@pytest.fixture
def person(client, cast):
    cast.leader.set_password("right-horse-battery")
    cast.leader.save(update_fields=["password"])
    log_in(client)
    return cast.leader


def log_in(client):
    return client.post("/account/login/", {"login": "leader", "password": "right-horse-battery"}, follow=True)


def code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_the_app_is_asked_for_after_it_was_switched_on(client, person):
    asked = client.get("/account/2fa/totp/activate/")
    assert asked["Location"].startswith("/account/reauthenticate/"), "who changes this shows that they are the one"
    assert client.get(asked["Location"]).status_code == 200
    client.post(asked["Location"], {"password": "right-horse-battery"})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    assert client.post("/account/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    client.post("/account/2fa/totp/activate/", {"code": code(secret)})
    assert "已启用" in client.get("/account/2fa/").content.decode()
    backup = re.findall(r"<li><code>(\w+)</code>", client.get("/account/2fa/recovery-codes/").content.decode())
    assert len(backup) == 10
    assert client.get("/account/2fa/recovery-codes/download/").status_code == 200
    assert client.get("/account/2fa/recovery-codes/generate/").status_code == 200

    client.post("/account/logout/")
    page = log_in(client)
    assert "两步验证" in page.content.decode() and client.get("/account/").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    client.post("/account/2fa/authenticate/", {"code": backup[0]})
    assert client.get("/account/").status_code == 200

    asked = client.get("/account/2fa/totp/deactivate/")["Location"]
    assert client.get("/account/2fa/reauthenticate/").status_code == 200
    client.post(asked, {"password": "right-horse-battery"})
    assert client.get("/account/2fa/totp/deactivate/").status_code == 200
    client.post("/account/2fa/totp/deactivate/")
    assert "未启用" in client.get("/account/2fa/").content.decode()
