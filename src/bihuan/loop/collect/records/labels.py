"""What the tables, fields, parsers and readings of the engine are called on the screen."""

from __future__ import annotations

import json
import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.languages import beside, named
from bihuan.engine.facts import schema as engine

ZONE = re.compile(r"[+-]\d\d(:\d\d)?$")

TABLES: dict[str, Promise] = {
    "cases": _("工单"),
    "events": _("工单事件"),
    "messages": _("会话消息"),
    "answers": _("满意度答卷"),
    "inspection_scores": _("质检评分"),
    "invitations": _("调查邀请"),
    "agent_states": _("坐席状态"),
    "exposures": _("业务量（分母）"),
    "concessions": _("补偿与让步"),
    "customers": _("客户"),
    "customer_history": _("客户属性变更"),
    "agents": _("坐席"),
    "units": _("单位"),
    "memberships": _("坐席归属"),
    "skills": _("技能评定"),
    "attributions": _("投诉定责"),
    "links": _("工单关联"),
}

FIELDS: dict[str, Promise] = {
    "activity": _("事件名称"), "actor": _("执行人"), "actor_kind": _("执行人类别"), "agent": _("坐席"),
    "amount": _("金额"), "answered_at": _("作答时间"), "approved_by": _("批准人"),
    "assessed_by": _("评定人员"), "at": _("时间"),
    "attribute": _("属性"), "attributes": _("其他信息"), "case": _("工单编号"), "cause": _("暂停原因"),
    "channel": _("渠道"), "clause": _("制度条款"), "closed_at": _("关闭时间"), "count": _("数量"),
    "currency": _("币种"), "customer": _("客户编号"), "email": _("电子邮箱"), "employee_no": _("工号"),
    "end": _("结束时间"), "entered_by": _("录入人"), "external_id": _("原系统编号"),
    "first_response_at": _("首次响应时间"), "hired": _("入职日期"), "id": _("编号"), "item": _("评分项"),
    "kind": _("类别"), "left": _("离职日期"), "level": _("技能等级"), "max_score": _("满分"),
    "method": _("评定方式"), "metric": _("指标类型"), "name": _("名称"),
    "opened": _("受理时间"), "origin": _("事件来源"), "other": _("另一工单编号"), "parent": _("上级单位"),
    "phone": _("电话"), "priority": _("优先级"), "product": _("产品"), "promised": _("承诺时间"),
    "public": _("客户可见"), "question": _("题目"), "reason": _("未发送原因"), "reassign_count": _("转派次数"),
    "region": _("地区"), "reopen_count": _("重开次数"), "resolved": _("是否解决"), "resolved_at": _("解决时间"),
    "reviewer": _("评定人"), "role": _("岗位"), "round": _("轮次"), "score": _("得分"), "scorecard": _("评分表"),
    "sender": _("发送人"), "sender_kind": _("发送人类别"), "seq": _("顺序号"), "share": _("责任比例"),
    "since": _("成为客户的日期"), "skill": _("技能"),
    "sla_met": _("是否达标"), "source": _("来源系统"), "start": _("开始时间"),
    "state": _("坐席状态"), "status": _("状态"), "subject": _("标题"), "survey": _("问卷"), "text": _("内容"),
    "tier": _("客户等级"), "topic": _("问题类型"), "turn": _("对话轮次"), "undone_at": _("取消关联的时间"),
    "unit": _("单位编号"), "valid_from": _("生效时间"), "valid_to": _("失效时间"), "value": _("评分或取值"),
    "weight": _("权重"),
}

PARSERS: dict[str, Promise] = {
    "text": _("文字"), "id": _("编号"), "number": _("数值"), "integer": _("整数"),
    "datetime": _("日期时间"), "date": _("日期"), "time": _("时刻"), "duration": _("时长"), "bool": _("是／否"),
    "percent": _("百分比"),
}

METRICS: dict[str, Promise] = {
    "csat": _("满意度（1-5 分）"), "nps": _("推荐意愿（0-10 分）"), "ces": _("费力程度（1-7 分）"),
}

DATE_ORDERS: dict[str, Promise] = {
    "ymd": _("年-月-日"), "dmy": _("日-月-年"), "mdy": _("月-日-年"),
}


CHANNELS: dict[str, Promise] = {
    "phone": _("电话"), "online": _("在线"), "email": _("邮件"), "ticket": _("工单系统"), "wechat": _("微信"),
    "social": _("社交媒体"), "counter": _("柜面"), "other": _("其他"),
}

# What the codes of fields with a fixed list of values are called.
VALUES: dict[tuple[str, str], dict[str, Promise]] = {
    ("cases", "channel"): CHANNELS, ("answers", "channel"): CHANNELS, ("exposures", "channel"): CHANNELS,
    ("events", "kind"): {
        "opened": _("受理"), "queued": _("进入排队"), "answered": _("接听"), "abandoned": _("放弃"), "ended": _("结束"),
        "hold": _("保持"), "unhold": _("恢复通话"), "wrapped": _("话后处理完成"), "assigned": _("分派"),
        "transferred": _("转接或转派"), "responded": _("首次响应"), "replied": _("回复"), "note": _("内部备注"),
        "pending": _("挂起等待"), "resumed": _("恢复处理"), "resolved": _("解决"), "closed": _("关闭"),
        "reopened": _("重开"), "escalated": _("升级"), "other": _("其他")},
    ("events", "actor_kind"): {
        "agent": _("坐席"), "customer": _("客户"), "bot": _("机器人"), "system": _("系统")},
    ("answers", "metric"): METRICS,
    ("cases", "kind"): {
        "contact": _("咨询"), "complaint": _("投诉"), "incident": _("故障"), "request": _("申请"),
        "callback": _("回访")},
}


def value(table: str, field: str, cell: str | None) -> str | None:
    """Return a cell as people read it: ``phone`` in the channel of a case is 电话."""
    return str(VALUES.get((table, field), {}).get(cell, cell)) if cell is not None else None


def shown(table: str, field: str, cell: str | None) -> str | None:
    """Return a cell of a preview as people read it: 是, 09:00 without its zone, the parts of a list by name."""
    if cell is None:
        return None
    kind = dict(engine.TABLES[table].fields).get(field)
    if kind == engine.FLAG:
        return str({"true": _("是"), "false": _("否")}.get(cell.lower(), cell))
    if kind == engine.TIME:
        return ZONE.sub("", cell)
    if field == "attributes" and cell.startswith("{"):
        return _("；").join(named(name, told) for name, told in json.loads(cell).items())
    return value(table, field, cell)


def column(name: str) -> str:
    """Return a column that a mapping looks for; one called as a field is in the product's words too."""
    known = field(name)
    return name if known.lower() == name.lower() else beside(known, name)


def table(name: str) -> str:
    return str(TABLES.get(name, name))


def field(name: str) -> str:
    """Return what a field is called; ``cases.opened`` and ``opened`` alike."""
    bare = name.rpartition(".")[2]
    return str(FIELDS.get(bare, bare))
