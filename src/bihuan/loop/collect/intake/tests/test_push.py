"""Records pushed by the API: kept before the answer, written in batches, each row's fate told."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.models import AuditEntry
from bihuan.core.services import deactivate_user, set_assignments
from bihuan.core.tests.cast import SYSTEM
from bihuan.engine.facts import journal, store
from bihuan.loop.collect.intake import pressure
from bihuan.loop.collect.intake.models import Receipt
from bihuan.loop.collect.intake.services import flush

from .conftest import case, keyed


def cases(home):
    with store.connect(home) as con:
        return con.execute("SELECT id, topic FROM cases ORDER BY id").fetchall()


def test_rows_arrive_in_the_lake_and_the_receipt_tells_it(push, told, token, workspace_home):
    answer = push(token, [case(1), case(2)])
    assert answer.status_code == 202, answer.content
    assert answer.json()["state"] == "waiting" and answer.json()["rows"] == 2
    before = told(token, answer)
    assert (before["state"], before["accepted"], before["batch"]) == ("waiting", None, None)
    assert flush() == {"receipts": 1, "rows": 2, "batches": 1}
    after = told(token, answer)
    assert (after["state"], after["accepted"], after["updated"], after["quarantined"]) == ("stored", 2, 0, 0)
    assert cases(workspace_home) == [("desk:T1", "退款"), ("desk:T2", "退款")]
    assert [batch.id for batch in journal.batches(workspace_home)] == [after["batch"]]
    entry = AuditEntry.objects.get(action="collect.push_stored")
    assert entry.actor == f"user:{token.owner_id}" and entry.data["accepted"] == 2
    assert Receipt.objects.get().body is None


def test_each_of_several_pushes_in_one_batch_is_told_apart(push, told, token, workspace_home):
    push(token, [case(1), case(2)])
    flush()
    answers = [push(token, [case(1), case(3)]), push(token, [case(2, topic="换货")]),
               push(token, [case(4, opened="昨天下午吧"), case(5)]), push(token, [case(5, topic="后来的")])]
    assert flush()["batches"] == 1
    counts = [[told(token, answer)[name] for name in ("accepted", "updated", "unchanged", "quarantined")]
              for answer in answers]
    # The first T5 was replaced by the later one of the same batch, and counts as an import counts twins.
    assert counts == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0]]
    (error,) = told(token, answers[2])["errors"]
    assert (error["row"], error["column"], error["value"], error["code"]) == (1, "opened", "昨天下午吧", "bad_datetime")
    assert dict(cases(workspace_home))["desk:T2"] == "换货" and dict(cases(workspace_home))["desk:T5"] == "后来的"


def test_a_push_of_nothing_usable_is_told_too(push, told, token):
    answer = push(token, [case(1, opened="?"), case(2, opened="??")])
    flush()
    after = told(token, answer)
    assert (after["state"], after["quarantined"], after["accepted"], after["batch"]) == ("stored", 2, 0, None)
    assert [error["row"] for error in after["errors"]] == [1, 2]


def test_personal_data_in_a_bad_cell_is_masked_in_the_receipt(push, told, token):
    answer = push(token, [case(1, opened="打13812345678找我")])
    flush()
    assert "13812345678" not in json.dumps(told(token, answer), ensure_ascii=False)
    assert "13812345678" not in str(Receipt.objects.values().get())


def test_one_object_a_line_and_a_single_object_are_rows_too(push, token):
    lines = "\n".join(json.dumps(case(number)) for number in range(3)) + "\n"
    assert push(token, lines, kind="application/x-ndjson").json()["rows"] == 3
    assert push(token, case(9)).json()["rows"] == 1
    flush()
    assert Receipt.objects.filter(state="stored", accepted=3).exists()


def test_a_mapping_reads_another_systems_rows(push, told, cast, workspace_home):
    token = keyed(cast.manager, "push:cases")
    ticket = {"id": 7, "created_at": "2024-03-01T01:00:00Z", "status": "open", "requester_id": 5, "assignee_id": 9,
              "group_id": 3, "via_channel": "email", "submitter_id": 5, "type": "problem"}
    answers = [push(token, [ticket], query="?mapping=zendesk_tickets"),
               push(token, [{**ticket, "id": 8}, ticket], query="?mapping=zendesk_tickets")]
    assert [answer.status_code for answer in answers] == [202, 202], answers[0].content
    flush()
    assert [row[0] for row in cases(workspace_home)] == ["zendesk:7", "zendesk:8"]
    assert [told(token, answer)["state"] for answer in answers] == ["stored", "stored"]
    assert sum(told(token, answer)["accepted"] for answer in answers) == 2
    assert push(token, [ticket], query="?mapping=none").json()["code"] == "unknown_mapping"
    assert push(token, [ticket], query="?mapping=customers").json()["code"] == "unknown_mapping"


def test_the_same_key_and_content_gets_the_first_answer_again(push, token, workspace_home):
    first = push(token, [case(1)], key="a-1")
    again = push(token, [case(1)], key="a-1")
    assert again.json() == first.json() and again.status_code == 202
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
    flush()
    assert push(token, [case(1)], key="a-1").json() == first.json(), "also after it was written"
    assert Receipt.objects.count() == 1


def test_the_same_key_with_other_content_is_409_and_says_what_to_do(push, token):
    push(token, [case(1)], key="a-1")
    for answer in (push(token, [case(2)], key="a-1"), push(token, [case(1)], key="a-1", query="?source=other")):
        assert answer.status_code == 409 and answer.json()["code"] == "key_reused"
        assert "换一个键" in answer.json()["detail"]
    assert Receipt.objects.count() == 1


def test_keys_belong_to_their_token(push, token, cast):
    other = keyed(cast.manager, "push:cases")
    assert push(token, [case(1)], key="a").json()["receipt"] != push(other, [case(1)], key="a").json()["receipt"]


@pytest.mark.parametrize("key", ["", " ", "a" * 129, "键", "a b"])
def test_a_key_is_a_plain_word(push, token, key):
    assert push(token, [case(1)], key=key).json()["code"] == "key_invalid"


def test_other_tables_and_unknown_ones_are_404(push, token, cast):
    for table in ("customers", "nothing", "users"):
        answer = push(token, [{"id": "1"}], table)
        assert answer.status_code == 404 and answer.json()["code"] == "unknown_table"
    reader = keyed(cast.leader, "read_indicators")
    assert push(reader, [case(1)]).status_code == 404
    assert not Receipt.objects.exists()


def test_a_session_is_no_token(client, cast):
    client.force_login(cast.manager)
    answer = client.post("/api/v1/records/cases", json.dumps([case(1)]), content_type="application/json")
    assert answer.status_code == 401


def test_an_owner_who_lost_the_right_pushes_no_more(push, token, cast):
    set_assignments(user=cast.manager, posts=[], actor=SYSTEM)
    assert push(token, [case(1)]).status_code == 404
    deactivate_user(user=cast.manager, actor=SYSTEM)
    assert push(token, [case(1)]).status_code == 401


def test_a_receipt_is_its_tokens_alone(client, push, token, cast):
    answer = push(token, [case(1)])
    other = keyed(cast.manager, "push:cases")
    found = client.get(answer.json()["url"], HTTP_AUTHORIZATION=f"Bearer {other.key}")
    assert found.status_code == 404 and found.json()["code"] == "unknown_receipt"
    assert client.get(answer.json()["url"]).status_code == 401


def test_no_more_is_taken_than_may_wait(push, token, settings):
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "waiting_rows": 3}
    assert push(token, [case(1), case(2)]).status_code == 202
    answer = push(token, [case(3), case(4)])
    assert answer.status_code == 503 and int(answer["Retry-After"]) >= 1 and answer.json()["code"] == "busy"
    pressure.waiting.reset()
    assert push(token, [case(3), case(4)]).status_code == 503, "the database knows it too"
    flush()
    pressure.waiting.reset()
    assert push(token, [case(3), case(4)]).status_code == 202


def test_no_more_bytes_are_taken_than_may_wait(push, token, settings):
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "waiting_bytes": 400}
    assert push(token, [case(1)]).status_code == 202
    assert [push(token, [case(n)]).status_code for n in range(2, 6)][-1] == 503


def test_the_first_answer_comes_again_even_when_nothing_more_is_taken(push, token, settings):
    first = push(token, [case(1)], key="a")
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "waiting_rows": 1}
    assert push(token, [case(2)]).status_code == 503
    assert push(token, [case(1)], key="a").json() == first.json()


def test_who_pushes_too_often_is_told_when_to_come_again(push, token, settings):
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "requests": 2}
    answers = [push(token, [case(n)]) for n in range(8)]
    taken = [answer for answer in answers if answer.status_code == 202]
    assert {answer.status_code for answer in answers} == {202, 429}
    assert all(int(answer["Retry-After"]) >= 1 for answer in answers if answer.status_code == 429)
    assert Receipt.objects.count() == len(taken)


def test_a_push_asks_the_database_little(push, token):
    push(token, [case(1)])
    with CaptureQueriesContext(connection) as asked:
        assert push(token, [case(2)]).status_code == 202
    # The token with its owner's roles, and the row.
    assert len(asked) <= 2, [query["sql"][:90] for query in asked]


def test_the_document_declares_every_answer(client, cast):
    client.force_login(cast.nobody)
    operation = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/records/{table}"]["post"]
    assert {"202", "401", "404", "409", "413", "415", "422", "429", "503"} <= set(operation["responses"])
    assert operation["security"] == [{"PushAuth": []}]
    assert "application/x-ndjson" in operation["requestBody"]["content"]
