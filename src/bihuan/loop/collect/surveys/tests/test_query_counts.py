"""How many SQL statements the pages take, however much there is to list."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ..services import create_survey, load_dimensions, plan_wave, publish_version

EXPECTED = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_takes_as_many_statements_as_agreed(client, survey, cast, name):
    load_dimensions(actor=cast.manager)
    publish_version(version=survey.versions.get(), actor=cast.manager)
    plan_wave(survey=survey, actor=cast.manager)
    args = {"survey": [survey.pk], "builder": [survey.pk, 1]}.get(name, [])
    client.force_login(cast.manager)
    first = count(client, reverse(f"surveys:{name}", args=args))
    for number in range(3):
        more = create_survey(actor=cast.manager, title=f"调查{number}", unit_code="n1",
                             document=survey.versions.get().document)
        plan_wave(survey=more, actor=cast.manager)
        plan_wave(survey=survey, actor=cast.manager)
    assert (first, count(client, reverse(f"surveys:{name}", args=args))) == (EXPECTED[name], EXPECTED[name])


def count(client, path):
    with CaptureQueriesContext(connection) as statements:
        assert client.get(path).status_code == 200
    return len(statements)
