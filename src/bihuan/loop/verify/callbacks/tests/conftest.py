"""The measures' small company with telephones and marks: 30 customers of team n1, whom a change touched, 30 of n2."""

import shutil
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from bihuan.core.models import Role, RoleAssignment, User
from bihuan.core.privacy.models import ContactRefusal
from bihuan.core.privacy.services import refuse_contact
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tests.kept import kept
from bihuan.engine.facts import importing
from bihuan.engine.home import open_home
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.tests.conftest import (  # noqa: F401 fixtures
    built_world,
    cast,
    draft,
    proposal,
    running,
    words,
)
from bihuan.loop.improve.measures.tests.conftest import done as carried_out  # noqa: F401 a fixture
from bihuan.loop.improve.measures.tests.world import CHANGE, EACH
from bihuan.loop.verify.callbacks import services
from bihuan.loop.verify.callbacks.models import Round, Target

SYSTEM = SystemActor("test")
ZONE = ZoneInfo("Asia/Shanghai")
# Tomorrow, after everything the database dates by itself.
NOON = (datetime.now(ZONE) + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
MARKS = (1, 2, 2, 3)
CALLED = []


def customer(number):
    return f"C{number}"


@pytest.fixture(scope="session")
def called_world(built_world, tmp_path_factory):  # noqa: F811
    """Everybody gave a mark in the week before the change, by turns 1, 2, 2, 3; all but C1 have a telephone."""
    if not CALLED:
        path = tmp_path_factory.mktemp("callbacks") / "home"
        shutil.copytree(built_world.path, path)
        home = open_home(path)
        importing.import_rows(home, "customers", [
            {"id": customer(at), "name": f"王{at}", "phone": None if at == 1 else f"138001{at:05d}",
             "tier": "VIP" if at in (7, 8) else "普通"} for at in range(2 * EACH)], source="crm", actor="test")
        week = datetime(CHANGE.year, CHANGE.month, CHANGE.day, 10, tzinfo=ZONE) - timedelta(days=7)
        importing.import_rows(home, "answers", [
            {"id": f"a{at}", "customer": customer(at), "metric": "csat", "question": "q", "survey": "s", "at": week,
             "value": float(MARKS[at // 2 % 4])} for at in range(2 * EACH)], source="s", actor="test")
        CALLED.append(home)
    return CALLED[0]


@pytest.fixture
def world(called_world, settings):
    """The same folder for all tests: nothing here changes the records."""
    settings.BIHUAN_HOME = called_world.path
    return called_world


def person(name, role, unit="", **more):
    return create_user(username=name, display_name=name, actor=SYSTEM,
                       posts=[Post(Role.objects.get(key=role), unit)], **more)


@pytest.fixture
def done(request, cast):  # noqa: F811
    """The measure that is done: carried out through the services once, then written as they leave it."""
    kept("carried out", (Measure,), lambda: request.getfixturevalue("carried_out"))
    return Measure.objects.get()


@pytest.fixture
def caller(cast):  # noqa: F811
    """A caller of the centre, outside the measure's department n1."""
    kept("caller", (User, RoleAssignment), lambda: person("caller", "callback_officer", "north"))
    return User.objects.get(username="caller")


@pytest.fixture
def insider(cast):  # noqa: F811
    """A caller of the department itself."""
    return person("insider", "callback_officer", "n1")


@pytest.fixture
def midday(monkeypatch):
    """It is noon: calls are allowed."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def opened(done, caller, midday):
    """A round of at most 20 a side; C3 refuses to be called."""
    def make():
        refuse_contact(customer="C3", actor=SYSTEM)
        services.open_round(measure=done, plan=services.Plan(most=20, seed="7"), actor=caller)

    kept("opened", (ContactRefusal, Round, Target), make)
    return Round.objects.get()


def say(target, score, caller, **more):
    """Call a customer, who gives a mark."""
    call = services.begin_call(target=target, actor=caller)
    return services.keep_feedback(call=call, score=score, actor=caller, **more)


@pytest.fixture
def called(opened, caller):
    """Everybody was called: four of five of those affected gained two marks, the others one by themselves.

    Written as the calls leave it, for the calls themselves are tried elsewhere and take their time.
    """
    rows = list(Target.objects.filter(round=opened, state="waiting"))
    for place, one in enumerate(rows):
        gain = (2 if one.group == "affected" else 1) if place % 5 else 1
        one.score, one.state, one.opinion = int(one.score_before) + gain, "done", "快多了"
        one.improve, one.way, one.called_on, one.attempts = "yes", "call", NOON.date(), 1
        one.caller = one.entered_by = caller
    Target.objects.bulk_update(rows, ["score", "state", "opinion", "improve", "way", "called_on", "attempts", "caller",
                                      "entered_by"])
    return opened


def at(name, *args):
    return reverse(f"callbacks:{name}", args=args)


@pytest.fixture
def assigned(opened, caller):
    services.assign_targets(round_=opened, caller=caller, count=500, actor=caller)
    return opened
