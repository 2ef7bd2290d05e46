"""What crosses this room's border: an archive as other rooms read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

# The five parts as their folders are called; the folders keep these names in every language.
PART_LABELS: dict[str, Any] = {
    "原始问卷": _("原始问卷"), "数据统计表": _("数据统计表"), "改进措施清单": _("改进措施清单"),
    "执行记录": _("执行记录"), "效果评估报告": _("效果评估报告"),
}
# Where proof lies in a bundle; a file of which only a person said that it names nobody has this before its number.
RECORD, PROOF, ON_WORD = "执行记录", "证明材料", "word-"
FAULTS: dict[str, Any] = {
    "missing": _("缺失"), "changed": _("被改动"), "unlisted": _("清单之外"), "twice": _("重复"),
    "other_fingerprint": _("与归档时的指纹不符"), "yardstick_changed": _("标尺被改动"),
    "definition_changed": _("口径不是判定时的口径"), "unreadable": _("读不出来"), "gone": _("文件已不在服务器上"),
    "other_verdict": _("由包内数据算不出所载结论"), "other_figures": _("期末数值与冻结时的校验值不符"),
}


@dataclass(frozen=True)
class ArchiveInfo:
    """An archive as other rooms read it."""

    id: int
    number: str
    verdict_id: int | None               # None for a review's
    quarter: str
    line: str
    keep_until: date | None
