"""Who is asked again: those who did not answer, no more often than agreed, by a button or by itself."""

import pytest

from bihuan.loop.collect.answering import services
from bihuan.loop.collect.answering.errors import Refused
from bihuan.loop.collect.answering.models import Dispatch
from bihuan.loop.collect.answering.queries.sending import funnel
from bihuan.loop.collect.answering.services.dispatch import remind_due
from bihuan.loop.collect.answering.services.sending import send_waiting
from bihuan.loop.collect.answering.tests.conftest import ALL, link_in, noon


def test_only_those_who_did_not_answer_are_reminded_and_not_more_often_than_agreed(cast, ready, post, walk):
    send_waiting(now=noon())
    walk(link_in(post[0][2]), *ALL)
    with pytest.raises(Refused, match="没有可以提醒"):
        services.remind(wave=ready.pk, actor=cast.manager, now=noon(days=1))
    assert services.remind(wave=ready.pk, actor=cast.manager, now=noon(days=4)) == 2
    send_waiting(now=noon(days=4))
    assert len(post) == 5 and all("还没有收到" in text for *_head, text in post[3:])
    assert {address for address, *_rest in post[3:]} == {address for address, *_rest in post[1:3]}
    assert link_in(post[3][2]) in {link_in(text) for *_head, text in post[:3]}
    with pytest.raises(Refused, match="没有可以提醒"):
        services.remind(wave=ready.pk, actor=cast.manager, now=noon(days=9))
    assert funnel(ready.pk).reminded == 2


def test_a_wave_reminds_by_itself_only_where_it_was_asked_to(cast, ready, post, walk):
    send_waiting(now=noon())
    walk(link_in(post[0][2]), *ALL)
    assert remind_due(now=noon(days=4)) == 0, "nobody switched it on"
    Dispatch.objects.update(reminds_itself=True)
    assert remind_due(now=noon(days=1)) == 0, "the interval is not over"
    Dispatch.objects.update(is_paused=True)
    assert remind_due(now=noon(days=4)) == 0
    Dispatch.objects.update(is_paused=False)
    assert [remind_due(now=noon(days=4)) for _ in range(2)] == [2, 0]
    send_waiting(now=noon(days=4))
    assert remind_due(now=noon(days=9)) == 0, "as often as agreed"


def test_who_answered_between_the_wish_and_the_reminder_gets_none(cast, ready, post, walk):
    send_waiting(now=noon())
    services.remind(wave=ready.pk, actor=cast.manager, now=noon(days=4))
    walk(link_in(post[0][2]), *ALL)
    send_waiting(now=noon(days=4))
    assert len(post) == 5
