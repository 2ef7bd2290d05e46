"""Charts as pictures without a browser: the same ECharts in QuickJS makes SVG, resvg makes PNG of it."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from .errors import ChartError

FONT = "Noto Sans SC"
PACKAGE = Path(__file__).resolve().parents[2]
PLACES = (
    PACKAGE / "ui" / "static" / "ui" / "dist" / "echarts.min.js",
    PACKAGE.parents[1] / "node_modules" / "echarts" / "dist" / "echarts.min.js",
)
# The engine answers with JSON text: QuickJS hands strings over as they are, objects as handles into its memory.
# QuickJS alone has no timers; a still picture needs none.
DRAW = """
globalThis.setTimeout = () => 0;
globalThis.clearTimeout = () => undefined;
function draw(text, width, height, font) {
  const option = JSON.parse(text);
  option.textStyle = Object.assign({ fontFamily: font }, option.textStyle);
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
  try {
    chart.setOption(option);
    return JSON.stringify(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}
"""
_local = threading.local()


def find_echarts() -> Path:
    """Return the path of ``echarts.min.js``: $BIHUAN_ECHARTS, the built pages, or node_modules.

    Raises ChartError("echarts_missing") when there is none; reports are then written without pictures.
    """
    named = os.environ.get("BIHUAN_ECHARTS")
    places = (Path(named),) if named else PLACES
    for place in places:
        if place.is_file():
            return place
    raise ChartError("echarts_missing", places=", ".join(map(str, places)))


def can_draw() -> bool:
    """Return whether charts can be drawn here."""
    try:
        find_echarts()
    except ChartError:
        return False
    return True


def to_svg(option: dict[str, Any], width: int = 720, height: int = 360) -> str:
    """Return the chart as an SVG document of ``width`` x ``height`` pixels; raises ChartError when it cannot."""
    import quickjs

    try:
        answer = _context().get("draw")(json.dumps(option, allow_nan=False), width, height, FONT)
    except quickjs.JSException as error:
        raise ChartError("chart_refused", reason=str(error).splitlines()[0]) from error
    return str(json.loads(answer))


def to_png(option: dict[str, Any], width: int = 720, height: int = 360, *, zoom: float = 2.0) -> bytes:
    """Return the chart as PNG with ``zoom`` times the pixels (2: sharp in print) on white, set in Noto Sans SC."""
    return svg_to_png(to_svg(option, width, height), zoom=zoom)


def svg_to_png(svg: str, *, zoom: float = 2.0) -> bytes:
    """Return any drawing as PNG with ``zoom`` times its pixels on white, set in Noto Sans SC."""
    import resvg_py
    from pylopdf_fonts_zh_cn import sans_path

    return bytes(resvg_py.svg_to_bytes(
        svg_string=svg, background="#ffffff", zoom=zoom, font_family=FONT, sans_serif_family=FONT,
        font_files=[str(sans_path())], skip_system_fonts=True,
    ))


def _context() -> Any:
    """Return this thread's QuickJS with ECharts loaded: loading takes 0.2 s, a chart 20 ms."""
    import quickjs

    path = find_echarts()
    loaded = getattr(_local, "loaded", None)
    if loaded is None or loaded[0] != path:
        context = quickjs.Context()
        context.eval(path.read_text(encoding="utf-8"))
        context.eval(DRAW)
        loaded = _local.loaded = (path, context)
    return loaded[1]
