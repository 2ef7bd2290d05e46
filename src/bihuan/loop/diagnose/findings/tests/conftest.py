import pytest
from django.utils import timezone

from bihuan.core.tests.cast import build_cast
from bihuan.loop.diagnose.findings.models import Finding


@pytest.fixture
def cast(db, home, settings):
    settings.BIHUAN_HOME = home.path
    return build_cast()


@pytest.fixture
def finding(cast):
    """A finding of the team n1."""
    now = timezone.now()
    return Finding.objects.create(
        key="below_target:answer_rate:unit=n1", kind="below_target", title="接通率低于目标",
        indicator="answer_rate",
        unit_code="n1", first_seen=now, last_seen=now, n=200, value=0.8, low=0.74, high=0.85, target=0.9, unit="%")
