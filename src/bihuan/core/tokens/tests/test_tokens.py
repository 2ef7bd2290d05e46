"""A token opens what its owner may do, in part, and stops when the owner may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.models import AuditEntry, Role
from bihuan.core.rights import NotAllowed, can, scope_of
from bihuan.core.services import assign_role, deactivate_user, reactivate_user, set_assignments
from bihuan.core.tests.cast import SYSTEM
from bihuan.core.tokens.errors import Refused
from bihuan.core.tokens.models import Token
from bihuan.core.tokens.services import admit, digest_of, recognise, revoke_token

ME, BOARD, ROWS = "/api/v1/me", "/api/v1/indicators", "/api/v1/rows?indicator=fcr"


def bearer(key):
    return {"HTTP_AUTHORIZATION": f"Bearer {key}"}


def test_the_key_is_not_kept(make, cast):
    token, key = make(cast.leader, "read_indicators")
    kept = str(Token.objects.values().get())
    assert key not in kept and key[12:] not in kept
    assert token.prefix == key[:12] and token.digest == digest_of(key)
    assert len(key) >= 4 + 43, "256 random bits are 43 characters"


def test_a_token_reads_within_the_makers_scope_and_nothing_else(client, make, cast):
    _, key = make(cast.leader, "read_indicators")
    assert client.get(ME, **bearer(key)).json()["username"] == "leader"
    assert client.get(BOARD, **bearer(key)).status_code == 200
    assert client.get(ROWS, **bearer(key)).status_code == 404, "rows were not lent"
    owner = recognise(key).owner
    assert scope_of(owner, "evaluate.view_board").units == ("n1",)
    assert not can(owner, "evaluate.export") and not can(owner, "serve.view_customers")


def test_personal_data_stays_masked_whatever_the_owner_may_see(make, cast):
    officer = assign_role(user=cast.nobody, role=Role.objects.get(key="complaint_officer"), actor=SYSTEM)
    _, key = make(officer, "read_rows")
    assert scope_of(officer, "evaluate.view_rows").masked == ()
    assert scope_of(recognise(key).owner, "evaluate.view_rows").masked == ("name", "phone", "email")


def test_nobody_lends_what_they_do_not_have(make, cast):
    for owner, scope in ((cast.leader, "push:cases"), (cast.admin, "read_indicators"), (cast.nobody, "read_rows")):
        with pytest.raises(Refused) as refused:
            make(owner, scope)
        assert refused.value.code == "scope_beyond"
    with pytest.raises(Refused):
        make(cast.leader)
    with pytest.raises(Refused):
        make(cast.leader, "read_indicators", days=366)
    with pytest.raises(KeyError):
        make(cast.leader, "push:nothing")


def test_what_the_owner_loses_the_token_loses(client, make, cast):
    _, key = make(cast.leader, "read_indicators")
    set_assignments(user=cast.leader, posts=[], actor=SYSTEM)
    assert client.get(BOARD, **bearer(key)).status_code == 404


def test_a_blocked_owner_is_401_until_they_are_back(client, make, cast):
    _, key = make(cast.leader, "read_indicators")
    deactivate_user(user=cast.leader, actor=SYSTEM)
    assert client.get(ME, **bearer(key)).status_code == 401
    reactivate_user(user=cast.leader, actor=SYSTEM)
    assert client.get(ME, **bearer(key)).status_code == 200


@pytest.mark.parametrize("wrong", ["", "x", "bhn_", "bhn_AbCdEfGh", "bhn_" + "é" * 43, "Bearer", "bhn_" + "A" * 5000])
def test_a_wrong_key_is_401(client, make, cast, wrong):
    make(cast.leader, "read_indicators")
    assert client.get(ME, **bearer(wrong)).status_code == 401


def test_a_key_with_the_right_beginning_is_not_enough(client, make, cast):
    _, key = make(cast.leader, "read_indicators")
    assert client.get(ME, **bearer(key[:-1] + ("A" if key[-1] != "A" else "B"))).status_code == 401
    assert client.get(ME, **bearer(key + "A")).status_code == 401


def test_an_expired_and_a_revoked_token_are_401(client, make, cast):
    token, key = make(cast.leader, "read_indicators")
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(ME, **bearer(key)).status_code == 401
    Token.objects.update(expires_at=timezone.now() + timedelta(days=1))
    revoke_token(token=token, actor=cast.leader)
    assert client.get(ME, **bearer(key)).status_code == 401
    with pytest.raises(Refused):
        revoke_token(token=token, actor=cast.leader)


def test_others_cannot_revoke_it_and_those_who_manage_tokens_can(make, cast):
    token, _ = make(cast.leader, "read_indicators")
    with pytest.raises(NotAllowed):
        revoke_token(token=token, actor=cast.director)
    revoke_token(token=token, actor=cast.admin)
    assert Token.objects.get().revoked_by == cast.admin
    assert list(AuditEntry.objects.filter(action__startswith="core.token").values_list("action", flat=True)) == [
        "core.token_created", "core.token_revoked"] or AuditEntry.objects.filter(action="core.token_revoked").exists()


def test_the_audit_log_knows_the_token_by_its_beginning_only(make, cast):
    _, key = make(cast.manager, "push:cases")
    entry = AuditEntry.objects.get(action="core.token_created")
    assert entry.data["scopes"] == "push:cases" and entry.data["prefix"] == key[:12] and key not in str(entry.data)


def test_pushing_is_by_table(make, cast):
    _, key = make(cast.manager, "push:cases")
    held = admit(key)
    assert held.may_push("cases") and not held.may_push("customers") and not held.may_push("nothing")
    set_assignments(user=cast.manager, posts=[], actor=SYSTEM)
    assert not admit(key).may_push("cases")
    deactivate_user(user=cast.manager, actor=SYSTEM)
    assert admit(key) is None


def test_both_ways_of_knowing_a_token_agree(make, cast):
    token, key = make(cast.manager, "push:cases")
    assert admit(key).pk == recognise(key).pk == token.pk
    for wrong in (key + "A", key[:-1], "bhn_", "x"):
        assert admit(wrong) is None and recognise(wrong) is None
    Token.objects.update(expires_at=timezone.now())
    assert admit(key) is None and recognise(key) is None
    Token.objects.update(expires_at=timezone.now() + timedelta(days=1), revoked_at=timezone.now())
    assert admit(key) is None and recognise(key) is None


def test_a_wrong_token_beside_a_session_is_401(client, cast):
    client.force_login(cast.leader)
    assert client.get(ME).status_code == 200
    assert client.get(ME, **bearer("bhn_wrong")).status_code == 401


def test_use_is_noted_once_a_minute(client, make, cast, django_assert_max_num_queries):
    _, key = make(cast.leader, "read_indicators")
    client.get(ME, **bearer(key))
    assert Token.objects.get().last_used_at is not None
    with django_assert_max_num_queries(2):      # the token with its owner, and the owner's roles
        client.get(ME, **bearer(key))


def test_who_asks_too_often_is_told_when_to_ask_again(client, make, cast, settings):
    settings.BIHUAN_PUSH = {**settings.BIHUAN_PUSH, "requests": 3}
    _, key = make(cast.leader, "read_indicators")
    answers = [client.get(ME, **bearer(key)) for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 200 in {answer.status_code for answer in answers} and len(refused) >= 6
    assert all(1 <= int(answer["Retry-After"]) <= 10 for answer in refused)
    assert refused[0].json()["code"] == "too_many_requests"


def test_the_document_is_for_people_who_are_logged_in(client, cast):
    assert client.get("/api/v1/openapi.json").status_code == 302
    client.force_login(cast.nobody)
    document = client.get("/api/v1/openapi.json").json()
    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"401", "404", "429", "503"} <= set(operation["responses"])
    assert set(document["components"]["securitySchemes"]) == {"TokenAuth", "PersonAuth", "PushAuth"}
