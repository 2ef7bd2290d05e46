"""An indicator that is not shipped is defined on a page and counted like every other."""

import pytest
from django.urls import reverse

from bihuan.core.models import AuditEntry
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate

from ..models import PassportVersion

DEFINITION = {
    "name": "fast_east", "title_zh": "华东一刻钟响应率", "sentence_zh": "华东工单一刻钟内首次响应的比例。",
    "family": "speed",
    "grain": "case", "aggregation": "rate", "anchor": "opened", "denominator": 'region = "华东"',
    "numerator": "first_response_s <= 15m", "credit": "responder", "unit": "%", "direction": "up", "minimum_n": "30",
}


@pytest.fixture
def author(client, cast):
    client.force_login(cast.director)
    return client


def test_a_new_indicator_counts_at_once(author, company):
    """Half of all 260 cases are 华东; of those, 80 are by a1 and a2, who answer within 15 minutes."""
    assert author.post(reverse("indicators:passport_new"), DEFINITION).status_code == 302
    result = evaluate(company, Query(indicators=("fast_east",)))[0]
    assert (result.numerator, result.n) == (80, 130)
    assert AuditEntry.objects.filter(action="evaluate.passport_published").count() == 1


def test_a_change_is_a_new_version_and_the_old_one_stays(author, company):
    author.post(reverse("indicators:passport_new"), DEFINITION)
    address = reverse("indicators:passport_edit", args=["fast_east"])
    assert author.post(address, DEFINITION | {"numerator": "first_response_s <= 2h"}).status_code == 302
    assert [row.version for row in PassportVersion.objects.all()] == [2, 1]
    now, before = (evaluate(company, Query(indicators=(name,)))[0] for name in ("fast_east", "fast_east@1"))
    assert (now.numerator, before.numerator) == (110, 80)


def test_a_mistake_is_laid_to_its_field_and_nothing_is_published(author):
    response = author.post(reverse("indicators:passport_new"), DEFINITION | {"numerator": "first_respons_s <= 15m"})
    assert response.status_code == 422
    assert "first_respons_s" in str(response.context["form"].errors["numerator"])
    assert not PassportVersion.objects.exists()


def test_the_name_of_a_shipped_indicator_is_taken(author):
    response = author.post(reverse("indicators:passport_new"), DEFINITION | {"name": "fcr"})
    assert response.status_code == 422
    assert "name" in response.context["form"].errors


def test_the_preview_says_the_number_without_publishing(author):
    response = author.post(reverse("indicators:passport_preview"), DEFINITION)
    assert (response.context["result"].numerator, response.context["result"].n) == (80, 130)
    assert not PassportVersion.objects.exists()
    other = DEFINITION | {"grain": "answer", "shown": "case", "denominator": "true"}
    page = author.post(reverse("indicators:passport_preview"), other).content.decode()
    assert '<option value="at" selected>时间</option>' in page and "分子（哪些算达成）：" in page


def test_only_those_who_may_change_definitions_do(client, cast):
    for name in ("leader", "manager", "agent", "nobody"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("indicators:passport_new")).status_code == 404
        assert client.post(reverse("indicators:passport_preview"), DEFINITION).status_code == 404


def test_the_page_of_an_indicator_rolls_up_to_its_total(client, cast):
    client.force_login(cast.director)
    address = reverse("indicators:indicator", args=["contact_volume"])
    page = client.get(f"{address}?period=all&agents=1").context["page"]
    by_depth = {}
    for line in page.roll_up:
        by_depth.setdefault(line.depth, []).append(line.cell.result.n)
    assert sum(by_depth[1]) == 260
    assert sum(by_depth[2]) == 260 and sum(by_depth[3]) == 260


def test_two_definitions_are_laid_side_by_side(client, cast):
    client.force_login(cast.director)
    address = reverse("indicators:difference", args=["response_compliance"])
    page = client.get(f"{address}?period=all&with=overtime_rate").context["page"]
    assert page.cases == 260
    client.force_login(cast.nobody)
    assert client.get(address).status_code == 404
