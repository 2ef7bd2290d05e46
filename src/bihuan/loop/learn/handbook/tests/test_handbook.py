"""The handbook: one fixed shape, versions that hold from a day on, another person approves, everybody reads."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.rights import NotAllowed
from bihuan.engine.indicators.contracts import Result
from bihuan.loop.collect.conversations.contracts import ROLES, Quote
from bihuan.loop.collect.conversations.models import Tag
from bihuan.loop.evaluate.opinions.contracts import Wave
from bihuan.loop.evaluate.opinions.queries.themes import ThemeLine, ThemePage
from bihuan.loop.learn.handbook import queries, services
from bihuan.loop.learn.handbook.errors import Refused
from bihuan.loop.learn.handbook.models import Entry
from bihuan.loop.learn.handbook.queries import Filters, in_force, in_work, today

from .conftest import WORDS

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def at(name, *args):
    return reverse(f"handbook:{name}", args=args)


def test_an_entry_needs_its_four_parts_and_no_personal_data(cast):
    made = services.create_entry(topic="退款", unit_code="", words={"question": "退款？"}, source={},
                                 actor=cast.director)
    with pytest.raises(Refused, match="标准答复、依据、升级"):
        services.submit_entry(version=made.versions.get(), actor=cast.director)
    with pytest.raises(Refused, match="个人信息"):
        services.write_entry(version=made.versions.get(), words=WORDS | {"escalation": "致电 13812345678"}, note="",
                             actor=cast.director)
    with pytest.raises(NotAllowed):
        services.create_entry(topic="退款", unit_code="", words=WORDS, source={}, actor=cast.manager)
    assert services.create_entry(topic="退款", unit_code="n1", words=WORDS, source={}, actor=cast.manager).pk


def test_nobody_approves_their_own(cast, entry):
    version = services.submit_entry(version=entry.versions.get(), actor=cast.director)
    with pytest.raises(Refused, match="不能批准自己"):
        services.approve_entry(version=version, effective_on=today(), actor=cast.director)
    with pytest.raises(NotAllowed):
        services.approve_entry(version=version, effective_on=today(), actor=cast.manager)
    assert services.refuse_entry(version=version, reason="依据不全", actor=cast.director).refused_for == "依据不全"


def test_the_old_version_holds_until_the_day_of_the_new(cast, held):
    version = services.begin_version(entry=held, actor=cast.director)
    words = WORDS | {"answer": "两个工作日内到账"}
    services.write_entry(version=version, words=words, note="提速", actor=cast.director)
    version = services.submit_entry(version=version, actor=cast.director)
    with pytest.raises(Refused, match="不能早于今天"):
        services.approve_entry(version=version, effective_on=today() - timedelta(days=1), actor=held.quality)
    services.approve_entry(version=version, effective_on=today() + timedelta(days=3), actor=held.quality)
    assert in_force(cast.agent).get().number == 1 and in_work(cast.director).get().number == 2
    held.versions.filter(number=2).update(effective_on=today())
    assert in_force(cast.agent).get().answer == "两个工作日内到账" and held.versions.count() == 2
    services.retire_entry(entry=held, reason="合并", actor=cast.director)
    assert not in_force(cast.agent)
    with pytest.raises(Refused, match="已停用"):
        services.begin_version(entry=held, actor=cast.director)


def test_found_in_chinese(cast, held):
    """EXPECTATIONS R15: 可能 finds 还有可能是...; traditional and simplified find each other."""
    for words in ("可能", "退款", "銀行", "财务 三個"):
        assert in_force(cast.agent, Filters(words=words)).get().entry_id == held.pk, words
    assert not in_force(cast.agent, Filters(words="没有这个词")) and not in_force(cast.agent, Filters(topic="物流"))


def test_pages_from_draft_to_print(client, cast, held):
    client.force_login(cast.director)
    form = WORDS | {"topic": "物流", "unit_code": "", "question": "包裹到哪了？", "note": ""}
    made = client.post(at("entry_new"), form)
    pk = Entry.objects.order_by("-pk").first().pk
    assert made["Location"] == at("entry", pk)
    page = client.get(at("entry", pk)).content.decode()
    assert "还没有生效" in page and "提交批准" in page
    refused = client.post(at("entry_edit", pk), form | {"answer": "请拨 13812345678"})
    assert refused.status_code == 422 and "个人信息" in refused.content.decode()
    assert client.post(at("entry_edit", pk), form | {"answer": "按单号查询"}).status_code == 302
    assert client.post(at("entry_act", pk), {"act": "submit"}).status_code == 302
    own = client.post(at("entry_act", pk), {"act": "approve", "effective_on": today().isoformat()})
    assert own.status_code == 422 and "不能批准自己" in own.content.decode()
    client.force_login(held.quality)
    assert client.post(at("entry_act", pk), {"act": "approve", "effective_on": today().isoformat()}).status_code == 302
    client.force_login(cast.agent)
    page = client.get(at("entry_list"), {"q": "单号"}).content.decode()
    assert "包裹到哪了" in page and "新条目" not in page
    page = client.get(at("entry", pk)).content.decode()
    assert "标准答复" in page and "按单号查询" in page and "停用" not in page
    page = client.get(at("entry_print")).content.decode()
    assert "退款什么时候到账" in page and "包裹到哪了" in page and "data-print" in page


def test_an_entry_is_drafted_from_a_theme_and_from_a_good_answer(client, cast, monkeypatch):
    wave = Wave("after.1", "服务后评价", "after", 120, None, None)
    share = Result("share", "1", "all", {}, 0.25, 120, 0.18, 0.33)
    line = ThemeLine(0, "退款慢", ("退款", "慢"), share, None, None, True, False, False, ())
    less = replace(line, place=1, name="态度", share=replace(share, value=0.1))
    monkeypatch.setattr(queries, "waves", lambda user: [wave])
    monkeypatch.setattr(queries, "ready_run", lambda code: True)
    monkeypatch.setattr(queries, "theme_page", lambda user, wave: ThemePage(None, (less, line)))
    tag = Tag.objects.create(kind="scene", name="催退款")
    told = [Quote("K1", "您好，退款已发起，三个工作日到账", ROLES["agent"], None, True),
            Quote("K2", "我要退款", ROLES["customer"], None, True)]
    monkeypatch.setattr(queries, "quotes_of", lambda pk, scope: told if pk == tag.pk else [])
    client.force_login(cast.director)
    page = client.get(at("suggestion_list")).content.decode()
    assert page.index("退款慢") < page.index("态度") and "n = 120" in page
    assert "三个工作日到账" in page and "我要退款" not in page
    begun = client.get(f"{at('entry_new')}?survey=after.1&theme=0").content.decode()
    assert "退款慢" in begun and "25" in begun
    client.post(f"{at('entry_new')}?survey=after.1&theme=0", WORDS | {"topic": "退款", "unit_code": "", "note": ""})
    assert Entry.objects.get().source["n"] == 120
    assert Entry.objects.get().number in client.get(at("suggestion_list")).content.decode()
    assert "三个工作日到账" in client.get(f"{at('entry_new')}?tag={tag.pk}&quote=0").content.decode()
    assert "三个工作日到账" not in client.get(f"{at('entry_new')}?tag={tag.pk}&quote=7").content.decode()


def test_outsiders_find_nothing(client, cast, entry):
    for person in (cast.outsider, cast.nobody, cast.agent):
        client.force_login(person)
        for address in (at("entry", entry.pk), at("entry_edit", entry.pk), at("entry_new"), at("suggestion_list")):
            assert client.get(address).status_code == 404, address
        for address in (at("entry_edit", entry.pk), at("entry_act", entry.pk), at("entry_new")):
            assert client.post(address, {"act": "submit"}).status_code == 404, address
    client.force_login(cast.nobody)
    for name in ("entry_list", "entry_print"):
        assert client.get(at(name)).status_code == 404
    client.force_login(cast.agent)
    assert WORDS["question"] not in client.get(at("entry_list")).content.decode()


def test_the_list_takes_as_many_statements_as_agreed(client, cast, held):
    client.force_login(cast.director)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(at("entry_list")).status_code == 200
    assert len(statements) == COUNTS["entry_list"]
