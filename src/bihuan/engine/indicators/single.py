"""The evaluation of one case."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts.lake import literal
from ..home import Home
from .contracts import Passport, Query, Result, Scope, Target
from .evaluate import evaluate_on, open_session
from .executors import DuckDBExecutor


def evaluate_case(home: Home, case: str, passports: Sequence[Passport], scope: Scope, *,
                  targets: Sequence[Target] = ()) -> list[Result]:
    """Return what ``evaluate`` gives for indicators with this case alone; they look at cases and nothing else.

    The case is looked for among all cases once, where each pass of an evaluation would do it again.
    """
    query = Query(indicators=tuple(one.name for one in passports))
    with open_session(home, Query()) as session:
        assert isinstance(session.executor, DuckDBExecutor)
        con = session.executor.connection
        con.execute(f'CREATE TEMP TABLE one_case AS SELECT * FROM fact_case WHERE "case" = {literal(case)}')
        con.execute("CREATE OR REPLACE TEMP VIEW fact_case AS SELECT * FROM one_case")
        return evaluate_on(session, passports, query, scope, targets=targets)
