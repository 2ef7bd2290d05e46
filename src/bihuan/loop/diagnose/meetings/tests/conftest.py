from datetime import date, datetime

import pytest
from django.utils import timezone

from bihuan.core.tests.cast import SYSTEM
from bihuan.loop.diagnose.causes.services import load_causes
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.tests.test_priorities import built, cast  # noqa: F401
from bihuan.loop.diagnose.meetings.services import hold_meeting, plan_meeting
from bihuan.loop.diagnose.meetings.services.holding import Words

AT = datetime.fromisoformat("2026-02-02T10:00+08:00")


@pytest.fixture
def finding(cast):  # noqa: F811
    load_causes(actor=SYSTEM)
    now = timezone.now()
    return Finding.objects.create(key="k", kind="manual", title="退款进度没人说", unit_code="n1", first_seen=now,
                                  last_seen=now, state="accepted")


@pytest.fixture
def plan(cast, finding):  # noqa: F811
    """Return ``plan(kind, at=, **words)``: a meeting of n1 that the director calls, its leader taking part."""
    def made(kind="attribution", at=AT, **more):
        words = Words("一月归因会", at, participants=(cast.director, cast.leader), **more)
        row = plan_meeting(kind=kind, unit_code="n1", words=words, actor=cast.director)
        row.since, row.until = date(2026, 1, 1), date(2026, 1, 31)
        row.save()
        return row
    return made


@pytest.fixture
def held(plan, cast):  # noqa: F811
    return hold_meeting(meeting=plan(), actor=cast.director)
