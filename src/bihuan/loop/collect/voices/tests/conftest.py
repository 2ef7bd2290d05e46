from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from bihuan.core.models import Role
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tests.cast import build_cast
from bihuan.core.tokens import limits
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.loop.collect.answering import waves
from bihuan.loop.collect.samples.models import Draw, Frame, Member
from bihuan.loop.collect.surveys.models import Survey, Version, Wave
from bihuan.loop.collect.voices.errors import Refused

SYSTEM = SystemActor("test")
OPENED = datetime(2026, 3, 2, 1, tzinfo=UTC)
DOCUMENT = {"title": "服务满意度", "pages": [{"name": "one", "elements": [
    {"type": "rating", "name": "overall", "title": "总体满意吗？", "isRequired": True, "rateMin": 1, "rateMax": 5,
     "metric": "csat", "reasonBelow": 2, "role": "overall"},
    {"type": "comment", "name": "open", "title": "哪里最该改？", "visibleIf": "{overall} < 5"}]}]}


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Customers K1-K6 of the north; K1's case was agent a1's, K2's was a1's for a while; K6 has no telephone."""
    home = open_home(tmp_path_factory.mktemp("voices") / "home")
    importing.import_rows(home, "customers", [
        {"id": f"K{at}", "name": f"王{at}", "phone": f"1380013800{at}" if at < 6 else None} for at in range(1, 7)],
        source="crm", actor="test")
    importing.import_rows(home, "cases", [
        {"id": f"t:{at}", "external_id": str(at), "customer": f"K{at}", "unit": "n1", "channel": "phone",
         "kind": "contact", "agent": "a1" if at == 1 else "b2", "opened": OPENED,
         "resolved_at": OPENED + timedelta(hours=1)} for at in range(1, 7)], source="t", actor="test")
    importing.import_rows(home, "events", [
        {"id": "t:2:1", "case": "t:2", "at": OPENED, "activity": "assigned", "kind": "assigned", "actor": "a1",
         "actor_kind": "agent"},
        {"id": "t:2:2", "case": "t:2", "at": OPENED + timedelta(minutes=5), "activity": "transferred",
         "kind": "transferred", "actor": "b2", "actor_kind": "agent"}], source="t", actor="test")
    return home


@pytest.fixture
def place(built, settings):
    settings.BIHUAN_HOME = built.path
    waves.forget()
    limits.reset()
    yield built
    waves.forget()


@pytest.fixture
def cast(db, place):
    return build_cast()


def person(name, role, unit="", **more):
    return create_user(username=name, display_name=name, actor=SYSTEM,
                       posts=[Post(Role.objects.get(key=role), unit)], **more)


@pytest.fixture
def caller(cast):
    """An interviewer of the centre north who may see numbers."""
    return person("caller", "callback_officer", "north")


@pytest.fixture
def agent_caller(cast):
    """The same, and agent a1, who served K1 and K2."""
    return person("agentcaller", "callback_officer", "north", agent_id="a1")


@pytest.fixture
def wave(cast):
    return make_wave(cast)


def make_wave(cast, code="care", mode="confidential"):
    survey = Survey.objects.create(code=code, title="回访调查", unit_code="north", mode=mode, made_by=cast.manager)
    version = Version.objects.create(survey=survey, number=1, document=DOCUMENT, state="published")
    now = timezone.now()
    return Wave.objects.create(survey=survey, version=version, number=1, code=f"{code}.1", name="第 1 期",
                               state="open", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))


@pytest.fixture
def sample(wave):
    """K1-K6 drawn for the wave, K5 as a key account."""
    frame = Frame.objects.create(wave=wave, rule={}, state="ready")
    drawing = Draw.objects.create(frame=frame, wave=wave, number=1, seed="1", method="equal", total=6, state="drawn")
    Member.objects.bulk_create([Member(draw=drawing, customer=f"K{at}", stratum="key" if at == 5 else "",
                                       how="census" if at == 5 else "drawn") for at in range(1, 7)])
    return drawing


@contextmanager
def refused(code):
    """The block is refused for this reason."""
    with pytest.raises(Refused) as told:
        yield
    assert told.value.code == code
