import shutil
from datetime import date

import pytest

from bihuan.core.models import Role
from bihuan.core.rights import SystemActor
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tests.cast import build_cast
from bihuan.core.tests.kept import kept
from bihuan.engine.home import open_home
from bihuan.engine.survey.sampling.contracts import FrameRule
from bihuan.loop.collect.samples import services
from bihuan.loop.collect.samples.models import Draw, Frame, Member
from bihuan.loop.collect.samples.queries.files import folder
from bihuan.loop.collect.samples.queries.plans import Plan
from bihuan.loop.collect.samples.tests.company import bring_company, make_survey
from bihuan.loop.collect.surveys.models import Survey, Version, Wave

SYSTEM = SystemActor("test")
MARCH = FrameRule(date(2026, 3, 1), date(2026, 3, 31))
PLAN = Plan(by=("region",), silent_apart=True, total=26)


@pytest.fixture(scope="session")
def built_company(tmp_path_factory):
    """The company, imported once; tests get copies."""
    home = open_home(tmp_path_factory.mktemp("samples") / "home")
    bring_company(home)
    return home


@pytest.fixture
def company(built_company, tmp_path, settings):
    settings.BIHUAN_HOME = tmp_path / "home"
    shutil.copytree(built_company.path, settings.BIHUAN_HOME)
    return open_home(settings.BIHUAN_HOME)


@pytest.fixture
def cast(db, company):
    return build_cast()


@pytest.fixture
def wave(cast):
    """The first wave of a survey of the whole organisation."""
    kept("wave", (Survey, Version, Wave), lambda: make_survey("csat"))
    return Wave.objects.get(survey__code="csat")


@pytest.fixture
def north_wave(cast):
    """A wave of a survey that belongs to the centre north."""
    return make_survey("north", unit="north").waves.get()


@pytest.fixture
def officer(cast):
    return create_user(username="officer", display_name="officer", actor=SYSTEM,
                       posts=[Post(Role.objects.get(key="survey_officer"), "")])


@pytest.fixture
def drawn(wave, cast):
    kept("drawn", (Frame, Draw, Member), lambda: services.start_draw(
        frame=services.start_frame(wave=wave.pk, rule=MARCH, actor=cast.director), plan=PLAN, seed="7",
        actor=cast.director), folder=folder())
    return Draw.objects.get()
