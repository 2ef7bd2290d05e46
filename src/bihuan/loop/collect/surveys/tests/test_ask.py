"""The shared fragments of the answer page: every kind of item, native, labelled, nothing chosen beforehand."""

import re

import pytest
from django.template.loader import render_to_string

from bihuan.engine.survey.questionnaire import read, shown
from bihuan.engine.survey.questionnaire.tests.builders import FULL


def drawn(answers=None, error="", language="zh-hans"):
    pages = shown(read(FULL), answers or {}, language=language)
    return {item.name: render_to_string("surveys/ask/item.html", {"item": item, "error": error})
            for page in pages for item in page.items}


def test_nothing_is_chosen_beforehand():
    for text in drawn().values():
        assert " checked" not in text and " selected" not in text


def test_every_field_has_its_name_and_every_label_its_field():
    for name, text in drawn({"overall": 4, "kind": "new"}).items():
        names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', text))
        assert names <= {name, f"{name}-Comment", "staff.polite", "staff.quick", "order.x", "order.y", "order.z"}
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'<label[^>]* for="([^"]+)"', text)) <= set(ids)


def test_an_answer_given_comes_back_chosen():
    told = drawn({"overall": 2, "overall-Comment": "慢<b>", "staff": {"polite": "4"}, "order": ["z", "x", "y"],
                  "kind": "new",
                  "city": "沪", "why": "等"})
    assert re.search(r'value="2"[^>]* checked', told["overall"]) and "慢&lt;b&gt;" in told["overall"]
    assert re.search(r'name="staff.polite" value="4"[^>]* checked', told["staff"])
    assert re.search(r'name="order.z"><option value="">—</option><option value="1" selected', told["order"])
    assert re.search(r'value="沪" selected', told["city"]) and ">等</textarea>" in told["why"]


@pytest.mark.parametrize("name", ["overall", "kind", "why", "years"])
def test_an_error_stands_at_its_field(name):
    text = drawn({"overall": 4}, error="请作答")[name]
    assert f'<p class="error" id="e-{name}">请作答</p>' in text
    assert 'aria-invalid="true"' in text and re.search(rf'aria-describedby="e-{name}[" ]', text)
