"""Each channel has three to five core indicators, or the page says so; what a channel is about must have data."""

from django.urls import reverse

from bihuan.core.models import AuditEntry, Role
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.plan.goals.contracts import CHANNELS, CORE_LEAST, CORE_MOST
from bihuan.loop.plan.goals.models import ChannelPlanVersion
from bihuan.loop.plan.goals.queries.channels import templates

from ..queries.channels import channels, warm_up


def rows(*items, **more):
    data = {"base": "0"} | more
    for place, (indicator, core, emphasis) in enumerate(items):
        data |= {f"row{place}-indicator": indicator, f"row{place}-emphasis": emphasis}
        if core:
            data[f"row{place}-core"] = "on"
    return data


def of(views, channel):
    return next(view for view in views if view.plan.template.channel == channel)


def test_the_shipped_templates_name_indicators_that_exist_and_the_right_number_of_core_ones(company, db):
    from bihuan.engine.indicators.passports import shipped

    for channel in CHANNELS:
        items = templates()[channel].items
        assert {item.indicator for item in items} <= set(shipped())
        assert CORE_LEAST <= sum(item.core for item in items) <= CORE_MOST
    assert "call_quality" in templates()["phone"].emphasis
    assert "emotion" in templates()["social"].emphasis


def test_what_a_channel_is_about_but_nobody_measures_is_said(cast):
    views = channels(cast.director)
    assert any("通话质量" in text for text in of(views, "phone").warnings)
    assert any("情绪管理" in text for text in of(views, "social").warnings)
    assert of(views, "ticket").warnings == (), "the company has tickets with answers, resolutions and closings"


def test_a_channel_without_any_case_is_not_told_to_measure_what_its_plan_measures(cast, settings, tmp_path):
    settings.BIHUAN_HOME = tmp_path / "new"
    views = channels(cast.director)
    assert of(views, "ticket").warnings == ()
    assert [text for text in of(views, "social").warnings if "情绪管理" in text and "响应" not in text]


def test_values_are_of_the_channels_own_rows(cast):
    ticket = of(channels(cast.director), "ticket")
    line = next(line for line in ticket.lines if line.item.indicator == "csat")
    assert line.result.n == 2 * (20 + 20 + 15 + 10)
    assert ticket.cases == 2 * 130 and "channel=ticket" in ticket.board_url
    assert line.rows_url
    Role.objects.filter(key="director").update(permissions=["evaluate.view_board"])
    alone = channels(type(cast.director).objects.get(pk=cast.director.pk))
    assert not any(line.rows_url for view in alone for line in view.lines), "no way to rows that they may not open"


def test_what_a_worker_asks_at_its_start_is_what_the_page_asks(cast, monkeypatch):
    assert warm_up() == len(CHANNELS)

    def refuse(*args):
        raise AssertionError("the page has to wait for an answer")

    monkeypatch.setattr(engine, "_evaluated", refuse)
    assert of(channels(cast.director), "ticket").cases == 2 * 130
    engine.results.clear()
    monkeypatch.setattr(engine, "shared", refuse)
    assert warm_up() == 0, "a workspace that cannot answer is served all the same"


def test_too_few_and_too_many_core_indicators_are_warned_of(client, cast):
    client.force_login(cast.director)
    address = reverse("progress:channel_edit", args=["ticket"])
    assert client.post(address, rows(("fcr", True, "solution"), ("csat", True, ""))).status_code == 302
    assert any("只有 2 个" in text for text in of(channels(cast.director), "ticket").warnings)
    six = [(name, True, "") for name in ("fcr", "csat", "closure_rate", "reopen_rate", "recurrence", "nps")]
    assert client.post(address, rows(*six, base="1")).status_code == 302
    assert any("有 6 个" in text for text in of(channels(cast.director), "ticket").warnings)
    assert [row.number for row in ChannelPlanVersion.objects.order_by("number")] == [1, 2]
    assert AuditEntry.objects.filter(action="plan.channel_changed").count() == 2


def test_a_plan_made_on_an_old_version_is_refused(client, cast):
    client.force_login(cast.director)
    address = reverse("progress:channel_edit", args=["ticket"])
    client.post(address, rows(("fcr", True, "")))
    assert client.post(address, rows(("csat", True, ""))).status_code == 422


def test_an_indicator_is_named_once(client, cast):
    client.force_login(cast.director)
    twice = rows(("fcr", True, ""), ("fcr", False, ""))
    response = client.post(reverse("progress:channel_edit", args=["phone"]), twice)
    assert response.status_code == 422 and "重复" in response.content.decode()


def test_the_outsider_changes_nothing(client, cast):
    for name in ("manager", "leader", "outsider", "agent", "nobody", "vendor"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("progress:channel_edit", args=["phone"])).status_code == 404, name
    client.force_login(cast.nobody)
    assert client.get(reverse("progress:channel_list")).status_code == 404
    assert client.get(reverse("progress:scope_preview")).status_code == 404


def test_the_preview_of_a_scope_counts_within_the_persons_reach(client, cast):
    seen = {}
    for name in ("director", "manager", "outsider"):
        client.force_login(getattr(cast, name))
        seen[name] = client.get(reverse("progress:scope_preview"), {"kind": "complaint"}).context["found"].total
    assert seen == {"director": 2 * 33, "manager": 2 * 28, "outsider": 2 * 5}


def test_an_unknown_channel_is_not_there(client, cast):
    client.force_login(cast.director)
    assert client.get(reverse("progress:channel_edit", args=["fax"])).status_code == 404
