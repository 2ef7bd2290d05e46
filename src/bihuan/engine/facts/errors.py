"""What can go wrong with facts, as codes with a sentence in Chinese and English that says where and what to do."""

from __future__ import annotations

from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    "locked": (
        "另一个进程一直占用着 {lock}。请等它结束，或确认没有导入在运行后重试。",
        "Another process has been holding {lock}. Wait for it to end, or make sure that no import runs and try again.",
    ),
    "unknown_table": (
        "没有名为 {table} 的数据表。可用的表：{tables}。",
        "There is no table {table}. Choose one of: {tables}.",
    ),
    "unknown_batch": (
        "没有批次 {batch}。用 bihuan batches 或导入页查看已有批次。",
        "There is no batch {batch}. List them with bihuan batches, or see the page of imports.",
    ),
    "already_undone": (
        "批次 {batch} 已于 {at} 撤销过。",
        "Batch {batch} was already undone at {at}.",
    ),
    "journal_broken": (
        "导入日志 {file} 第 {line} 行与前一行的哈希不符：有人改动过它。请从备份恢复，或核对该行之后的批次。",
        "Line {line} of the import journal {file} does not follow from the line before: it was changed. "
        "Restore a backup, or check the batches after that line.",
    ),
    "no_file": ("找不到文件 {file}。请检查路径。", "There is no file {file}. Check the path."),
    "no_folder": (
        "没有文件夹 {folder}。请检查路径，或先建立它。",
        "There is no folder {folder}. Check the path, or make it first.",
    ),
    "folder": ("{file} 是文件夹。请写出里面的一个文件。", "{file} is a folder. Name one file in it."),
    "binary_file": (
        "{file} 不是文本、电子表格、Parquet 或日志文件，读不出记录。请从来源系统重新导出。",
        "{file} is no text, spreadsheet, Parquet file or log: no record can be read from it. Export it again.",
    ),
    "empty_file": ("文件 {file} 是空的。请重新导出。", "The file {file} is empty. Export it again."),
    "no_records": (
        "文件 {file} 里没有一条记录。请检查导出条件。",
        "The file {file} holds no record. Check how it was exported.",
    ),
    "broken_xml": (
        "{file} 第 {line} 行的 XML 不完整：{problem}。请重新导出。",
        "The XML of {file} breaks off at line {line}: {problem}. Export it again.",
    ),
    "broken_json": ("{file} 不是有效的 JSON：{problem}。", "{file} is not valid JSON: {problem}."),
    "no_case_type": (
        "{file} 里没有可作为工单的对象类型（{asked}）。在映射中写 case_type，可选：{types}。",
        "No object type of {file} can be the case ({asked}). State case_type in a mapping; there are: {types}.",
    ),
    "packed_files": (
        "{file} 是压缩包，不是电子表格。请先解压，再导入里面的文件：{names}。",
        "{file} is an archive and no spreadsheet. Unpack it and import the files in it: {names}.",
    ),
    "broken_sheet": (
        "打不开电子表格 {file}：{problem}。它可能没有下载完整或已损坏，请重新导出，或另存为 CSV。",
        "The spreadsheet {file} cannot be opened: {problem}. It may be incomplete; export it again or save it as CSV.",
    ),
    "web_page": (
        "{file} 是网页表格，不是 Excel 文件（有些系统这样导出 .xls）。请在 Excel 中打开，另存为 xlsx 或 CSV。",
        "{file} is a web page and no spreadsheet, as some systems export .xls. Open it and save it as xlsx or CSV.",
    ),
    "locked_sheet": (
        "{file} 设有打开密码。请在 Excel 中去掉密码后另存一份。",
        "{file} is protected by a password. Save a copy without it.",
    ),
    "bomb": (
        "{file} 解压后过大（{size}），可能已损坏或有问题。请改用 CSV 导出，或分成几个文件。",
        "{file} unpacks to too much ({size}). Export it as CSV, or as several files.",
    ),
    "broken_packing": (
        "{file} 的压缩不完整：{problem}。请重新下载或重新压缩。",
        "The packing of {file} is incomplete: {problem}. Download it or pack it again.",
    ),
    "broken_parquet": (
        "{file} 不是完整的 Parquet 文件：{problem}。请重新导出。",
        "{file} is no complete Parquet file: {problem}. Export it again.",
    ),
    "unreadable": (
        "读不出 {file}：{problem}。文件可能已损坏，请重新导出，或另存为 UTF-8 编码的 CSV。",
        "{file} cannot be read: {problem}. It may be damaged; export it again or save it as CSV in UTF-8.",
    ),
    "unknown_encoding": (
        "不认识编码 {encoding}。可选：utf-8、gb18030、utf-16、big5。",
        "There is no encoding {encoding}. Choose utf-8, gb18030, utf-16 or big5.",
    ),
    "unknown_sheet": (
        "{file} 里没有工作表“{sheet}”，可选：{sheets}。",
        "{file} has no sheet \"{sheet}\"; choose one of: {sheets}.",
    ),
    "missing_columns": (
        "映射 {mapping} 需要的列在文件里找不到：{lacking}。文件的列有：{columns}。请改映射或换一个预设。",
        "The mapping {mapping} does not find the columns it needs: {lacking_en}. The file has: {columns_en}. "
        "Change the mapping or use another preset.",
    ),
    "not_recognised": (
        "认不出 {file} 是哪种导出。最接近的预设：{nearest}。请用 --preset 指定，或写一个映射文件（--mapping）。",
        "{file} is not like any export we know. The nearest presets: {nearest}. Name one with --preset, or write a "
        "mapping file (--mapping).",
    ),
    "unlike_any": (
        "认不出 {file} 是哪种导出，也没有相近的预设。请用 --preset 指定，或写一个映射文件（--mapping）。",
        "{file} is not like any export we know, and no preset is near it. Name one with --preset, or write a mapping "
        "file (--mapping).",
    ),
    "unknown_preset": (
        "没有预设 {preset}，可选：{presets}。",
        "There is no preset {preset}; choose one of: {presets}.",
    ),
    "wrong_table": (
        "预设 {preset} 填充的是 {tables}，不是 {table}。",
        "The preset {preset} fills {tables}, not {table}.",
    ),
    "preset_name": (
        "预设名 {preset} 只能由小写字母、数字和下划线组成，且不能与自带预设同名。",
        "A preset's name ({preset}) is made of small letters, digits and underscores and is none of the shipped ones.",
    ),
    "backup_exists": (
        "{file} 已存在，不会覆盖。请换一个文件名。",
        "{file} exists and is not overwritten. Choose another name.",
    ),
    "backup_broken": (
        "备份 {file} 不完整或被改动过：{problem}。没有恢复任何内容，请使用另一份备份。",
        "The backup {file} is incomplete or was changed: {problem}. Nothing was restored; use another backup.",
    ),
    "home_not_empty": (
        "{home} 里已有数据，不会覆盖。请用 --home 指定一个空文件夹。",
        "{home} holds data and is not overwritten. Name an empty folder with --home.",
    ),
    "cancelled": ("导入已取消，没有留下任何数据。", "The import was cancelled and left nothing behind."),
}

# What another call can put right; the rest are files and workspaces that nothing can be made of.
WRONG = {"unknown_table", "unknown_preset", "wrong_table", "preset_name", "unknown_batch", "already_undone",
         "backup_exists", "home_not_empty", "not_recognised", "missing_columns", "no_file", "no_folder", "folder",
         "unknown_sheet", "unlike_any"}


class FactsError(Exception):
    """A refusal with a ``code`` and the ``params`` of its sentence; ``text("zh"|"en")`` is for people."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(self.text("en"))

    def text(self, lang: str = "zh") -> str:
        sentence = SENTENCES[self.code][0 if lang.startswith("zh") else 1]
        return sentence.format(**self.params)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.code, self.params)


def _again(code: str, params: dict[str, Any]) -> FactsError:
    return FactsError(code, **params)
