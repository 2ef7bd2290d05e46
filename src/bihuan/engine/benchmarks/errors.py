"""What can be wrong with a benchmark file: a code, and a sentence in Chinese and English with the way out."""

from __future__ import annotations

from ..errors import CodedError

SENTENCES: dict[str, tuple[str, str]] = {
    "no_benchmark": ("{file} 不是基准文件。", "{file} is no benchmark file."),
    "unreadable": ("基准文件 {file} 读不出来：{reason}。", "The benchmark file {file} cannot be read: {reason}."),
    "changed": ("基准文件 {file} 的内容与其校验值不符，已拒绝。",
                "The benchmark file {file} does not have the checksum it states and is refused."),
    "definitions": ("口径不同，已拒绝：{names}。请双方使用同一版口径后重新导出。",
                    "Refused, the definitions differ: {names}. Use one definition on both sides and export again."),
    "epsilon": ("隐私预算 ε 应在 {low} 到 {high} 之间，实际是 {found}。",
                "The privacy budget ε must lie between {low} and {high}, it is {found}."),
    "budget": (
        "{period} 的隐私预算已用 {spent}，这次还要 {asked}，合计超过 {most}。请减小 ε 或少选新指标；"
        "给出过的数字再次导出不用预算。",
        "{spent} of the privacy budget of {period} is spent and this file asks for {asked}, more than {most} in all. "
        "Choose a smaller ε or fewer new indicators; what was told before costs nothing."),
    "nothing": ("没有可以导出的指标：{reasons}。", "No indicator can be exported: {reasons}."),
}


class BenchmarkError(CodedError):
    """A benchmark that is refused; ``code`` names the reason and ``text`` is the sentence for the person."""

    sentences = SENTENCES
