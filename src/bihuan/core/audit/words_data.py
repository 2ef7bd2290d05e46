"""What the audit log calls the particulars of an entry, and how it writes their values, for people."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from ..languages import named
from .words_codes import VALUES, code_words

# By the key that the chain holds; a key that is a field of the object's own model has the words of that field.
PARTICULARS: dict[str, Any] = {
    "abroad": _("境外去向"), "accepted": _("已接受"), "accountable": _("负责人"), "active": _("是否启用"),
    "added": _("新增的"), "address": _("页面地址"), "after": _("取数之后"), "agenda": _("议程"),
    "agent_id": _("坐席编号"), "agreement": _("处理协议"), "agrees": _("复核一致"), "alarms": _("报警数"),
    "answer": _("答复"), "answer_by": _("答复期限"), "approved": _("已批准"), "attempt": _("第几次拨打"),
    "attribute": _("资料项"), "back": _("重新出现"), "barred": _("不可联系"), "baseline": _("基线"),
    "before": _("此前"), "blocks": _("表格块数"), "budget": _("预算"), "bytes": _("字节数"), "called": _("应拨人数"),
    "caller": _("拨打人"), "case": _("工单"), "cases": _("工单数"), "cause": _("原因"), "cells": _("格数"),
    "change": _("变动"), "changed": _("已更改"), "channel": _("渠道"), "chosen": _("已选"), "churn": _("流失口径"),
    "clauses": _("条款数"), "clock": _("时钟"), "closed": _("不可见字段"), "closes_at": _("截止时间"),
    "closing": _("结束说明"), "code": _("代码"), "codes": _("代码"), "column": _("列"), "columns": _("列数"),
    "concession": _("让步或补偿"), "contact_from": _("可联系时间起"), "contact_until": _("可联系时间止"),
    "content_hash": _("内容指纹"), "core": _("核心指标"), "count": _("数量"), "course": _("经过"),
    "customer": _("客户"), "customers": _("客户数"), "cycle": _("复盘"), "day": _("日期"), "days": _("天数"),
    "days_back": _("回看天数"), "department": _("部门"), "departments": _("部门"), "digest": _("指纹"),
    "direction": _("改进方向"), "done": _("已完成"), "doubt": _("存疑说明"), "due": _("期限"),
    "due_days": _("期限（天）"), "due_on": _("期限"), "edits": _("修改次数"), "effective": _("生效日"),
    "eligible": _("符合条件"), "email": _("邮箱"), "end": _("结束日"), "ended": _("结束的归属"), "entries": _("条数"),
    "epsilon": _("隐私预算 ε"), "escalated": _("含升级投诉"), "events": _("事项"), "evidence": _("佐证"),
    "export_rows": _("导出审批行数"), "exports": _("导出文件数"), "failed": _("未通过"), "faults": _("不符之处"),
    "fields": _("字段"), "figures": _("数字的指纹"), "files": _("文件"), "filters": _("筛选条件"),
    "finding": _("问题"), "findings": _("问题数"), "fingerprint": _("指纹"), "first": _("首日"), "form": _("文件格式"),
    "format": _("文件格式"), "frame": _("抽样框"), "goal": _("目标"), "grace_hours": _("旧密钥宽限（小时）"),
    "group": _("分组"), "guide": _("访谈提纲"), "handling": _("处理时长倍数"),
    "handed_in": _("已交人数"), "hash": _("指纹"),
    "hour_cost": _("工时成本"), "how": _("处理方式"), "in_force": _("生效日"), "indicator": _("指标"),
    "inside": _("框内人数"), "interview": _("访谈"), "is_current": _("是否在用"), "items": _("项数"),
    "kept_until": _("保存到"), "key": _("代码"), "keys": _("密钥数"), "kind": _("类型"), "kinds": _("类型"),
    "last": _("末日"), "late": _("逾期"), "launched_on": _("上线日"), "lead_minutes": _("提前（分钟）"),
    "left": _("剩余"), "left_out": _("未列入"), "levels": _("级数"), "lines": _("行数"),
    "link_hours": _("链接有效（小时）"), "list": _("名单的指纹"), "locked": _("是否停用"), "look": _("第几次查看"),
    "mapping": _("映射模板"), "marks": _("打分"), "measure": _("改进措施"), "measures": _("改进措施"),
    "meeting": _("会议"), "member": _("成员"), "milestone": _("里程碑"), "minimum_n": _("最小样本量"),
    "minutes": _("会议纪要"), "mode": _("记名方式"), "months": _("月数"), "most": _("次数上限"),
    "most_a_year": _("每年上限"), "most_attempts": _("拨打次数上限"), "n": _("样本量"), "name": _("名称"),
    "names": _("名称"), "never": _("不脱敏的词"), "new": _("新出现"), "note": _("说明"), "now": _("现值"),
    "number": _("编号"), "on": _("日期"), "on_import": _("导入时脱敏"), "opens_at": _("开放时间"),
    "outcome": _("结果"), "owner": _("负责人"), "parent": _("上级单位"), "patterns": _("自定规则数"),
    "paused": _("已暂停"), "people": _("人数"), "personal": _("含个人信息"), "phase": _("阶段"), "policy": _("政策"),
    "posts": _("角色与单位"), "prefix": _("令牌开头"), "prevention": _("预防措施"), "priorities": _("优先级"),
    "priority": _("优先级"), "process": _("流程"), "proof": _("佐证"), "purpose": _("用途"), "q": _("校正后的 p"),
    "quarantined": _("未导入行数"), "quarter": _("季度"), "quiet_days": _("静默天数"), "read": _("读入"),
    "reason": _("原因"), "receipts": _("推送批数"), "refused": _("未询问"), "removed": _("去掉的"),
    "reopens": _("重开次数"), "request_days": _("答复期限（天）"), "responses": _("答卷数"), "result": _("结果"),
    "reveal": _("查看记录"), "risk": _("风险"), "role": _("角色"), "round": _("第几轮"), "rows": _("行数"),
    "rule": _("规则的指纹"), "rules": _("规则"), "scenario": _("暗访场景"), "scheme": _("验签方式"),
    "scope": _("范围"), "scopes": _("权限范围"), "score": _("得分"), "scores": _("评分"), "seed": _("随机种子"),
    "set_aside": _("未导入行数"), "sha256": _("文件指纹"), "share": _("进度（%）"), "shared": _("共享"),
    "size": _("大小"), "sound": _("允许录音"), "source": _("来源"), "staff": _("投入人力"), "start": _("开始日"),
    "starts": _("开始日"), "state": _("状态"), "step": _("步骤"), "steps": _("步骤数"), "survey": _("调查"),
    "table": _("数据表"), "taken": _("不再需要人工的占比"),
    "tag": _("标签"), "tags": _("标签"), "target": _("目标值"), "team": _("小组人数"),
    "terms": _("条款的指纹"), "text": _("内容"), "title": _("标题"), "topic": _("主题"), "trigger": _("触发情形"),
    "unchanged": _("未变"), "unit": _("单位"), "units": _("单位数"), "universe": _("总体人数"), "until": _("到期日"),
    "up": _("上移"), "updated": _("更新"), "use": _("用途"), "user": _("人员"), "valid_from": _("生效日"),
    "value": _("取值"), "values": _("取值数"), "verdict": _("效果结论"), "version": _("版本"), "visitor": _("暗访人"),
    "was": _("原值"), "wave": _("调查期次"), "week": _("周次（周一）"), "weekdays": _("星期"), "weeks": _("周数"),
    "surveys.survey.item": _("评分题"), "at_most": _("几分及以下"), "consent_item": _("同意联系的题目"),
    "consent_value": _("表示同意的选项"), "due_hours": _("跟进时限（工作小时）"), "since": _("从何时起"),
    "former": _("原跟进人"),
    "staffing.plan.first": _("从几时起"), "staffing.plan.last": _("到几时止"),
    "withheld": _("未提供的格数"), "yardstick": _("标尺的指纹"), "years": _("年份"), "zone": _("时区"),
}
# Keys under which a person stands by number.
PEOPLE = {"accountable", "caller", "former", "member", "owner", "user", "visitor"}
DIGEST = re.compile(r"[0-9a-f]{40,64}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d")


def particular_words(kind: str, key: str) -> str:
    """Return what an entry about an object of this kind calls a particular; its key where nothing is known of it."""
    field = _field(kind, key)
    if field is not None and str(field.verbose_name) != field.name.replace("_", " "):
        return str(field.verbose_name)
    return str(_called(kind, key) or key)


def value_words(kind: str, key: str, value: Any, names: Mapping[str, str]) -> str:
    """Return a value as people write it; a fingerprint by its first characters, a person of ``names`` by name."""
    if key in PEOPLE and isinstance(value, int) and not isinstance(value, bool):
        return names.get(f"user:{value}", str(value))
    if isinstance(value, list):
        return _t("、").join(value_words(kind, key, one, names) for one in value) or "—"
    if isinstance(value, Mapping):
        return _told(kind, value, names)
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return str(VALUES["yes" if value else "no"])
    return _text(kind, key, value, names)


def people_of(data: Mapping[str, Any]) -> set[str]:
    """Return the keys of the people who stand in an entry by number, as an actor's is written."""
    return {f"user:{value}" for key, value in data.items() if key in PEOPLE and isinstance(value, int)}


def _told(kind: str, value: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if set(value) == {"hash"}:
        return _short(str(value["hash"]))
    return _t("；").join(named(_called(kind, key) or names.get(key, key), value_words(kind, key, one, names))
                        for key, one in value.items()) or "—"


def _called(kind: str, key: str) -> Any:
    return PARTICULARS.get(f"{kind}.{key}") or PARTICULARS.get(key)


def _text(kind: str, key: str, value: Any, names: Mapping[str, str]) -> str:
    field = _field(kind, key)
    chosen = dict(field.flatchoices) if field is not None and field.choices else {}
    if value in chosen:
        return str(chosen[value])
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str):
        return _short(value) if DIGEST.fullmatch(value) else code_words(kind, key, value, names)
    return json.dumps(value, ensure_ascii=False)


def _short(digest: str) -> str:
    return f"#{digest[:12]}…"


def _field(kind: str, key: str) -> Field[Any, Any] | None:
    try:
        found = apps.get_model(kind)._meta.get_field(key)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) else None
