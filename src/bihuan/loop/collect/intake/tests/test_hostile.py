"""What a stranger or a broken program may send: refused with a code, never stored, never in the log."""

import hmac
import json
import logging

import pytest

from bihuan.loop.collect.intake import bodies, schemes
from bihuan.loop.collect.intake.models import Receipt
from bihuan.loop.collect.intake.services import flush

from .conftest import case

BODIES = {
    "bad_json": [" ", "{", "[1,]", '[{"external_id": NaN}]', '[{"a": Infinity}]', "[" + "9" * 5000 + "]"],
    "bad_encoding": ['[{"external_id": "\\ud800"}]', '[{"external_id": "a\\u0000b"}]', b'[{"external_id": "\xff\xfe"}]',
                     '[{"external_id": "工单"}]'.encode("gb18030")],
    "too_deep": ["[" * 100_000, '[{"external_id": "1", "attributes": ' + '{"a":' * 40 + "1" + "}" * 40 + "}]"],
    "not_rows": ["[1]", '["a"]', "[[]]", "[{}]", "7", '"x"', "null"],
    "no_rows": ["[]"],
    "unknown_field": ['[{"external_id": "1", "opend": "2024-01-01"}]'],
    "id_missing": ['[{"opened": "2024-01-01"}]', '[{"external_id": " "}]', '[{"external_id": {"a": 1}}]',
                   '[{"external_id": null, "id": true}]'],
}


@pytest.mark.parametrize("code,body", [(code, body) for code, listed in BODIES.items() for body in listed],
                         ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "body")
def test_what_cannot_be_rows_is_refused_with_its_reason(push, token, code, body):
    answer = push(token, body)
    assert answer.status_code == 422 and answer.json()["code"] == code, answer.content
    assert len(answer.content) < 2000 and not Receipt.objects.exists()


def test_the_refusal_says_where(push, token):
    detail = push(token, [case(1), {**case(2), "opend": "x"}]).json()["detail"]
    assert "第 2 行" in detail and "opend" in detail and "opened" in detail
    lines = json.dumps(case(1)) + "\n{oops\n"
    assert "第 2 行" in push(token, lines, kind="application/x-ndjson").json()["detail"]


def test_too_big_and_too_many_are_413(push, token, settings):
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "bytes": 1000}
    answer = push(token, [case(1, subject="长" * 1000)])
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "bytes": 10**7}
    answer = push(token, [case(n) for n in range(bodies.MOST_ROWS + 1)])
    assert answer.status_code == 413 and answer.json()["code"] == "too_many_rows"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk",
                                  "multipart/form-data; boundary=x", "application/jsonp", "text/json"])
def test_other_content_types_are_415(push, token, kind):
    answer = push(token, json.dumps([case(1)]), kind=kind)
    assert answer.status_code == 415 and "application/json" in answer.json()["detail"]


def test_compressed_content_is_415_and_utf8_may_be_named(push, token):
    assert push(token, [case(1)], HTTP_CONTENT_ENCODING="gzip").status_code == 415
    assert push(token, [case(1)], kind='application/json; charset="UTF-8"').status_code == 202


def test_a_length_that_is_no_number_is_411(push, token):
    assert push(token, [case(1)], CONTENT_LENGTH="x").status_code == 411


def test_odd_texts_reach_the_lake_and_hold_nothing_up(push, told, token):
    odd = ["🙂", "‮abc", "a\tb", "'; DROP TABLE cases; --", "=1+1", "NULL", "\u2028", "x" * 5000, "𠀀"]
    answer = push(token, [case(n, subject=text) for n, text in enumerate(odd)])
    flush()
    assert told(token, answer)["accepted"] == len(odd)


def test_numbers_and_flags_are_taken_as_they_are_written(push, told, token):
    answer = push(token, [case(1, reopen_count=2, resolved=True, attributes={"a": [1, {"b": None}]})])
    flush()
    assert told(token, answer)["accepted"] == 1


def test_the_log_holds_neither_body_nor_secret(client, push, token, hook, caplog, settings):
    caplog.set_level(logging.DEBUG)
    made, marker = hook(), "marker-7f3a"
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "waiting_rows": 1}
    push(token, [case(1, subject=marker)])
    push(token, [case(2, subject=marker), case(3)])                    # 503
    push(token, f"[{marker}")                                          # 422
    client.post(f"/hooks/{made.address}/", json.dumps([case(4, subject=marker)]), content_type="application/json",
                headers={"X-Bihuan-Signature": marker, "X-Bihuan-Timestamp": "1"})
    client.post("/hooks/nowhere-at-all/", marker, content_type="application/json")
    flush()
    told = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    for secret in (marker, token.key, token.key[12:], made.secret, made.address):
        assert secret not in told


def test_signatures_are_compared_in_constant_time(monkeypatch):
    compared = []
    monkeypatch.setattr(schemes.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or a == b)
    came = schemes.Delivery({"x-hub-signature-256": "sha256=" + "0" * 64}, b"{}", 0)
    with pytest.raises(schemes.BadSignature):
        schemes.SCHEMES["github"].check("secret", came)
    assert len(compared) == 1 and hmac is schemes.hmac
