"""PostgreSQL is asked less: no question whether it is there right after an answer, hot statements planned once."""

import pytest
from django.db import connection

from bihuan.config.environment import postgres
from bihuan.config.postgresql import base
from bihuan.core.statements import hot_cursor


def test_a_connection_is_asked_once_a_second_whether_it_is_in_order(monkeypatch):
    settings = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False,
                "TIME_ZONE": None, "TEST": {}}
    wrapper = base.DatabaseWrapper({**postgres("postgres://u@h/quality"), **settings})
    now, asked = [100.0], []
    monkeypatch.setattr(base.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(wrapper, "is_usable", lambda: not asked.append(now[0]))
    wrapper.connection, wrapper.health_check_enabled = object(), True
    for moment in (100.0, 100.5, 100.9, 101.1, 101.2):
        now[0], wrapper.health_check_done = moment, False
        wrapper.close_if_health_check_failed()
        assert wrapper.health_check_done
    assert asked == [100.0, 101.1]
    wrapper.connection = None


@pytest.mark.django_db
def test_a_hot_statement_is_prepared_where_the_database_can():
    for number in range(8):
        with hot_cursor() as cursor:
            cursor.execute("SELECT %s + 1", [number])
            assert cursor.fetchone() == (number + 1,)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["SELECT $1 + 1%"])
            assert cursor.fetchone() == (1,)
