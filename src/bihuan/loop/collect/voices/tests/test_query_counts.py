"""The lists of the room take as many statements however long they are."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bihuan.core.privacy.models import Agreement
from bihuan.loop.collect.conversations.models import Tag
from bihuan.loop.collect.voices.models import (
    Access,
    Agency,
    Attachment,
    CallTarget,
    Delivery,
    Feedback,
    FollowUp,
    Guide,
    Interview,
    Passage,
    Scenario,
    Visit,
)
from bihuan.loop.collect.voices.sealing import seal
from bihuan.loop.collect.voices.tests.conftest import person

FILE = Path(__file__).parent / "query_counts.json"
COUNTS = json.loads(FILE.read_text())


@pytest.fixture
def many(cast, wave):
    """A dozen of everything, in the unit of the manager."""
    me, today, north = cast.manager, timezone.localdate(), {"unit_code": "north"}
    CallTarget.objects.bulk_create(CallTarget(wave=wave, customer=f"C{at}", source="sample") for at in range(12))
    tag, sealed = Tag.objects.create(name="等待过久"), seal({"text": "等了很久", "attitude.1": "等了很久"})
    guide = Guide.objects.create(name="提纲", sections=[{"area": "attitude", "questions": ["如何？"]}], **north)
    scenario = Scenario.objects.create(name="场景", story="…", checklist=[], **north)
    agreement = Agreement.objects.create(party="甲", purpose="p", holds="h", protection="p", starts_on=today,
                                         expires_on=today + timedelta(days=9))
    agency = Agency.objects.create(name="甲", agreement=agreement, terms="t", **north)
    for at in range(12):
        Feedback.objects.create(source="staff", channel="phone", sealed=sealed, **north).tags.add(tag)
        FollowUp.objects.create(wave=wave, sheet=f"s{at}", item="overall", score=1, answered_at=timezone.now(),
                                due_at=timezone.now(), **north)
        talk = Interview.objects.create(guide=guide, guide_version=1, outline=guide.sections, interviewer=me,
                                        consent_how="口头", sealed=sealed, is_done=True, **north)
        Passage.objects.create(interview=talk, question="attitude.1", start=0, end=2, tag=tag, made_by=me)
        Visit.objects.create(scenario=scenario, scenario_version=1, visitor=me, planned_on=date(2026, 11, 1), **north)
        access = Access.objects.create(agency=agency, user=person(f"o{at}", "research_house"), wave=wave,
                                       expires_on=today)
        Attachment.objects.create(delivery=Delivery.objects.create(access=access), name="a.csv", size=1)
    return {"call_list": [wave.pk], "agency": [agency.pk], "scenario_report": [scenario.pk]}


def test_pages_take_as_many_statements_however_long_they_are(client, cast, many):
    client.force_login(cast.manager)
    found = {}
    for name in COUNTS:
        address = reverse(f"voices:{name}", args=many.get(name, []))
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        found[name] = len(statements)
        assert len(statements) < 30, [one["sql"][:120] for one in statements]
    assert found == COUNTS, json.dumps(found)
