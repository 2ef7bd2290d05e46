"""Codes of the records are never shown: channels and units have words, what people named keeps its own."""

import pytest

from bihuan.core.models import Unit
from bihuan.engine.survey.design import read_design
from bihuan.loop.evaluate.opinions.queries.words import group_labels


@pytest.mark.django_db
def test_groups_are_called_by_their_words():
    Unit.objects.create(code="n1", name="北一组", kind="team")
    assert group_labels("@channel", ["wechat", "fax"]) == {"wechat": "微信", "fax": "fax"}
    assert group_labels("@unit", ["n1"]) == {"n1": "北一组"}
    assert group_labels("年龄", ["18-25"]) == {"18-25": "18-25"}
    named = read_design({"labels": {"LANG": {"3": {"zh": "中文", "en": "Chinese"}}}})
    assert group_labels("LANG", ["3", "5"], named) == {"3": "中文", "5": "5"}
