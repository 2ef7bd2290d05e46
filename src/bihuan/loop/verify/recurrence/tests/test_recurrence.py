"""A type is watched from the day its prevention took effect; when it comes back its finding is seen again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from scipy.stats import binomtest

from bihuan.core.notifications.models import Notice
from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.causes.models import Cause
from bihuan.loop.diagnose.complaint_reviews.models import ComplaintReview
from bihuan.loop.diagnose.findings.models import Finding
from bihuan.loop.diagnose.findings.services import settle

from .. import services
from ..models import Watch
from .conftest import FIRST, SINCE

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def url(name, *args):
    return reverse(f"recurrence:{name}", args=args)


def test_before_and_after_are_counted_per_thousand_with_the_exact_ratio(started):
    """26 weeks of 2 among 40; then 19 weeks and 6 days with 4 + 16 - 0 complaints: the last day has no complaint."""
    course = started().course
    before, after = course["before"], course["after"]
    assert (before["events"], before["base"], before["value"]) == (52, 1040, 50.0)
    assert after["events"] == 20 and after["base"] == 20 * 40 - 5      # up to the day before the last
    share = binomtest(20, 72).proportion_ci(0.95, "exact")
    scale = before["base"] / after["base"]
    assert course["ratio"]["high"] == pytest.approx(share.high / (1 - share.high) * scale)
    assert [one["events"] for one in course["blocks"]] == [1, 1, 1, 1]
    assert [one["alarm"] for one in course["blocks"]] == [""] * 4


def test_days_before_the_data_are_not_counted_as_days_without_complaints(started):
    before = started(before_days=365).course["before"]
    assert (before["first"], before["cut"], before["events"]) == (FIRST.isoformat(), True, 52)


def test_when_it_comes_back_the_same_finding_is_seen_again_reopened_and_the_owner_told(started, measure, cast):
    measure.change_on = SINCE - timedelta(days=1)       # so that the last four weeks are a whole block
    measure.save()
    watch = started()
    assert [one["alarm"] for one in watch_now(watch).course["blocks"]] == ["", "", "", "", "back"]
    finding = Finding.objects.get()
    assert finding.pk == watch.finding_id and (finding.state, finding.round) == ("accepted", 2)
    assert [one.n for one in finding.sightings.all()] == [8, 16]
    assert finding.value == 16 and finding.usual == pytest.approx(1.0, abs=0.01)
    assert Notice.objects.get(event="complaint_back").url == url("watch", watch.pk)
    assert services.look_at_all() == (1, 0)
    assert Finding.objects.count() == 1 and finding.sightings.count() == 2


def watch_now(watch):
    return Watch.objects.get(pk=watch.pk)


def test_a_settled_finding_begins_its_next_round_when_the_type_comes_back(started, measure, cast):
    watch = started()
    settle(finding_id=watch.finding_id, verdict="effective", by=cast.director)
    Finding.objects.update(settled_at=datetime(2025, 9, 1, tzinfo=UTC))
    type(measure).objects.update(change_on=SINCE - timedelta(days=1))
    assert services.look_at_all() == (1, 1)
    assert Finding.objects.values_list("state", "round").get() == ("new", 2)


def test_a_prevention_that_is_not_in_force_waits_and_too_few_cannot_tell(started, measure):
    type(measure).objects.update(change_on=None)
    measure.refresh_from_db()
    watch = started(before_days=28)
    assert watch_now(watch).course["verdict"] == "waiting" and not watch_now(watch).course["blocks"]
    type(measure).objects.update(change_on=SINCE + timedelta(days=14))
    services.look_at_all()
    assert watch_now(watch).course["verdict"] == "cannot_tell"


def test_what_makes_no_sense_or_lies_beyond_ones_reach_is_refused(started, measure, cast):
    for changes in ({"topic": " "}, {"base": "product"}, {"before_days": 3}, {"topic": "没有过的"},
                    {"topic": "又'单又\"双"}, {"owner": cast.outsider}, {"owner": cast.nobody}):
        with pytest.raises(services.RecurrenceError):
            started(**changes)
    assert Watch.objects.count() == 0 and Finding.objects.count() == 0
    for changes in ({"unit_code": ""}, {"unit_code": "s1"}, {"actor": cast.agent}):
        with pytest.raises(NotAllowed):
            started(**changes)
    started()
    with pytest.raises(services.RecurrenceError, match="已经在监测"):
        started()
    type(measure).objects.update(state="draft")
    measure.refresh_from_db()
    with pytest.raises(services.RecurrenceError, match="还没有批准"):
        started(product="卡")


def test_the_pages_lead_from_a_reviewed_type_to_its_cases_and_to_the_end(client, cast, measure):
    cause = Cause.objects.get(code="staff_short")
    for case in ("1-0", "1-1"):
        ComplaintReview.objects.create(case=case, topic="退款", unit_code="n1", opened=timezone.now(), cause=cause,
                                       closed=timezone.now(), due_on=timezone.localdate())
    client.force_login(cast.manager)
    page = client.get(url("watch_list")).content.decode()
    assert f"?topic=%E9%80%80%E6%AC%BE&amp;product=&amp;cause={cause.pk}" in page
    review = client.get(reverse("complaint_reviews:review", args=[ComplaintReview.objects.first().pk]))
    assert "/verify/recurrence/new/?topic=" in review.content.decode()
    assert client.get(f"{url('of_measure')}?measure={measure.pk}")["Location"].endswith(f"?measure={measure.pk}")
    assert client.get(url("watch_new") + f"?topic=退款&measure={measure.pk}").status_code == 200
    form = {"topic": "退款", "unit_code": "n1", "base": "cases", "before_days": 182, "cause": cause.pk,
            "measure": measure.pk, "owner": cast.leader.pk}
    assert client.post(url("watch_new"), {**form, "cause": ""}).status_code == 422
    assert client.post(url("watch_new"), {**form, "owner": cast.outsider.pk}).status_code == 422
    assert client.post(url("watch_new"), form).status_code == 302
    watch = Watch.objects.get()
    assert client.get(f"{url('of_measure')}?measure={measure.pk}")["Location"] == url("watch", watch.pk)
    page = client.get(url("watch_list")).content.decode()
    assert "反复出现、还没有监测的类型" not in page and "减少" in page and "比值 0.5" in page
    address = "/evaluate/indicators/contact_volume/rows/?period=custom&amp;from=2025-01-06&amp;to=2025-07-06"
    assert f"{address}&amp;unit=n1&amp;kind=complaint&amp;topic=" in page
    rows = client.get("/evaluate/indicators/contact_volume/rows/?period=custom&from=2025-01-06&to=2025-07-06"
                      "&unit=n1&kind=complaint&topic=退款").content.decode()
    assert "52" in rows
    assert client.post(url("watch_look", watch.pk)).status_code == 302
    assert client.post(url("watch_end", watch.pk), {"reason": "短"}).status_code == 422
    assert client.post(url("watch_end", watch.pk), {"reason": "类型已经停用"}).status_code == 302
    assert "类型已经停用" in client.get(url("watch", watch.pk)).content.decode()
    assert client.post(url("watch_end", watch.pk), {"reason": "类型已经停用"}).status_code == 422
    assert watch.number in client.get(url("watch_list") + "?ended=1").content.decode()
    assert services.look_at_all() == (0, 0)


def test_outsiders_get_404(client, started, cast):
    watch = started()
    for name in ("outsider", "nobody", "agent", "vendor"):
        client.force_login(getattr(cast, name))
        assert client.get(url("watch", watch.pk)).status_code == 404, name
        for view in ("watch_look", "watch_end"):
            assert client.post(url(view, watch.pk)).status_code == 404, (name, view)
    for view in ("watch_list", "watch_new", "of_measure"):
        client.force_login(cast.nobody)
        assert client.get(url(view)).status_code == 404, view
    client.force_login(cast.outsider)
    assert watch.number not in client.get(url("watch_list")).content.decode()
    client.force_login(cast.leader)
    assert client.get(url("watch", watch.pk)).status_code == 200


def test_the_list_asks_as_many_questions_as_pinned(client, started, cast):
    started()
    started(product="卡", base="product")
    client.force_login(cast.manager)
    client.get(url("watch_list"))
    with CaptureQueriesContext(connection) as asked:
        client.get(url("watch_list"))
    assert len(asked) == COUNTS["watch_list"]
