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
        "没有批次 {batch}。用 bihuan doctor 或导入页查看已有批次。",
        "There is no batch {batch}. See the list of imports for the batches there are.",
    ),
    "batch_not_done": (
        "批次 {batch} 没有完成，没有可撤销的内容。",
        "Batch {batch} was never finished; there is nothing to undo.",
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
    "cancelled": ("导入已取消，没有留下任何数据。", "The import was cancelled and left nothing behind."),
}


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
