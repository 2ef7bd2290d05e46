"""What the register of steps refuses, as a sentence a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.engine.process.register import RegisterError


class ProcessError(ValueError):
    """A change that was refused; ``field`` names the input it concerns."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def told(error: RegisterError) -> str:
    """Return the sentence of a file that could not be read."""
    texts = {
        "no_steps": _("文件里没有步骤。"), "too_many_steps": _("步骤超过 300 个：请拆成几个流程。"),
        "same_name": _("两个步骤同名：{detail}。请改成不同的名称。"), "too_large": _("文件太大。"),
        "not_excel": _("这不是可读的 Excel 文件（xlsx）。"), "no_step_column": _("第一行没有“步骤”一列。"),
        "bad_mode": _("第 {detail} 行的线上/线下无法识别：请写线上、线下或线上线下。"),
        "bad_minutes": _("第 {detail} 行的所需时间不是数字。"), "no_name": _("第 {detail} 行没有步骤名称。"),
        "bad_step": _("步骤“{detail}”的内容无法识别。"), "not_bpmn": _("这不是可读的 BPMN 2.0 文件。"),
        "not_mermaid": _("这不是 Mermaid 流程图：第一行应为 flowchart 或 graph。"),
    }
    return texts[error.code].format(detail=error.detail)
