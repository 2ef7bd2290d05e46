"""Why a file or an act is refused, as codes with a sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.core.errors import Refusal

SENTENCES: dict[str, Promise] = {
    "kind": _("不能导入这种文件（%(name)s）。请导出为 %(kinds)s 之一。"),
    "empty": _("文件是空的（%(name)s）。请检查导出是否成功。"),
    "too_big": _("文件有 %(size)s，超过上限 %(limit)s。请按月份分成几个文件导出。"),
    "no_space": _("服务器磁盘剩余空间不足（还有 %(free)s）。请联系系统管理员。"),
    "content": _("文件内容不是 %(kind)s：%(reason)s。请重新导出后再上传。"),
    "bomb": _("文件解压后过大（%(size)s），可能已损坏或有问题。请改用 CSV 导出，或分成几个文件。"),
    "offset": _("这一段与已收到的内容不相接。请重新选择文件，上传会从断点继续。"),
    "incomplete": _("文件没有传完：收到 %(received)s，应为 %(size)s。请重新选择同一个文件，上传会从断点继续。"),
    "state": _("这个文件目前是“%(state)s”状态，不能这样做。请回到数据导入页查看。"),
    "gone": _("文件已不在服务器上。请重新上传。"),
    "no_mapping": _("还没有选定映射。请先选一个已有映射，或逐字段对应。"),
    "mapping": _("映射还不能用：%(reason)s"),
    "nothing_usable": _("没有一行可以导入。请回到对应字段，按试运行结果改正映射或文件。"),
    "name_taken": _("已有名为“%(name)s”的映射。请换一个名称。"),
    "reason": _("请写明撤销的原因。"),
}


class Refused(Refusal):
    """The room will not do this; ``code`` names the reason and str() is the sentence for the person."""

    sentences = SENTENCES


def sentence_of(error: Exception) -> str:
    """Return what an error says in the reader's language; the engine's carry their sentences in Chinese and English."""
    text = getattr(error, "text", None)
    return text(get_language() or "zh-hans") if callable(text) else str(error)
