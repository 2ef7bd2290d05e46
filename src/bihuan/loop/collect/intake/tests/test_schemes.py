"""Each system's signature, by its own documentation."""

import base64
import hashlib
import hmac
import json

import pytest

from bihuan.loop.collect.intake.schemes import SCHEMES, TOLERANCE_S, BadSignature, Delivery, wjx_sign

NOW = 1_700_000_000.0


def came(body, now=NOW, **headers):
    return Delivery({name.lower().replace("_", "-"): value for name, value in headers.items()}, body, now)


def test_github_published_example():
    """GitHub Docs, "Validating webhook deliveries", section on testing."""
    told = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    scheme = SCHEMES["github"]
    assert scheme.check("It's a Secret to Everybody", came(b"Hello, World!", X_Hub_Signature_256=told))
    with pytest.raises(BadSignature):
        scheme.check("It's a Secret to Everybody", came(b"Hello, World?", X_Hub_Signature_256=told))


def test_zendesk_signs_time_and_body_in_base64():
    """Zendesk, "Verifying webhooks": base64(HMACSHA256(TIMESTAMP + BODY)); its secret for testing."""
    secret, stamp, body = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==", "2023-11-14T22:13:20Z", b'{"say": "hello"}'
    told = base64.b64encode(hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()
    headers = {"X_Zendesk_Webhook_Signature": told, "X_Zendesk_Webhook_Signature_Timestamp": stamp}
    assert SCHEMES["zendesk"].check(secret, came(body, **headers))
    for wrong in ("2023-11-14T22:13:21Z", "", "now", "2023-11-14T22:13:20"):
        with pytest.raises(BadSignature):
            SCHEMES["zendesk"].check(secret, came(body, **{**headers, "X_Zendesk_Webhook_Signature_Timestamp": wrong}))


def test_chatwoot_signs_time_dot_body_in_hexadecimal():
    """Chatwoot pull request 13573: sha256=<hex> over "<unix seconds>.<body>"."""
    told = "sha256=" + hmac.new(b"s", b"1700000000.{}", hashlib.sha256).hexdigest()
    assert SCHEMES["chatwoot"].check("s", came(b"{}", X_Chatwoot_Signature=told, X_Chatwoot_Timestamp="1700000000"))


def test_the_generic_scheme_is_the_one_our_own_webhooks_are_signed_with():
    from bihuan.core.notifications.channels.webhook import signature

    told = signature("s", "1700000000", b"{}")
    assert SCHEMES["bihuan"].check("s", came(b"{}", X_Bihuan_Signature=told, X_Bihuan_Timestamp="1700000000"))


def test_wjx_signs_questionnaire_and_number():
    """问卷星开放文档, 答卷 API 推送: sign=sha1(activity+index+推送密钥)."""
    sign = hashlib.sha1(b"56577543key").hexdigest()
    assert wjx_sign("5657754", "3", "key") == sign
    body = {"activity": "5657754", "index": "3", "q1": "1", "sign": sign}
    assert SCHEMES["wjx"].check("key", came(json.dumps(body).encode()))
    for wrong in ({**body, "index": "4"}, {**body, "sign": ""}, {**body, "activity": None}, [body], "x"):
        with pytest.raises(BadSignature):
            SCHEMES["wjx"].check("key", came(json.dumps(wrong).encode()))


@pytest.mark.parametrize("name", ["bihuan", "zendesk", "chatwoot"])
@pytest.mark.parametrize("late,fine", [(0, True), (TOLERANCE_S - 1, True), (TOLERANCE_S + 2, False),
                                       (-TOLERANCE_S - 2, False)])
def test_five_minutes_either_way_are_tolerated(name, late, fine):
    scheme = SCHEMES[name]
    told = Delivery({key.lower(): value for key, value in scheme.sign("s", b"{}", NOW).items()}, b"{}", NOW + late)
    if fine:
        assert scheme.check("s", told)
    else:
        with pytest.raises(BadSignature):
            scheme.check("s", told)


@pytest.mark.parametrize("name", ["bihuan", "zendesk", "chatwoot", "github"])
def test_another_secret_body_or_signature_is_refused(name):
    scheme = SCHEMES[name]
    headers = {key.lower(): value for key, value in scheme.sign("s", b"{}", NOW).items()}
    assert scheme.check("s", Delivery(headers, b"{}", NOW)) == scheme.check("s", Delivery(headers, b"{}", NOW))
    for secret, body in (("t", b"{}"), ("s", b"[]")):
        with pytest.raises(BadSignature):
            scheme.check(secret, Delivery(headers, body, NOW))
    for wrong in ({}, dict.fromkeys(headers, "é�"), dict.fromkeys(headers, ""),
                  {key: value + "0" for key, value in headers.items()}):
        with pytest.raises(BadSignature):
            scheme.check("s", Delivery(wrong, b"{}", NOW))
