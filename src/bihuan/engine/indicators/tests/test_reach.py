"""Service records and answers reach different moments: each window closes by the rows that it waits for."""

import dataclasses

import pyarrow as pa

from bihuan.engine.facts import store
from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.engine.indicators.evaluate import evaluate_on, open_session
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.rows import rows_on
from bihuan.engine.indicators.tests.company import AS_OF, at, case, connection, days, session


def test_answers_of_today_end_no_window_of_the_service():
    # The service's rows end on 1 April, the answers a month later: the contact of 28 March is still too young for
    # its 7 days, while the invitation of 20 April is old enough for its own and that of 30 April is not.
    contact = case(1, "2024-03-28 10:00", customer="C1", topic="t", ended_at=at("2024-03-28 10:00"), reopens=0)
    asked = [{"invitation": f"i{day}", "at": at(f"2024-04-{day} 09:00"), "answered": day == 20, "status": "sent"}
             for day in (20, 30)]
    told = dataclasses.replace(session(connection(case=[contact], invitation=asked)), told=AS_OF + days(30))
    passports = [shipped()[name] for name in ("fcr", "participation")]
    fcr, rate = evaluate_on(told, passports, Query(), EVERYTHING)
    assert (fcr.n, fcr.immature, rate.n, rate.numerator, rate.immature) == (0, 1, 1, 1, 1)
    assert [one.as_of for one in (fcr, rate)] == ["2024-04-01T00:00:00+00:00", "2024-05-01T00:00:00+00:00"]
    shown = rows_on(told, passports[1], Query(indicators=("participation",)), EVERYTHING)
    assert [(row["invitation"], row["immature"]) for row in shown.to_pylist()] == [("i20", False), ("i30", True)]


def test_an_opened_workspace_knows_both(home):
    store.append(home, "cases", pa.table({"external_id": ["1"], "id": ["s:1"], "opened": [at("2024-03-01 10:00")]}))
    store.append(home, "answers", pa.table({"id": ["a1"], "survey": ["s"], "at": [at("2024-05-01 10:00")]}))
    with open_session(home, Query()) as found:
        assert (found.as_of, found.told) == (at("2024-03-01 10:00"), at("2024-05-01 10:00"))
        assert found.reached(shipped()["csat"]) == found.told and found.reached(shipped()["fcr"]) == found.as_of
