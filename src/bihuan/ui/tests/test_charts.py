"""A chart carries its figures as a table, and its JSON cannot end the script element."""

from django.template import Context, Template

from bihuan.ui.chart_table import twin
from bihuan.ui.sparks import lines


def test_bars_become_rows_by_category():
    option = {"xAxis": {"type": "category", "data": ["一组", "二组"]}, "yAxis": {"type": "value"},
              "series": [{"type": "bar", "name": "接通率", "data": [0.5, None]},
                         {"type": "custom", "data": [[0, 0.4, 0.6]]}]}
    table = twin(option)
    assert table is not None
    assert table.head == ("", "接通率")
    assert table.rows == (("一组", "0.5"), ("二组", "—"))


def test_radar_has_one_row_per_axis():
    option = {"radar": {"indicator": [{"name": "响应"}, {"name": "解决"}]},
              "series": [{"type": "radar", "data": [{"name": "本期", "value": [3, 4]}]}]}
    table = twin(option)
    assert table is not None
    assert table.rows == (("响应", "3"), ("解决", "4"))


def test_parts_are_listed_by_name():
    table = twin({"series": [{"type": "funnel", "name": "工单", "data": [{"name": "进线", "value": 10}]}]})
    assert table is not None
    assert table.rows == (("进线", "10"),)


def test_scatter_of_pairs_has_no_table():
    assert twin({"xAxis": {"type": "value"}, "series": [{"type": "scatter", "data": [[1, 2]]}]}) is None


def test_chart_json_cannot_close_its_script_element():
    page = Template("{% load ui %}{% chart option label='趋势' %}").render(
        Context({"option": {"title": {"text": "</script><b>&"}, "series": []}}))
    assert page.count("</script>") == 1
    assert "\\u003C/script\\u003E\\u003Cb\\u003E\\u0026" in page
    assert 'role="img"' in page and 'aria-label="趋势"' in page


def test_gap_in_the_data_is_a_gap_in_the_line():
    assert len(lines([1, 2, None, 3, 4])) == 2
    assert lines([None, None]) == []
    assert lines([5, 5]) == ["2.0,12.0 98.0,12.0"]


def test_spark_without_data_says_so():
    assert "—" in Template("{% load ui %}{% spark values %}").render(Context({"values": [None]}))
