import pytest
from django.utils import timezone

from bihuan.core.tests.cast import SYSTEM, build_cast
from bihuan.loop.diagnose.causes.services import load_causes
from bihuan.loop.diagnose.findings.models import Finding


@pytest.fixture
def cast(db, home, settings):
    settings.BIHUAN_HOME = home.path
    people = build_cast()       # first: into an empty database it is put back as it was
    load_causes(actor=SYSTEM)
    return people


@pytest.fixture
def finding(cast):
    """A finding of the team n1."""
    now = timezone.now()
    return Finding.objects.create(key="k", kind="manual", title="晚间接通慢", unit_code="n1", first_seen=now,
                                  last_seen=now, state="accepted")
