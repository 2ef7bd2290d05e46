"""A file without times says so before it is imported and after, and its board is not that of an invented day."""

import json

from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.engine.facts import presets
from bihuan.loop.collect.records.tests.steps import at, mapped, send, text
from bihuan.loop.collect.records.timeless import Timeless, timeless

SAID = "工单：2 行都记在 2000-01-01 这一天"
TALKS = [{"id": one, "turns": [{"sender": "customer", "utterances": ["网速太慢"]},
                               {"sender": "helpdesk", "utterances": ["请重启"]}]} for one in ("d1", "d2")]


def test_dialogues_without_times_are_told_of_at_the_dry_run_and_on_the_batch(client, cast):
    client.force_login(cast.manager)
    upload = send(client, json.dumps(TALKS).encode(), name="对话.json")
    client.post(at("file", upload), {"way": "preset", "preset": "dialogues"})
    client.post(at("mapping", upload), {})
    client.post(at("questions", upload), {"go": "1"})
    run_pending()
    assert SAID in text(client.get(at("check", upload)))
    client.post(at("import_start", upload))
    run_pending()
    upload.refresh_from_db()
    assert SAID in text(client.get(reverse("records:batch", args=[upload.batch])))
    answer = client.get(reverse("records:batch_board", args=[upload.batch]))
    assert answer["location"] == reverse("indicators:board") + "?period=all"


def test_a_file_with_times_is_not_told_of(manager):
    assert "文件里没有时间" not in text(manager.get(at("check", mapped(manager))))


def test_only_what_bears_one_fixed_day_is_without_time(home):
    known = {one.name: one for one in presets.all(home)}
    counts = {"cases": {"accepted": 2, "unchanged": 1}, "messages": {"accepted": 9}}
    assert timeless(known["dialogues"], counts) == [Timeless("cases", 3, "2000-01-01")]
    assert timeless(known["dialogues"], {}) == []
    assert timeless(known["cases"], counts) == []
