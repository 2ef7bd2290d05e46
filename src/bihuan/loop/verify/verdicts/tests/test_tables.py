"""The second score stands on the line of 表1 from which the measure was made (SPEC 158)."""

from datetime import date

import pytest
from django.urls import reverse

from bihuan.engine.report.table1_contracts import Table1
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.reports.services import create_table
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.verify.verdicts import services
from bihuan.loop.verify.verdicts.services import VerdictError


@pytest.fixture
def table(cast):
    return create_table(title="评价表", subject="agent", chosen=["An1"], filters=(), review_scope=None,
                        span=Span(date(2025, 1, 6), date(2025, 6, 30)), actor=cast.manager)


def test_the_verdict_is_written_onto_the_line_it_came_from(judged, table, cast, client):
    """csat, fcr ... carry levels; the agent's mark has none here: the text is written, the score stays empty."""
    Measure.objects.filter(pk=judged.measure_id).update(table_row={"table": table.pk, "block": 0, "line": 2})
    judged.measure.refresh_from_db()
    client.force_login(cast.manager)
    assert "写入评价表的同一行" in client.get(reverse("verdicts:measure", args=[judged.measure_id])).content.decode()
    done = client.post(reverse("verdicts:verdict_table", args=[judged.pk]))
    assert done["Location"] == reverse("reports:table", args=[table.pk])
    mark = Table1.from_json(table.versions.first().content).blocks[0].marks[2]
    assert "M-0001 有效" in mark.effect and "个百分点" in mark.effect and table.versions.count() == 2
    assert mark.second is None or 1 <= mark.second <= 5


def test_a_measure_from_elsewhere_has_no_line(judged, cast, client):
    with pytest.raises(VerdictError, match="不是从评价表"):
        services.follow_table(verdict=judged, actor=cast.manager)
    client.force_login(cast.outsider)
    assert client.post(reverse("verdicts:verdict_table", args=[judged.pk])).status_code == 404


def test_the_form_of_a_measure_begins_with_the_line(table, cast, client):
    client.force_login(cast.manager)
    address = reverse("measures:measure_new") + f"?table={table.pk}&block=0&line=2"
    assert "一次性解决率" in client.get(address).content.decode()
    client.post(address, {
        "title": "18–21 时北一组增加 2 人", "kind": "staffing", "term": "quick_win", "unit_code": "n1",
        "accountable": cast.leader.pk, "reason": "晚间重复来电占三成"})
    assert Measure.objects.get().table_row == {"table": table.pk, "block": 0, "line": 2}
