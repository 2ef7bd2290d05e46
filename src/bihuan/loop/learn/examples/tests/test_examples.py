"""Examples: drafted by themselves, edited and published by people, saying of the effect what the verdict says."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core.rights import NotAllowed
from bihuan.loop.learn.archives.tests.world import closed_verdict
from bihuan.loop.learn.examples import services
from bihuan.loop.learn.examples.contracts import FIELDS
from bihuan.loop.learn.examples.errors import Refused
from bihuan.loop.learn.examples.models import Example
from bihuan.loop.learn.examples.queries import Filters, effect_of, found_for

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def at(name, *args):
    return reverse(f"examples:{name}", args=args)


def words(example, **changes):
    newest = example.versions.first()
    return {key: getattr(newest, key) for key in FIELDS} | changes


def save(example, actor, base=1, **changes):
    return services.edit_example(example=example, base=base, words=words(example, **changes), note="", actor=actor)


def test_accepted_verdicts_draft_themselves_once(cast, closed):
    closed_verdict(cast, "no_effect_shown", number=2, title="新开场白")
    closed_verdict(cast, "worse", number=3, accepted=False)
    assert services.draft_examples() == 2 and services.draft_examples() == 0
    worked, failed = Example.objects.order_by("pk")
    assert (worked.word, worked.family, worked.step, worked.indicator) == (
        "effective", "people", "在线接待", "fcr_flag")
    told = worked.versions.get()
    assert told.by is None and told.problem == "晚间解决率低" and told.cause == "晚班不熟悉知识卡片"
    assert "只在北一组验证过" in told.limits and failed.word == "no_effect_shown"


def test_the_effect_is_the_verdicts_own(draft, closed):
    told = effect_of(draft.verdict)
    assert told.effect == f"+{100 * closed.result['effect']:.1f} 个百分点"
    assert (told.n_before, told.n_after) == (closed.result["n_before"], closed.result["n_after"])
    assert not any("effect" in field.name for field in Example._meta.fields)


def test_no_other_figure_and_no_claim_gets_in(cast, draft):
    with pytest.raises(Refused, match="30%"):
        save(draft, cast.manager, lesson="照做后解决率提高 30%")
    own = effect_of(draft.verdict).effect.lstrip("+")
    assert save(draft, cast.manager, lesson=f"照做，高出 {own}").number == 2
    closed_verdict(cast, "no_effect_shown", number=2)
    services.draft_examples()
    failed = Example.objects.get(word="no_effect_shown")
    with pytest.raises(Refused, match="未见效果"):
        save(failed, cast.manager, lesson="解决率明显提升了")
    assert save(failed, cast.manager, lesson="先弄清原因再改话术").number == 2


def test_personal_data_and_empty_parts_are_refused(cast, draft):
    with pytest.raises(Refused, match="个人信息"):
        save(draft, cast.manager, lesson="可致电 13812345678")
    with pytest.raises(Refused, match="适用范围"):
        save(draft, cast.manager, limits=" ")


def test_two_who_edit_at_once_do_not_overwrite_each_other(cast, draft):
    save(draft, cast.manager, lesson="一")
    with pytest.raises(Refused, match="第 2 版"):
        save(draft, cast.director, lesson="二")


def test_published_stays_what_it_was_until_the_next_is_published(cast, published):
    save(published, cast.manager, title="改了标题")
    published.refresh_from_db()
    assert published.title != "改了标题"
    services.publish_example(example=published, number=2, actor=cast.director)
    published.refresh_from_db()
    assert (published.title, published.published) == ("改了标题", 2)
    with pytest.raises(NotAllowed):
        services.publish_example(example=published, number=2, actor=cast.manager)
    services.withdraw_example(example=published, reason="口径已变", actor=cast.director)
    assert not found_for(cast.agent, Filters())


def test_found_in_chinese_and_by_filters(cast, published):
    for kept in (Filters(words="知識卡片"), Filters(words="识卡"), Filters(family="people", step="在线接待"),
                 Filters(indicator="fcr_flag", word="effective")):
        assert [one.pk for one in found_for(cast.agent, kept)] == [published.pk], kept
    for kept in (Filters(words="没有这个词"), Filters(family="system")):
        assert not found_for(cast.agent, kept)


def test_pages_from_draft_to_library(client, cast, draft):
    client.force_login(cast.manager)
    assert client.get(f"{at('of_measure')}?measure={draft.measure_id}")["Location"] == at("example", draft.pk)
    page = client.get(at("example", draft.pk)).content.decode()
    assert "草稿" in page and "自动起草" in page and "M-0001" in page
    assert "效果（取自结论）" in client.get(at("example_edit", draft.pk)).content.decode()
    form = words(draft, lesson="好到 99%") | {"base": 1, "note": "", "cause": "晚班不熟悉"}
    refused = client.post(at("example_edit", draft.pk), form)
    assert refused.status_code == 422 and "99%" in refused.content.decode()
    assert client.post(at("example_edit", draft.pk), form | {"lesson": "逐人过一遍"}).status_code == 302
    assert client.post(at("example_publish", draft.pk, 2)).status_code == 404
    client.force_login(cast.director)
    assert client.post(at("example_publish", draft.pk, 2)).status_code == 302
    client.force_login(cast.agent)
    page = client.get(at("example_list"), {"q": "逐人"}).content.decode()
    assert draft.number in page and "个百分点" in page
    page = client.get(at("example", draft.pk)).content.decode()
    assert "逐人过一遍" in page and reverse("verdicts:measure", args=[draft.measure_id]) not in page
    client.force_login(cast.director)
    assert client.post(at("example_withdraw", draft.pk), {"reason": ""}).status_code == 422
    assert client.post(at("example_withdraw", draft.pk), {"reason": "口径已变"}).status_code == 302
    client.force_login(cast.agent)
    assert client.get(at("example", draft.pk)).status_code == 404


def test_outsiders_find_nothing(client, cast, draft):
    for person in (cast.outsider, cast.nobody, cast.agent):
        client.force_login(person)
        for address in (at("example", draft.pk), at("example_edit", draft.pk),
                        f"{at('of_measure')}?measure={draft.measure_id}"):
            assert client.get(address).status_code == 404, address
        for address in (at("example_edit", draft.pk), at("example_publish", draft.pk, 1),
                        at("example_withdraw", draft.pk)):
            assert client.post(address).status_code == 404, address
    client.force_login(cast.nobody)
    assert client.get(at("example_list")).status_code == 404


def test_the_list_takes_as_many_statements_as_agreed(client, cast, published):
    closed_verdict(cast, "no_effect_shown", number=2)
    services.draft_examples()
    client.force_login(cast.manager)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(at("example_list")).status_code == 200
    assert len(statements) == COUNTS["example_list"]
