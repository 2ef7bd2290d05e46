"""Bubbles, waits, tags on words, and their counts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.core.privacy.models import Reveal
from bihuan.engine.facts.importing import import_rows
from bihuan.engine.facts.privacy import mask
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.engine.text import search
from bihuan.loop.collect.conversations import services
from bihuan.loop.collect.conversations.contracts import Wanted
from bihuan.loop.collect.conversations.errors import Refused
from bihuan.loop.collect.conversations.models import Reading, SpanTag, Tag
from bihuan.loop.collect.conversations.queries.conversation import find_conversation, to_raw, to_shown
from bihuan.loop.collect.conversations.queries.listing import conversations
from bihuan.loop.collect.conversations.queries.tags import quotes_of, tag_counts

from .conftest import DAY

PAGE = reverse("conversations:conversation", args=["t:1"])
ADD = reverse("conversations:span_add", args=["t:1"])


@pytest.fixture(autouse=True)
def _talks(talks, cast):
    return talks


@pytest.fixture
def first():
    return find_conversation("t:1", EVERYTHING).bubbles[0].id


def test_a_number_told_in_pieces_is_masked_in_the_bubble_the_list_the_tag_and_on_the_case(client, cast, talks):
    import_rows(talks, "messages", [
        {"case": "t:1", "at": DAY + timedelta(hours=1), "seq": seq, "sender_kind": "customer", "text": text}
        for seq, text in enumerate(("138", "0013", "8000"))], source="t", actor="test")
    bubbles = find_conversation("t:1", EVERYTHING).bubbles
    assert [one.pieces[0].text for one in bubbles[4:]] == ["〔手机号〕"] * 3
    services.tag_span(case="t:1", message=bubbles[5].id, tag=tag(), start=0, end=5, revealed=False, actor=cast.leader)
    assert (SpanTag.objects.get().start, SpanTag.objects.get().end) == (0, 4), "of the words as they were"
    assert [one.text for one in quotes_of(tag().pk, EVERYTHING)] == ["〔手机号〕"]
    search.build(talks)
    found = conversations(Wanted(text="0013"), EVERYTHING, size=5, offset=0)
    assert found.total == 1 and "〔手机号〕" in str(found.rows) and "0013" not in str(found.rows)
    client.force_login(cast.leader)
    page = client.get(reverse("indicators:case", args=["t:1"])).content.decode()
    assert "请描述问题" in page and [one for one in ("0013", "8000") if f"{one}<" in page] == []


def tag(name="等待过久"):
    return Tag.objects.get(name=name)


def test_bubbles_have_roles_and_the_customers_waits():
    bubbles = find_conversation("t:1", EVERYTHING).bubbles
    assert [(one.role, one.waited) for one in bubbles] == [
        ("customer", None), ("bot", 90), ("agent", None), ("note", None)]
    assert "".join(piece.text for piece in bubbles[0].pieces) == "我的电话是〔手机号〕，还有可能是定期检修吗"


def test_places_of_masked_and_original_words_lead_to_each_other():
    """我的电话是13800138000，还有: the number of 11 characters is shown as 5, so 还有 stands 6 further left."""
    shown = mask("我的电话是13800138000，还有")
    assert shown.text == "我的电话是〔手机号〕，还有"
    assert (to_raw(11, shown), to_shown(17, shown)) == (17, 11)
    assert (to_raw(7, shown), to_raw(7, shown, end=True)) == (5, 16)
    assert (to_shown(9, shown), to_shown(9, shown, end=True)) == (5, 10)


def test_words_chosen_on_the_masked_page_are_tagged_where_they_stand(client, cast, first):
    client.force_login(cast.leader)
    answer = client.post(ADD, {"message": first, "tag": tag().pk, "start": 11, "end": 15, "shown": "masked"})
    assert answer.status_code == 302
    assert (SpanTag.objects.get().start, SpanTag.objects.get().end) == (17, 21)
    page = client.get(PAGE).content.decode()
    assert ">还有可能</mark>" in page and "13800138000" not in page
    assert client.post(ADD, {"message": first, "tag": tag().pk, "start": 11, "end": 15}).status_code == 422


def test_a_whole_message_is_tagged_without_choosing(client, cast, first):
    client.force_login(cast.leader)
    assert client.post(ADD, {"message": first, "tag": tag().pk}).status_code == 302
    assert find_conversation("t:1", EVERYTHING).bubbles[0].tags[0].whole


@pytest.mark.parametrize(("told", "code"), [
    ({"start": 5, "end": 5}, "no_span"), ({"start": 0, "end": 999}, "no_span"), ({"message": "x"}, "no_message")])
def test_words_that_are_not_there_are_refused(cast, first, told, code):
    with pytest.raises(Refused) as refusal:
        services.tag_span(case="t:1", tag=tag(), revealed=False, actor=cast.leader,
                          **{"message": first, "start": 0, "end": 2, **told})
    assert refusal.value.code == code


def test_outsiders_may_not_tag(client, cast, first):
    client.force_login(cast.outsider)
    assert client.post(ADD, {"message": first, "tag": tag().pk}).status_code == 404
    span = services.tag_span(case="t:1", message=first, tag=tag(), start=0, end=2, revealed=False, actor=cast.leader)
    for name in ("span_remove", "span_quote"):
        assert client.post(reverse(f"conversations:{name}", args=[span.pk])).status_code == 404
    assert client.post(reverse("conversations:read", args=["t:1"])).status_code == 404
    client.force_login(cast.leader)
    assert client.post(reverse("conversations:span_remove", args=[span.pk])).status_code == 302
    assert not SpanTag.objects.exists()


def test_counts_have_the_read_conversations_as_denominator(cast, first):
    services.tag_span(case="t:1", message=first, tag=tag(), start=0, end=2, revealed=False, actor=cast.leader)
    assert {one.n for one in tag_counts(EVERYTHING)} == {0}
    services.mark_read(case="t:1", actor=cast.leader)
    services.mark_read(case="t:2", actor=cast.outsider)
    top = tag_counts(EVERYTHING)[0]
    assert (top.name, top.found, top.n, top.share, top.spans) == ("等待过久", 1, 2, 0.5, 1)
    # Wilson 1927 for 1 of 2: 0.0945 to 0.9055 (statsmodels proportion_confint, method "wilson").
    assert (round(top.low, 4), round(top.high, 4)) == (0.0945, 0.9055)
    assert [one.n for one in tag_counts(Scope(units=("s1",)))][0] == 1
    services.mark_unread(case="t:2", actor=cast.outsider)
    assert Reading.objects.count() == 1


def test_scenes_show_chosen_words_masked(cast, first):
    scene = tag("催促进度")
    span = services.tag_span(case="t:1", message=first, tag=scene, start=None, end=None, revealed=False,
                             actor=cast.leader)
    services.set_quote(span=span, is_quote=True, actor=cast.leader)
    quote = quotes_of(scene.pk, EVERYTHING)[0]
    assert (quote.text, quote.is_quote) == ("我的电话是〔手机号〕，还有可能是定期检修吗", True)
    assert quotes_of(scene.pk, Scope(units=("s1",))) == []


def test_the_list_of_tags_is_the_workspaces_own(client, cast):
    client.force_login(cast.leader)
    new = reverse("conversations:tag_new")
    told = {"kind": "scene", "name": "退换货", "description": "", "is_active": "on"}
    assert client.post(new, told).status_code == 302
    assert client.post(new, {"kind": "scene", "name": "退换货"}).status_code == 422
    made = tag("退换货")
    assert client.post(reverse("conversations:tag", args=[made.pk]), {
        "kind": "problem", "name": "退货", "description": "x"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.is_active) == ("退货", False)
    assert client.get(reverse("conversations:tag_list")).status_code == 200


def test_words_are_shown_unmasked_for_a_reason_only(client, cast):
    client.force_login(cast.leader)
    assert client.post(PAGE, {"reason": "回访核实"}).status_code == 404
    from bihuan.core.models import Role, RoleAssignment

    RoleAssignment.objects.create(user=cast.leader, role=Role.objects.get(key="callback_officer"), unit_code="north")
    client.force_login(cast.leader)
    assert client.post(PAGE, {"reason": ""}).status_code == 422
    assert "13800138000" in client.post(PAGE, {"reason": "回访核实"}).content.decode()
    assert Reveal.objects.count() == 1
    assert AuditEntry.objects.filter(action="privacy.personal_revealed").count() == 1
