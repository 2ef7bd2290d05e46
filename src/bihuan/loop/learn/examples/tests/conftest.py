"""Closed verdicts of the archives' small company, and the example drafted from one."""

import pytest

from bihuan.loop.learn.archives.tests.conftest import cast, closed, world  # noqa: F401 fixtures
from bihuan.loop.learn.examples import services
from bihuan.loop.learn.examples.models import Example


@pytest.fixture
def draft(closed):  # noqa: F811
    services.draft_examples()
    return Example.objects.get()


@pytest.fixture
def published(draft, cast):  # noqa: F811
    return services.publish_example(example=draft, number=1, actor=cast.director)
