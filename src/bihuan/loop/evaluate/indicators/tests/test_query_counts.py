"""The SQL statements of each list page, counted: a page that asks once a line is noticed here."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("address", COUNTS)
def test_a_list_page_asks_no_more_than_it_did(client, cast, address):
    client.force_login(cast.director)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= COUNTS[address], [query["sql"][:120] for query in asked]
