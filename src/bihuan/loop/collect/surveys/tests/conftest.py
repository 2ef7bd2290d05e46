import pytest

from bihuan.core.tests.cast import build_cast
from bihuan.engine.home import open_home
from bihuan.loop.collect.surveys.services import create_survey

DOCUMENT = {
    "title": "客户满意度调查", "description": "我们想改进服务。",
    "pages": [{"name": "page1", "elements": [
        {"type": "rating", "name": "q1", "title": "您对我们服务的总体评价是？", "metric": "csat", "role": "overall",
         "minRateDescription": "非常不满意", "maxRateDescription": "非常满意"},
        {"type": "comment", "name": "q2", "title": "您认为最需改进的环节是？", "role": "open"}]}]}


@pytest.fixture
def cast(db, tmp_path, settings):
    settings.BIHUAN_HOME = open_home(tmp_path / "home").path
    return build_cast()


@pytest.fixture
def survey(cast):
    """A survey of the centre north with a draft of two questions."""
    return create_survey(actor=cast.manager, title="客户满意度调查", unit_code="north", document=DOCUMENT,
                         responsible=cast.manager, purpose="测量2026年第一季度宽带客户的总体满意度，目标 4.2 分")


@pytest.fixture
def manager(client, cast):
    client.force_login(cast.manager)
    return client
