import atexit
import re
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.utils import timezone

from bihuan.core.notifications.channels import SENDERS
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.sealing import seal
from bihuan.core.tests.cast import build_cast
from bihuan.core.tokens import limits
from bihuan.engine.facts import importing, store
from bihuan.engine.home import open_home
from bihuan.loop.collect.answering import pace, services, waves
from bihuan.loop.collect.answering.models import Invitation, Site
from bihuan.loop.collect.answering.services.listing import invitation_for
from bihuan.loop.collect.answering.tokens import personal_token, shared_token
from bihuan.loop.collect.surveys.models import Survey, Version, Wave

DOCUMENT = {
    "title": {"default": "服务满意度调查", "zh-tw": "服務滿意度調查", "en": "Service survey"},
    "description": "了解您对服务的感受，用于改进。",
    "pages": [
        {"name": "first", "elements": [
            {"type": "rating", "name": "overall", "title": {"default": "总体满意吗？", "en": "Overall?"},
             "isRequired": True, "rateMin": 1, "rateMax": 5, "metric": "csat", "reasonBelow": 2, "role": "overall"},
            {"type": "radiogroup", "name": "channel", "title": "通过什么渠道联系？", "isRequired": True,
             "choices": [{"value": "phone", "text": "电话"}, {"value": "online", "text": "在线"}]},
        ]},
        {"name": "phone", "visibleIf": "{channel} = 'phone'", "elements": [
            {"type": "rating", "name": "pickup", "title": "接听速度？", "rateMin": 1, "rateMax": 5}]},
        {"name": "last", "elements": [
            {"type": "comment", "name": "open", "title": "您选了 {channel}，最需改进的是？"}]},
    ],
}


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    # Statements are counted: on a busy machine two seconds may pass between two of them.
    monkeypatch.setattr(waves, "KEPT_S", 86_400)
    waves.forget()
    pace.forget()
    limits.reset()
    yield
    waves.forget()


@pytest.fixture
def workspace_home(home, settings):
    """An empty workspace of one's own."""
    settings.BIHUAN_HOME = home.path
    settings.BIHUAN_ADDRESS = "https://ask.example.com"
    return home


@pytest.fixture
def cast(db, workspace_home):
    return build_cast()


@pytest.fixture
def make_wave(cast):
    """Return ``make_wave(code, **more)``: an open wave of the centre north."""

    def make(code="care", *, mode="confidential", document=DOCUMENT, state="open", closes_in=timedelta(days=30)):
        survey = Survey.objects.create(
            code=code, kind="wave", title="服务满意度调查", unit_code="north", mode=mode, responsible=cast.manager,
            made_by=cast.manager)
        version = Version.objects.create(survey=survey, number=1, document=document, state="published")
        now = timezone.now()
        wave = Wave.objects.create(
            survey=survey, version=version, number=1, code=f"{code}.1", name="第 1 期", state=state,
            opens_at=now + timedelta(days=1 if state == "planned" else -1), closes_at=now + closes_in)
        waves.forget()
        return wave

    return make


@pytest.fixture
def wave(make_wave):
    return make_wave()


@pytest.fixture
def invite():
    """Return ``invite(wave, customer)`` -> the token of the customer's own link."""

    def invite(wave, customer="K1", **more):
        found = waves.wave_of(wave.pk)
        invitation = invitation_for(found, customer, channel="email", **{
            "state": Invitation.State.SENT, "sent_at": timezone.now(), **more})
        invitation.save()
        return personal_token(invitation.pk)

    return invite


@pytest.fixture
def site(cast):
    """Return ``site(wave, kind)`` -> a link that many use."""

    def make(wave, kind="open", **more):
        return Site.objects.create(wave=wave, kind=kind, name=kind, token=shared_token(), made_by=cast.manager, **more)

    return make


@pytest.fixture
def walk(client):
    """Return ``walk(token, *pages)``: fill in the pages one after the other as a browser without a script does."""

    def walk(token, *pages, using=None, **headers):
        browser = using or client
        page = browser.get(f"/a/{token}/", **headers)
        for typed in pages:
            page = browser.post(f"/a/{token}/", {**hidden(page), **typed}, **headers)
        return page

    return walk


ALL = ({"overall": "4", "channel": "online"}, {"open": "等待时间"})
PHONE = ({"overall": "5", "channel": "phone"}, {"pickup": "3"}, {"open": ""})


def hidden(page):
    """The hidden fields of the form on a page."""
    text = page.content.decode()
    form = re.search(r'<form id="questions".*?</form>', text, re.S)
    assert form, text[:2000]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form.group(0))
    return {name: value.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&") for name, value in found}


def load_customers(home, count=3, *, email=True):
    """Customers K1, K2 ... with addresses, as an import brings them; into an empty workspace once a process."""
    if any(home.batches.iterdir()):
        _import_customers(home, count, email)
    else:
        shutil.copytree(_with_customers(count, email), home.path, dirs_exist_ok=True)


@cache
def _with_customers(count, email):
    place = Path(tempfile.mkdtemp(prefix="bihuan-customers-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    _import_customers(open_home(place), count, email)
    return place


def _import_customers(home, count, email):
    rows = [{"id": f"K{n}", "name": f"客户{n}", "email": f"k{n}@example.com" if email else None,
             "phone": f"1380000{n:04d}"} for n in range(1, count + 1)]
    importing.import_rows(home, "customers", rows, source="crm", actor="test")


def answers_in(home, wave="care.1"):
    """What the lake holds of a wave: {(respondent, question): (value, text, status)}."""
    with store.connect(home) as con:
        rows = con.execute("SELECT id, question, value, text, status FROM answers WHERE survey = ?", [wave]).fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    return {(row[0].split("#")[0], row[1]): row[2:] for row in rows}


@pytest.fixture
def post(monkeypatch):
    """What left by mail: a list of (address, subject, text); ``post.trouble`` {address: NotSent} is what goes wrong."""

    class Post(list):
        trouble: dict = {}

    box = Post()
    box.trouble = {}

    def send(config, address, message):
        if address in box.trouble:
            raise box.trouble[address]
        box.append((address, message.title, message.plain("")))

    monkeypatch.setitem(SENDERS, "mail", send)
    return box


@pytest.fixture
def ready(cast, wave, workspace_home, post):
    """A wave whose sending was started to three customers with an address."""
    load_customers(workspace_home, 3)
    prepare(wave, cast)
    services.list_customers(wave=wave.pk, customers=["K1", "K2", "K3"], actor=cast.manager)
    services.start_dispatch(wave=wave.pk, actor=cast.manager)
    return wave


def prepare(wave, cast, *, channel="email", kind="mail", **more):
    way = Channel.objects.create(kind=kind, name="客户邮件", sealed=seal({
        "host": "mail.example.com", "port": 25, "sender": "care@example.com", "url": "https://gate.example.com/",
        "secret": "gate-secret"}))
    services.save_dispatch(wave=wave.pk, channel=channel, way=way, texts={}, most_reminders=1, remind_days=3,
                           reward=False, actor=cast.manager, **more)
    return way


def noon(**shift):
    """Noon in Shanghai tomorrow: within the hours of contact."""
    return (timezone.now() + timedelta(days=1)).replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(**shift)


def link_in(text):
    return re.search(r"https://ask\.example\.com/a/([\w-]+)/", text).group(1)
