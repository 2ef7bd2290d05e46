"""How many SQL statements each list page takes, kept in query_counts.json: a change of it is a change to be seen."""

import json
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.jobs import enqueue
from bihuan.core.services import create_user
from bihuan.core.services.people import Post
from bihuan.core.tests.cast import SYSTEM

EXPECTED = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def test_a_list_takes_as_many_statements_as_agreed_however_long_it_is(client, cast):
    client.force_login(cast.admin)
    enqueue("core.verify_log", actor=cast.admin)
    assert {path: count(client, path) for path in EXPECTED} == EXPECTED
    role = cast.leader.assignments.get().role
    for number in range(5):
        create_user(username=f"p{number}", posts=[Post(role, "n1"), Post(role, "s1")], actor=SYSTEM)
        enqueue("core.verify_log", actor=cast.admin)
    assert {path: count(client, path) for path in EXPECTED} == EXPECTED


def count(client, path):
    with CaptureQueriesContext(connection) as statements:
        assert client.get(path).status_code == 200
    return len(statements)
