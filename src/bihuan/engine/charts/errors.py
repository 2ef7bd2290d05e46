"""What can go wrong with charts, as codes with a sentence in Chinese and English that says what to do."""

from __future__ import annotations

from typing import Any

SENTENCES = {
    "echarts_missing": (
        "找不到 echarts.min.js（已查找：{places}）。"
        "请运行 make setup，或用环境变量 BIHUAN_ECHARTS 指明文件；否则报告不含图。",
        "echarts.min.js was not found (looked at: {places}). Run make setup or name the file in BIHUAN_ECHARTS; "
        "without it reports have no pictures.",
    ),
    "chart_refused": (
        "图表无法绘制：{reason}。请检查图表定义。",
        "The chart could not be drawn: {reason}. Check its definition.",
    ),
}


class ChartError(Exception):
    """A chart that could not be drawn: ``code``, ``params`` and ``text("zh"|"en")``."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(self.text("en"))

    def text(self, lang: str = "zh") -> str:
        return SENTENCES[self.code][0 if lang.startswith("zh") else 1].format(**self.params)
