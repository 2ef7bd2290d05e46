"""Sixty invented customers of two centres, and surveys of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bihuan.engine.facts import importing
from bihuan.loop.collect.surveys.models import Survey, Version, Wave

DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
REGIONS = ("华东", "华北", "华南")


def bring_company(home):
    """K00-K59: every tenth a VIP; the odd ones of the south; K50 without address, K51-K59 not served in March.

    K00-K19 answered something in March, K20-K22 complained, the others never said anything. K40 is served by team n2.
    """
    importing.import_rows(home, "customers", [
        {"id": f"K{at:02}", "name": f"王{at:02}", "tier": "VIP" if at % 10 == 0 else "普通", "region": REGIONS[at % 3],
         "phone": None if at == 50 else f"138001380{at:02}", "email": f"k{at:02}@b.example" if at % 4 == 0 and at != 50
         else None, "attributes": f'{{"spend": "{at * 100}"}}'} for at in range(60)], source="crm", actor="test")
    importing.import_rows(home, "cases", [
        {"id": f"t:{at}", "external_id": str(at), "customer": f"K{at:02}",
         "unit": "s1" if at % 2 else "n2" if at == 40 else "n1", "channel": "phone" if at % 5 else "online",
         "kind": "complaint" if at in (20, 21, 22) else "contact", "product": "A" if at < 30 else "B",
         "agent": "b1" if at % 2 else "a1", "opened": DAY + timedelta(days=at % 20 - (90 if at > 50 else 0)),
         "resolved_at": DAY + timedelta(days=at % 20, hours=1) - timedelta(days=90 if at > 50 else 0)}
        for at in range(60)] + [
        {"id": "t:none", "external_id": "none", "customer": None, "unit": "n1", "channel": "phone", "kind": "contact",
         "product": "A", "agent": "a1", "opened": DAY, "resolved_at": DAY + timedelta(hours=1)}],
        source="t", actor="test")
    importing.import_rows(home, "answers", [
        {"id": f"t:{at}#csat", "case": f"t:{at}", "customer": f"K{at:02}", "metric": "csat", "value": 3 + at % 3,
         "at": DAY + timedelta(days=at % 20, hours=2)} for at in range(20)], source="t", actor="test")


def make_survey(code, *, unit="", waves=1, mode="confidential"):
    """A survey with published questionnaire and open waves."""
    survey = Survey.objects.create(code=code, title=f"{code} 调查", unit_code=unit, mode=mode)
    version = Version.objects.create(survey=survey, number=1, state="published", document={"pages": []})
    for number in range(1, waves + 1):
        Wave.objects.create(survey=survey, version=version, number=number, code=f"{code}.{number}",
                            name=f"第{number}期", state="open")
    return survey


def answer(home, wave, customers, *, at=DAY + timedelta(days=40), value=4):
    """Let customers answer a wave."""
    importing.import_rows(home, "answers", [
        {"id": f"{wave}:{customer}#overall", "customer": customer, "survey": wave, "question": "overall",
         "metric": "csat", "value": value, "at": at, "status": "valid"} for customer in customers],
        source="survey", actor="test")
