"""A web process prepares itself before the first question."""

from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cache import results
from bihuan.loop.evaluate.indicators.queries.warm import warm_up


def test_the_first_board_finds_its_numbers_worked_out(client, cast):
    results.clear()
    assert warm_up() > 5
    asked = []
    before = engine.evaluate_on
    engine.evaluate_on = lambda *args, **kwargs: asked.append(args) or before(*args, **kwargs)
    try:
        client.force_login(cast.director)
        assert client.get("/evaluate/board/?compare=none").status_code == 200
        results.clear()     # as the memory of another worker, who was asked nothing yet
        assert client.get("/evaluate/board/?compare=none").status_code == 200
        assert asked == [], [(a[2], a[3]) for a in asked]
        engine.ask(Query(indicators=("reopen_rate",), by=("customer",)), EVERYTHING)
        results.clear()
        engine.ask(Query(indicators=("reopen_rate",), by=("customer",)), EVERYTHING)
    finally:
        engine.evaluate_on = before
    assert len(asked) == 2, "what names customers is left for nobody"


def test_facts_that_cannot_be_read_do_not_stop_the_server(company, caplog):
    results.clear()
    for table in company.facts.glob("*/_delta_log/*.json"):
        table.write_text("not a log")
    assert warm_up() == 0
    assert "could not be opened" in caplog.text
