"""The people, and an entry that is written."""

import pytest

from bihuan.loop.learn.archives.tests.conftest import cast, world  # noqa: F401 fixtures
from bihuan.loop.learn.handbook import services

WORDS = {"question": "退款什么时候到账？", "answer": "原路退回，三个工作日内到账；还有可能是银行入账延迟。",
         "basis": "《退款管理办法》第 8 条", "escalation": "超过五个工作日未到账，转财务组，当日答复。"}


@pytest.fixture
def entry(cast):  # noqa: F811
    return services.create_entry(topic="退款", unit_code="", words=WORDS, source={}, actor=cast.director)


@pytest.fixture
def held(entry, cast):  # noqa: F811
    """The entry, approved from today on by another person."""
    from bihuan.core.models import Role
    from bihuan.core.services import create_user
    from bihuan.core.services.people import Post
    from bihuan.core.tests.cast import SYSTEM
    from bihuan.loop.learn.handbook.queries import today

    quality = create_user(username="quality", display_name="quality", actor=SYSTEM,
                          posts=[Post(Role.objects.get(key="quality_manager"), "")])
    version = services.submit_entry(version=entry.versions.get(), actor=cast.director)
    services.approve_entry(version=version, effective_on=today(), actor=quality)
    entry.quality = quality
    return entry
