"""What was done about a request, in words: the proof is kept as the places told it."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.tokens.contracts import TABLES

FIELDS: dict[str, Promise] = {"name": _("姓名"), "phone": _("电话"), "email": _("邮箱")}
PLACES: dict[str, Promise] = {
    "blocked": _("限制处理"), "fields": _("已更正"), "batch": _("写入批次"),
    "evidence": _("改进措施的证明文件"), "cause_evidence": _("原因的证据"), "records": _("导入的记录"),
    "uploads": _("上传的文件"), "exports": _("待取的导出文件"), "conversations": _("通话录音"),
    "pushes": _("推送的记录"),
    "responses": _("问卷答卷"), "samples": _("调查样本"), "voices": _("访谈与反馈"), "callbacks": _("回访"),
    "customer_notes": _("客户备注"), "vault": _("个人信息库"),
}
DONE: dict[str, Promise] = {
    **TABLES, "evidence": _("文件"), "cause_evidence": _("文件"), "cause_notes": _("备注"),
    "to_look_through": _("须人工查看的文件"), "files": _("文件"), "uploads": _("上传的文件"),
    "rejected": _("未导入的行"),
    "remaining": _("仍含联系方式的文件"), "refusals_kept": _("保留的拒访登记"), "recordings": _("录音"),
    "pushes": _("推送"), "responses": _("答卷"), "drafts": _("未交的答卷"), "unsent": _("未发的邀请"),
    "asks": _("询问记录"),
    "tasks": _("触达任务"), "notes": _("备注"), "frames": _("抽样框"), "calls": _("电话访问"), "feedback": _("反馈"),
    "interviews": _("访谈"), "callbacks": _("回访结果"), "corrections": _("更正记录"), "values": _("加密值"),
    "had_key": _("密钥已销毁"),
}


def proof_lines(proof: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (place, what was done there) of a closed request; nothing found in a place is said too.

    >>> proof_lines({"batch": "20260302-1"})[0][1]
    '20260302-1'
    """
    return [(str(PLACES.get(place, place)), _told(done)) for place, done in proof.items()]


def _told(done: Any) -> str:
    if isinstance(done, bool):
        return str(_("是") if done else _("已解除"))
    if isinstance(done, list):
        return str(_("、")).join(str(FIELDS.get(field, field)) for field in done)
    if isinstance(done, dict):
        counted = [part for name, count in done.items() for part in _counted(name, count)]
        return " · ".join(counted) or str(_("没有"))
    return str(done)


def _counted(name: str, count: Any) -> list[str]:
    if isinstance(count, dict):
        return [part for inner, number in count.items() for part in _counted(inner, number)]
    if not count:
        return []
    return [str(DONE.get(name, name)) if count is True else f"{DONE.get(name, name)} {count:,}"]
