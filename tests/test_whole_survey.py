"""One survey through all of its rooms: drawn, sent, answered, closed, analysed. Nobody's part knows the others' by
anything but their doors."""

from datetime import date, timedelta
from urllib.parse import urlencode

import numpy as np
import pandas
import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.core.models import Role
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.sealing import seal
from bihuan.core.privacy.services import refuse_contact
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tests.cast import build_cast
from bihuan.engine.facts import freshness
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.collect.answering import services as answering
from bihuan.loop.collect.answering import waves
from bihuan.loop.collect.answering.models import Invitation
from bihuan.loop.collect.answering.services.closing import close_due
from bihuan.loop.collect.answering.services.sending import send_waiting
from bihuan.loop.collect.answering.tests.conftest import hidden
from bihuan.loop.collect.answering.tests.test_sending import link_in, noon
from bihuan.loop.collect.samples import services as samples
from bihuan.loop.collect.samples.queries.coverage import summary
from bihuan.loop.collect.samples.queries.plans import Plan
from bihuan.loop.collect.samples.tests.company import REGIONS, bring_company
from bihuan.loop.collect.surveys.models import Dimension, Survey, Version, Wave
from bihuan.loop.collect.surveys.services import close_wave
from bihuan.loop.evaluate.opinions.queries.path import path_of

SYSTEM = SystemActor("test")
NOON = noon()       # tomorrow's, within the hours of contact
RATED = {"type": "rating", "rateMin": 1, "rateMax": 5}
DOCUMENT = {"title": "宽带服务调查", "pages": [{"name": "all", "elements": [
    {**RATED, "name": "overall", "title": "总体满意吗？", "isRequired": True, "metric": "csat", "role": "overall"},
    {**RATED, "name": "quality", "title": "产品质量如何？", "dimension": "product_quality"},
    {**RATED, "name": "speed", "title": "响应速度如何？", "dimension": "response_speed"},
    {"type": "radiogroup", "name": "use", "title": "主要用途？", "role": "profile",
     "choices": [{"value": "home", "text": "家用"}, {"value": "work", "text": "办公"}]},
]}]}


@pytest.fixture
def cast(db, home, settings):
    settings.BIHUAN_HOME, settings.BIHUAN_ADDRESS = home.path, "https://ask.example.com"
    return build_cast()


@pytest.fixture
def company(home, monkeypatch):
    """Derived once for all that is brought."""
    with monkeypatch.context() as patch:
        patch.setattr(freshness, "refresh", lambda *_, **__: 0)
        bring_company(home)
    freshness.refresh(home)


@pytest.fixture
def officer(cast, company):
    """The 满意度调查专员 of the whole organisation, who does all of it."""
    return create_user(username="officer", display_name="officer", actor=SYSTEM,
                       posts=[Post(Role.objects.get(key="survey_officer"), "")])


@pytest.fixture
def wave(cast):
    """An open wave of the whole organisation."""
    waves.forget()
    Dimension.objects.create(code="product_quality", name="产品质量")
    survey = Survey.objects.create(code="net", title="宽带服务", rules={"straight_items": 0, "minimum_n": 5})
    version = Version.objects.create(survey=survey, number=1, state="published", document=DOCUMENT)
    return Wave.objects.create(survey=survey, version=version, number=1, code="net.1", name="第1期", state="open",
                               opens_at=timezone.now() - timedelta(days=1), closes_at=NOON + timedelta(days=30))


@pytest.fixture
def post(monkeypatch):
    """What left by mail, in order: (address, message)."""
    box = []
    monkeypatch.setattr("bihuan.core.notifications.services.outside.webhook.send_to",
                        lambda config, via, address, title, text, reference: box.append((address, text)))
    return box


def drawn(wave, officer, *, mode="confidential"):
    Survey.objects.filter(pk=wave.survey_id).update(mode=mode)
    waves.forget()
    frame = samples.start_frame(wave=wave.pk, rule=FrameRule(date(2026, 3, 1), date(2026, 3, 31)), actor=officer)
    drawing = samples.start_draw(frame=frame, plan=Plan(by=("region",), key_apart=False, total=44), seed="7",
                                 actor=officer)
    way = Channel.objects.create(kind="webhook", name="短信网关", sealed=seal({"url": "https://gate.example.com/"}))
    answering.save_dispatch(wave=wave.pk, channel="sms", way=way, texts={}, most_reminders=1, remind_days=3,
                            reward=False, actor=officer)
    return drawing


def answer(client, token, typed):
    page = client.get(f"/a/{token}/")
    assert "谢谢" in client.post(f"/a/{token}/", {**hidden(page), **typed}).content.decode()


def test_a_survey_from_the_draw_to_the_analysis(client, officer, wave, post):
    Survey.objects.filter(pk=wave.survey_id).update(rules={"straight_items": 0, "minimum_n": 2})    # two of a region
    drawing = drawn(wave, officer)
    numbers = list(drawing.members.order_by("customer").values_list("customer", flat=True))
    refuse_contact(customer=numbers[0], actor=SYSTEM)             # after the draw, before the list
    assert [step.state for step in path_of(officer, wave.pk).steps[:3]] == ["done", "done", "now"]

    client.force_login(officer)
    plan = client.get(reverse("answering:send", args=[wave.pk])).context["plan"]
    assert (plan.drawn, plan.ready, plan.barred) == (44, 43, (("refused", "已登记勿扰", 1),))
    assert client.post(reverse("answering:send", args=[wave.pk])).status_code == 302
    assert Invitation.objects.get(customer=numbers[0]).reason == "refused"
    assert {one.code: one.count for one in summary(drawing).reasons}["refused"] == 1
    refuse_contact(customer=numbers[1], actor=SYSTEM)             # after the list, before the message
    send_waiting(now=NOON)
    assert len(post) == 42 and Invitation.objects.get(customer=numbers[1]).reason == "refused"
    assert {one.code: one.count for one in summary(drawing).reasons}["refused"] == 2
    client.logout()

    told = answered(client, numbers, post)
    answering.flush()
    Wave.objects.filter(pk=wave.pk).update(closes_at=timezone.now())
    close_due()
    waves.forget()
    client.force_login(officer)
    page = client.get(reverse("opinions:analysis", args=["net.1"])).context["page"]
    assert (page.n, page.valid, page.stages[1].count) == (len(told), len(told), 42)
    assert [line.told.title for line in page.dimensions] == ["产品质量", "response_speed"]
    assert page.numbers[0].result.value == pytest.approx(told["overall"].mean())
    assert "主要用途？" in [segment.label for segment in page.segments]
    _check_whom_they_speak_for(page, drawing, told)
    assert path_of(officer, wave.pk).next_url == reverse("opinions:analysis", args=["net.1"])


def answered(client, numbers, post):
    """Let all of the east answer and a third of the others, the east happier; returns the answers as a table."""
    phones = {f"138001380{int(number[1:]):02}": number for number in numbers}
    rows = []
    for address, text in post:
        number = phones[address]
        at = int(number[1:])
        region = REGIONS[at % 3]
        if region != "华东" and at % 4:
            continue
        score = 4 + at % 2 if region == "华东" else 2
        answer(client, link_in(text), {"overall": score, "quality": score, "speed": 3 + at % 2,
                                       "use": "home" if at % 2 else "work"})
        rows.append((number, region, score))
    return pandas.DataFrame(rows, columns=["customer", "region", "overall"])


def _check_whom_they_speak_for(page, drawing, told):
    """Shares and rates counted by pandas; the weighted mean is the regions' means by the regions' sizes, which is what
    raking on one margin is (Deming and Stephan 1940); bounds by Manski's formula, 1989, page 346."""
    frame = drawing.frame.counts["region"]
    lines = {line.group: line for line in page.margins if line.dimension == "地区"}
    assert set(lines) == set(frame)
    for region, line in lines.items():
        n = (told["region"] == region).sum()
        assert (line.n, line.population) == (n, pytest.approx(frame[region] / sum(frame.values())))
        assert line.answered == pytest.approx(n / len(told))
    assert lines["华东"].rate.value == 1 and lines["华东"].rate.low > lines["华北"].rate.high
    weighted = page.numbers[0].other.value
    by_region = told.groupby("region")["overall"].mean()
    truth = float(np.average([by_region[name] for name in frame], weights=list(frame.values())))
    assert abs(weighted - truth) < abs(told["overall"].mean() - truth) / 2
    overall = page.bounds[0]
    n, silent = len(told), 42 - len(told)
    assert overall.silent == silent
    assert overall.low.value == pytest.approx((told["overall"].sum() + silent * 1) / (n + silent))
    assert overall.high.value == pytest.approx((told["overall"].sum() + silent * 5) / (n + silent))
    assert overall.low.value <= truth <= overall.high.value
    spread = {one.by: one.indicator for one in page.spreads}
    assert min(spread, key=spread.__getitem__) == "地区" and spread["地区"] < 0.6 and page.design_effect > 1


def test_rows_of_an_anonymous_wave_lead_to_nobody(client, officer, wave, post):
    drawn(wave, officer, mode="anonymous")
    answering.invite_sample(wave=wave.pk, actor=officer, now=NOON)
    send_waiting(now=NOON)
    for place, (_address, text) in enumerate(post[:8]):
        answer(client, link_in(text), {"overall": 1 + place % 5, "quality": 3, "speed": 4, "use": "home"})
    client.force_login(officer)
    shown = client.get(reverse("answering:responses", args=[wave.pk])).content.decode()
    assert "答卷</th>" in shown and "提交时间" not in shown
    close_wave(wave=wave, actor=SYSTEM)
    waves.forget()
    answering.flush()
    rows = client.get(reverse("opinions:answers", args=["net.1"])).context["rows"]
    assert len(rows.lines) == 8
    assert {(line.respondent, line.at, line.customer) for line in rows.lines} == {("", None, "")}
    page = client.get(reverse("opinions:analysis", args=["net.1"])).context["page"]
    assert all(line.answered is None and line.rate is None for line in page.margins) and page.margins
    assert [stage.label for stage in page.stages] == ["名单", "已发送"]


def test_the_strip_is_for_those_who_may_open_the_survey(client, cast, wave):
    Survey.objects.filter(pk=wave.survey_id).update(unit_code="north")
    address = f"{reverse('opinions:path')}?{urlencode({'wave': wave.pk})}"
    for name, status in (("manager", 200), ("director", 200), ("outsider", 404), ("nobody", 404)):
        client.force_login(getattr(cast, name))
        assert client.get(address).status_code == status, name
        assert client.get(reverse("surveys:wave", args=[wave.pk])).status_code == status, name
    for wrong in ("", "x", "99999999999999999999"):
        client.force_login(cast.manager)
        assert client.get(f"{reverse('opinions:path')}?wave={wrong}").status_code == 404
