"""What can go wrong with a report, as codes with a sentence in Chinese and English that says where and what to do."""

from __future__ import annotations

from typing import Any

SENTENCES = {
    "nothing_to_report": (
        "所选期间和范围内没有任何指标有数据。请先导入数据，或换一个期间。",
        "No indicator has data in this period and scope. Import data first, or choose another period.",
    ),
    "unknown_number": (
        "“{chapter}”中引用了不存在的数字 [[{key}]]。可用：{known}。删除该引用，或改用列出的编号。",
        'The chapter "{chapter}" refers to the number [[{key}]], which does not exist. There are: {known}. '
        "Remove it or use one of these.",
    ),
    "unknown_part": (
        "报告中没有“{key}”。可用：{known}。",
        'The report has no part "{key}". There are: {known}.',
    ),
    "altered_numbers": (
        "报告的数字与其指纹不符：文件在别处被改动过。请用数据重新生成报告。",
        "The numbers of the report do not match its fingerprint: the file was changed elsewhere. Draft it anew.",
    ),
    "unknown_format": (
        "不支持写成“{suffix}”。文件名请以 .docx、.pdf 或 .xlsx 结尾。",
        'Reports cannot be written as "{suffix}". End the file name in .docx, .pdf or .xlsx.',
    ),
    "no_folder": (
        "没有文件夹 {folder}。请检查路径，或先建立它。",
        "There is no folder {folder}. Check the path, or make it first.",
    ),
    "cannot_write": (
        "{file} 写不进去：{problem}。请检查文件夹与权限。",
        "{file} cannot be written: {problem}. Check the folder and its rights.",
    ),
    "unknown_period": (
        "看不懂期间“{text}”。写法：2024-03、2024-Q1、2024-W09、2024、month、week、quarter、year 或 all。",
        'The period "{text}" is not understood. Write 2024-03, 2024-Q1, 2024-W09, 2024, month, week, quarter, year '
        "or all.",
    ),
}


class ReportError(Exception):
    """A refusal with a ``code`` and the ``params`` of its sentence; ``text("zh"|"en")`` is for people."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(self.text("en"))

    def text(self, lang: str = "zh") -> str:
        return SENTENCES[self.code][0 if lang.startswith("zh") else 1].format(**self.params)
