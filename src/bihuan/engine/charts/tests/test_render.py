"""The pictures for Word and PDF, drawn by the same ECharts that the pages load."""

import re
import threading

import pytest

from bihuan.engine.charts.errors import ChartError
from bihuan.engine.charts.groups import grouped_bars
from bihuan.engine.charts.render import can_draw, to_png, to_svg
from bihuan.engine.charts.tests.results import result

PNG = b"\x89PNG\r\n\x1a\n"
TEAMS = [result(0.5 + 0.1 * place, team=team, tier=tier)
         for place, team in enumerate(["一组", "二组"]) for tier in ("新客", "老客", "VIP")]


def middles(svg, series):
    """Return the horizontal middle of each drawn part of a series; bars are relative, boxes absolute paths."""
    found = []
    part = rf'<path d="M([\d.]+) [\d.]+(?:l([\d.]+) 0|L([\d.]+) )[^>]*series_index="{series}"[^>]*ssr_type="chart"'
    for left, width, right in re.findall(part, svg):
        found.append(float(left) + float(width) / 2 if width else (float(left) + float(right)) / 2)
    return found


def test_svg_is_of_the_asked_size_and_holds_the_words():
    svg = to_svg(grouped_bars(TEAMS, by="team", split="tier", title="一次性解决率"), 640, 320)
    assert svg.startswith("<svg") and 'width="640"' in svg and "一次性解决率" in svg and "二组" in svg


def test_error_bars_stand_on_the_middle_of_their_bars():
    svg = to_svg(grouped_bars(TEAMS, by="team", split="tier"), 900, 400)
    bars = [middle for series in (0, 2, 4) for middle in middles(svg, series)]
    whiskers = [middle for series in (1, 3, 5) for middle in middles(svg, series)]
    assert len(set(bars)) == 6
    assert whiskers == pytest.approx(bars, abs=2)


def test_png_has_twice_the_pixels_for_print():
    png = to_png(grouped_bars(TEAMS, by="team"), 300, 200)
    assert png.startswith(PNG)
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (600, 400)


def test_every_thread_may_draw():
    drawn = []
    threads = [threading.Thread(target=lambda: drawn.append(to_svg(grouped_bars(TEAMS, by="team")))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 2 and drawn[0].startswith("<svg")


def test_without_echarts_the_message_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("BIHUAN_ECHARTS", str(tmp_path / "none.js"))
    assert not can_draw()
    with pytest.raises(ChartError) as caught:
        to_svg({})
    assert caught.value.code == "echarts_missing"
    assert "make setup" in caught.value.text("zh") and "none.js" in caught.value.text("en")


def test_an_option_that_echarts_refuses_is_named():
    with pytest.raises(ChartError) as caught:
        to_svg({"xAxis": {"type": "category"}, "yAxis": [], "series": [{"type": "line", "xAxisIndex": 9, "data": [1]}]})
    assert caught.value.code == "chart_refused"
