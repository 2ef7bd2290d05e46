"""The board shows each person their own part of the company, with honest numbers."""

import re
from datetime import date

import pytest
from django.urls import reverse

from bihuan.core import workspace
from bihuan.core.jobs import run_pending
from bihuan.core.privacy.contracts import Preferences
from bihuan.core.privacy.models import Export
from bihuan.core.privacy.services import approve_export
from bihuan.engine.indicators.contracts import EVERYTHING, Query, Result
from bihuan.engine.indicators.evaluate import evaluate

from ..contracts import Span

JANUARY = "period=custom&from=2026-01-01&to=2026-01-31"
# Each indicator is compiled anew for each way of looking at it: what is not about all of them asks for one.
VOLUME = "indicator=contact_volume"
COMPLIANCE = "indicator=response_compliance"


def board(client, person, address=JANUARY, expect=200):
    client.force_login(person)
    response = client.get(f"{reverse('indicators:board')}?{address}")
    assert response.status_code == expect, response.content.decode()[:2000]
    return response


def numbers(response):
    """Return {indicator: Result} of a board of totals."""
    found = response.context["board"]
    return {line.column.name: line.cells[0].result for section in found.sections for line in section.lines}


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_stranger_is_sent_to_the_log_in_and_the_rightless_get_404(client, cast):
    assert client.get(reverse("indicators:board")).status_code == 302
    board(client, cast.nobody, expect=404)
    board(client, cast.admin, expect=404)


def test_everybody_sees_their_own_part(client, cast):
    """A month has 40 + 40 cases in team n1, 30 in n2 and 20 in s1; agent a1 has 40 of them."""
    counts = {name: numbers(board(client, getattr(cast, name), f"{JANUARY}&{VOLUME}"))["contact_volume"].n
              for name in ("director", "manager", "leader", "agent", "outsider")}
    assert counts == {"director": 130, "manager": 110, "leader": 80, "agent": 40, "outsider": 20}


def test_asking_for_a_foreign_unit_shows_no_foreign_number(client, cast):
    shown = numbers(board(client, cast.leader, f"{JANUARY}&unit=s1"))
    assert not any(result and result.n for result in shown.values())


def test_the_page_gives_the_numbers_of_the_engine(client, cast, company):
    shown = numbers(board(client, cast.director, f"{JANUARY}&family=all"))
    query = Query(start=None, end=None, period="2026-01")
    for result in evaluate(company, query, EVERYTHING):
        there = shown[result.indicator]
        assert there is None or (there.value, there.n, there.low, there.high) == (
            result.value, result.n, result.low, result.high), result.indicator


def test_a_number_comes_with_its_count_interval_band_and_target(client, cast):
    """Team s1 never answers in time, so the share of all lies below the shipped target of 95 %."""
    response = board(client, cast.director, f"{JANUARY}&family=speed")
    assert numbers(response)["response_compliance"].n == 130
    assert "n = 130" in text_of(response)
    assert "未达标" in text_of(response)


def test_a_change_is_called_one_only_when_it_is_more_than_chance(client, cast):
    """January and February are alike by construction: nothing has changed."""
    response = board(client, cast.director, f"period=custom&from=2026-02-01&to=2026-02-28&{COMPLIANCE}")
    verdicts = {line.column.name: line.cells[0].change and line.cells[0].change.verdict
                for section in response.context["board"].sections for line in section.lines}
    assert verdicts["response_compliance"] == "unclear"
    assert "看不出变化" in text_of(response)


def test_a_running_period_is_compared_with_as_many_days_and_says_so(client, cast):
    """The data end on 28 February: the first two of three months, against 59 days from 1 October."""
    found = board(client, cast.director, f"period=custom&from=2026-01-01&to=2026-03-31&{VOLUME}")
    shown = found.context["board"]
    last = shown.as_of.astimezone(workspace.zone()).date()
    assert shown.running and shown.span.end == last == date(2026, 2, 28)
    assert shown.other_span == Span(date(2025, 10, 1), date(2025, 11, 28))
    assert "本期未满" in text_of(found)
    assert "本期未满" not in text_of(board(client, cast.director, f"{JANUARY}&{VOLUME}"))


def test_another_unit_can_be_compared_with(client, cast):
    response = board(client, cast.manager, f"{JANUARY}&unit=n2&compare=unit&other=n1&{COMPLIANCE}")
    line = next(line for section in response.context["board"].sections for line in section.lines
                if line.column.name == "response_compliance")
    assert line.cells[0].change.other.n == 80
    assert line.cells[0].change.verdict == "worse"


def test_a_board_can_be_split_and_its_groups_add_up(client, cast):
    found = board(client, cast.director, f"{JANUARY}&by=team&family=volume").context["board"]
    index = [column.name for column in found.columns].index("contact_volume")
    by_team = {line.group: line.cells[index].result.n for line in found.lines}
    assert by_team == {"n1": 80, "n2": 30, "s1": 20}
    assert found.total.cells[index].result.n == 130
    assert [line.label for line in found.lines] == ["北一组", "北二组", "南一组"]


def test_a_leader_sees_no_foreign_group_in_any_split(client, cast):
    for split in ("team", "centre", "agent"):
        page = text_of(board(client, cast.leader, f"{JANUARY}&by={split}&{VOLUME}"))
        assert "周杰" not in page and "南一组" not in page and "c1" not in page


def test_groups_can_be_sorted_by_a_number(client, cast):
    response = board(client, cast.director, f"{JANUARY}&by=agent&indicator=first_response_ticket"
                     "&sort=-first_response_ticket")
    assert [line.group for line in response.context["board"].lines] == ["c1", "b1", "a2", "a1"]


def test_a_period_without_data_says_so_and_shows_no_zero(client, cast):
    response = board(client, cast.director, f"period=custom&from=2019-01-01&to=2019-01-31&{VOLUME}")
    assert "这一范围内没有数据" in text_of(response)


@pytest.mark.parametrize("address", ["period=fortnight", "period=custom&from=nonsense", "by=colour"])
def test_an_address_that_cannot_be_meant_shows_no_number(client, cast, address):
    response = board(client, cast.director, address, expect=422)
    assert response.context["board"] is None


def test_an_empty_workspace_says_what_to_do(client, cast, settings, tmp_path):
    settings.BIHUAN_HOME = tmp_path / "empty"
    response = board(client, cast.director, VOLUME)
    assert "还没有服务记录" in text_of(response)
    assert "/collect/imports/new/" not in response.content.decode(), "nobody is led where they may not go"
    assert "/collect/imports/new/" in board(client, cast.manager, VOLUME).content.decode()


def test_a_period_without_scores_is_not_drawn_into_the_radar():
    """With fewer than three spokes in common there is no shape, and the browser cannot draw one."""
    from bihuan.loop.evaluate.indicators.contracts import Column
    from bihuan.loop.evaluate.indicators.queries.board import _radar

    names = ("pickup", "fcr", "csat_top2")
    columns = tuple(Column(name=name, title=name, unit="%", sentence="", url="", family="", passport=None)
                    for name in names)
    now = {(name, None): result_of(name, band=4) for name in names}
    before = {(name, None): result_of(name, band=None) for name in names}
    (series,) = _radar(columns, now, before)["series"]
    assert [shape["value"] for shape in series["data"]] == [[4, 4, 4]]
    (series,) = _radar(columns, now, now)["series"]
    assert len(series["data"]) == 2


def result_of(name, *, band):
    return Result(indicator=name, version="1", period="all", group={}, value=0.9, n=40, low=0.8, high=0.95, band=band,
                  bands_possible=(band,) if band else (), unit="%")


def test_a_board_of_chosen_indicators_shows_these_alone(client, cast, company):
    client.force_login(cast.director)
    page = client.get("/evaluate/board/?period=all&indicator=fcr&indicator=reopen_rate")
    shown = [line.column.name for section in page.context["board"].sections for line in section.lines]
    assert sorted(shown) == ["fcr", "reopen_rate"]
    assert 'name="indicator" value="fcr" checked' in page.content.decode()
    assert page.context["address"] == "period=all&indicator=fcr&indicator=reopen_rate"


def test_a_long_board_leaves_only_with_a_second_person(client, cast, monkeypatch):
    """Grouped by agent a board is a list of people: the limit of lists holds for it."""
    monkeypatch.setattr("bihuan.core.privacy.services.exports.preferences", lambda: Preferences(export_rows=5))
    client.force_login(cast.leader)
    address = f"{reverse('indicators:board_export')}?{JANUARY}&by=agent&{VOLUME}&{COMPLIANCE}&format=csv"
    sent = client.get(address)
    assert sent.status_code == 302 and sent.url.startswith(reverse("privacy:export_ask"))
    assert client.post(sent.url, {"use": "improvement", "purpose": "一月客户复盘"}).status_code == 302
    asked = Export.objects.get()
    assert (asked.kind, asked.rows > 5) == ("indicators.board", True)
    approve_export(export=asked, actor=cast.director)
    run_pending()
    asked.refresh_from_db()
    assert asked.file.endswith(".xlsx"), asked
