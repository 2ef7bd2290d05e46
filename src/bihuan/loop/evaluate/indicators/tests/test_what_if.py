"""What goes with more first-contact resolution: the own association, in the reader's reach, never called a cause."""

from django.urls import reverse

from bihuan.engine.report.contracts import Relation

from ..queries import what_if

PHONE = Relation("channel", "ticket", 60, 40, 4.5, 3.5, 1.0, 0.6, 1.4)


def page(client, person, address="period=all"):
    client.force_login(person)
    return client.get(f"{reverse('indicators:what_if')}?{address}")


def test_a_supposed_change_carries_the_own_association_with_its_interval(client, cast, monkeypatch):
    """Nobody in the company came twice, so nothing can be compared; with 60 + 40 rated cases 5 points go with 0.05."""
    told = page(client, cast.director).content.decode()
    assert "相关而非因果" in told and "30 条带满意度评分的" in told
    asked = []
    monkeypatch.setattr(what_if, "associate", lambda rows, minimum: asked.append(rows) or (
        Relation("all", None, 60, 40, 4.5, 3.5, 1.0, 0.6, 1.4), PHONE))
    found = page(client, cast.leader, "period=all&gain=-5").context["found"]
    assert found.whole.change == ("-0.05", "-0.07 – -0.03")
    channels = dict(found.parts)["渠道"]
    assert [(line.label, line.change[0]) for line in channels] == [("工单系统", "-0.05")]
    assert set(asked[0]["agent"].to_pylist()) == {"a1", "a2"} and None not in asked[0]["csat"].to_pylist()
    beyond = page(client, cast.leader, "period=all&gain=5").context["found"]
    assert beyond.whole.is_beyond and beyond.whole.supposed is None, "all were solved at once already"
    assert page(client, cast.leader, "gain=much").status_code == 422
    assert page(client, cast.nobody).status_code == 404
