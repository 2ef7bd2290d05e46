"""Making and revoking tokens on the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.tokens.models import Token


def test_a_key_is_shown_once(client, cast):
    client.force_login(cast.manager)
    page = client.get("/account/tokens/new/").content.decode()
    assert "工单" in page and "push:cases" in page and "读取指标" in page
    answer = client.post("/account/tokens/new/", {
        "name": "工单系统", "tables": ["push:cases"], "source": "zendesk", "days": "30"})
    token = Token.objects.get()
    made = answer.content.decode()
    key = made.split('value="bhn_')[1].split('"')[0]
    assert len(key) == 43 and "no-store" in answer["Cache-Control"]
    assert (token.owner, token.scopes, token.source) == (cast.manager, ["push:cases"], "zendesk")
    listed = client.get("/account/tokens/").content.decode()
    assert token.prefix in listed and key not in listed
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert "已吊销" in client.get("/account/tokens/").content.decode()


def test_only_what_one_may_do_can_be_chosen(client, cast):
    client.force_login(cast.leader)
    page = client.get("/account/tokens/new/").content.decode()
    assert "push:cases" not in page and "读取明细" in page
    answer = client.post("/account/tokens/new/", {"name": "x", "reads": ["push:cases"], "days": "30"})
    assert answer.status_code == 422 and not Token.objects.exists()
    client.force_login(cast.nobody)
    assert client.get("/account/tokens/new/").status_code == 404
    assert "您没有可以交给程序的权限" in client.get("/account/tokens/").content.decode()


@pytest.mark.parametrize("source", ["a:b", "a b", "<x>"])
def test_a_source_is_a_plain_word(client, cast, source):
    client.force_login(cast.manager)
    answer = client.post("/account/tokens/new/", {
        "name": "x", "tables": ["push:cases"], "source": source, "days": "30"})
    assert answer.status_code == 422


def test_an_outsider_neither_sees_nor_ends_a_token(client, make, cast):
    token, _ = make(cast.leader, "read_indicators", name="别人的")
    client.force_login(cast.outsider)
    assert "别人的" not in client.get("/account/tokens/").content.decode()
    assert client.get("/settings/tokens/").status_code == 404
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    client.force_login(cast.admin)
    assert "别人的" in client.get("/settings/tokens/").content.decode()
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert not Token.objects.get().is_live


def test_strangers_are_sent_to_the_log_in(client, cast):
    for address in ("/account/tokens/", "/account/tokens/new/", "/settings/tokens/"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("address,most", [("/account/tokens/", 6), ("/settings/tokens/", 6)])
def test_a_list_page_asks_no_more_than_it_did(client, make, cast, address, most):
    for number in range(12):
        make(cast.manager, "push:cases", name=f"令牌 {number}")
    client.force_login(cast.manager if "account" in address else cast.admin)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= most, [query["sql"][:100] for query in asked]
