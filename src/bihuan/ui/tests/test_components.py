"""Components show what makes a number honest, and keep what was typed."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from bihuan.engine.indicators.contracts import Result
from bihuan.ui import icons


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def result(**changes):
    known = {"indicator": "fcr", "version": "1", "period": "all", "group": {}, "value": 0.62, "n": 40, "low": 0.47,
             "high": 0.75, "band": 2, "bands_possible": (1, 2, 3), "unit": "%"}
    return Result(**{**known, **changes})


def test_number_shows_n_interval_and_uncertain_band():
    page = draw("{% number result title='一次性解决率' url='/rows/' %}", result=result(immature=3))
    for part in ("62.0%", "n = 40", "47.0% – 75.0%", "2 · 低于预期", "与 1 档、3 档不可区分", "另有 3 条未满观察期",
                 'href="/rows/"'):
        assert part in page


def test_a_number_of_things_has_an_interval_of_whole_things():
    """8 complaints by Poisson: 3.45 to 15.76 (Garwood 1936); a mean number of transfers keeps its decimals."""
    known = {"value": 8.0, "n": 8, "low": 3.45, "high": 15.76, "unit": "count", "band": None}
    assert "3 – 16" in draw("{% value result %}", result=result(**known, method="poisson")).replace("\u00a0", " ")
    mean = known | {"value": 0.8, "low": 0.61, "high": 1.24}
    assert "n = 8" in (shown := draw("{% value result %}", result=result(**mean, method="t"))) and "1.24" in shown


def test_a_difference_has_its_sign_and_shares_differ_by_points():
    page = draw("{% difference result %}", result=result(value=-0.093, low=-0.121, high=0.004)).replace("\u00a0", " ")
    assert "-9.3 个百分点" in page and "-12.1 个百分点 – +0.4 个百分点" in page


def test_no_data_is_said_and_has_no_band():
    page = draw("{% number result title='参评率' %}", result=result(value=None, n=0, low=None, high=None, band=None))
    assert "暂无数据" in page
    assert "档" not in page


def test_suppressed_number_shows_neither_value_nor_n():
    page = draw("{% number result title='x' %}{% value result %}{% band result %}", result=result(suppressed=True, n=4))
    assert "样本过少，不予显示" in page
    assert "62" not in page and "n = " not in page


def test_zero_is_a_value():
    assert "0.0%" in draw("{% value result %}", result=result(value=0.0))


def test_missing_result_is_no_data():
    assert "暂无数据" in draw("{% value result %}", result=None)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=4, help_text="写明撤销的原因")
    kind = forms.ChoiceField(label="种类", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="我已确认")
    table = forms.ChoiceField(label="表", choices=[("cases", "工单")])


def test_refused_field_keeps_what_was_typed_and_is_linked_to_its_error():
    page = draw("{% fields form %}", form=ReasonForm({"reason": "太长的原因", "kind": "b"}))
    assert 'value="太长的原因"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_reason_error"' in page and "id_reason_error" in page.split("<input", 1)[1].split(">")[0]
    assert 'value="b"' in page and "checked" in page
    assert 'class="form-select' in page and 'class="form-check-input' in page


def test_pager_keeps_the_rest_of_the_address():
    request = RequestFactory().get("/x/", {"q": "退款", "page": "2"})
    page = draw("{% pager page %}", request=request, page=Paginator(range(100), 10).page(2))
    assert 'href="?q=%E9%80%80%E6%AC%BE&amp;page=3"' in page
    assert 'aria-current="page">2<' in page


def test_one_page_needs_no_pager():
    assert draw("{% pager page %}", request=RequestFactory().get("/"), page=Paginator([1], 10).page(1)).strip() == ""


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_draws_without_inline_style(name):
    drawn = icons.icon(name)
    assert drawn.startswith("<svg") and "style=" not in drawn and 'aria-hidden="true"' in drawn


def test_unknown_icon_says_which_there_are():
    with pytest.raises(ValueError, match="chart-bar"):
        icons.icon("no-such")


def test_progress_without_total_only_moves():
    assert "value=" not in draw("{% progress 3 None '正在读取' %}")
    assert 'value="50.0"' in draw("{% progress 5 10 '正在读取' %}")


def test_a_hint_of_a_field_is_text_and_no_markup():
    """A hint may quote what somebody stored, such as a masked secret or a condition with a less-than sign."""
    class Asked(forms.Form):
        code = forms.CharField(help_text="wait_s < 24h <img src=x onerror=alert(1)>")

    assert "<img" not in draw("{% field form.code %}", form=Asked())
    assert "wait_s &lt; 24h" in draw("{% field form.code %}", form=Asked())
