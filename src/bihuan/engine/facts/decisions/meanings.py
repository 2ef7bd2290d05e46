"""What the codes of fields with a fixed list of values are called, for whoever has to choose one (zh, en)."""

from __future__ import annotations

NAMES: dict[str, dict[str, tuple[str, str]]] = {
    "channel": {
        "phone": ("电话", "telephone"), "online": ("在线", "online"), "email": ("邮件", "e-mail"),
        "ticket": ("工单系统", "ticket system"), "wechat": ("微信", "WeChat"), "social": ("社交媒体", "social media"),
        "counter": ("柜面", "counter")},
    "case_kind": {
        "contact": ("咨询", "question"), "complaint": ("投诉", "complaint"), "incident": ("故障", "incident"),
        "request": ("申请", "request"), "callback": ("回访", "callback")},
    "activity": {
        "opened": ("受理", "opened"), "queued": ("排队", "queued"), "answered": ("接通", "answered"),
        "abandoned": ("放弃", "abandoned"), "ended": ("挂机", "ended"), "hold": ("保持", "on hold"),
        "unhold": ("恢复通话", "off hold"), "wrapped": ("话后处理", "wrap-up"), "assigned": ("分配", "assigned"),
        "transferred": ("转派", "transferred"), "responded": ("首次响应", "first response"),
        "replied": ("回复", "replied"), "note": ("内部备注", "internal note"), "pending": ("挂起", "pending"),
        "resumed": ("恢复", "resumed"), "resolved": ("解决", "resolved"), "closed": ("关闭", "closed"),
        "reopened": ("重开", "reopened"), "escalated": ("升级", "escalated")},
    "actor_kind": {
        "agent": ("坐席", "agent"), "bot": ("机器人", "bot"), "system": ("系统", "system"),
        "customer": ("客户", "customer")},
    "metric": {
        "csat": ("满意度", "satisfaction"), "nps": ("净推荐值", "NPS"), "ces": ("费力度", "effort"),
        "callback": ("回访满意度", "callback")},
    "cause": {
        "customer": ("等待客户", "waiting for the customer"),
        "third_party": ("等待第三方", "waiting for a third party"),
        "test": ("测试验证", "testing")},
    "unit_kind": {
        "team": ("班组", "team"), "centre": ("中心", "centre"), "vendor": ("外包商", "vendor"),
        "department": ("部门", "department")},
    "skill_level": {
        "1": ("1 级：新手", "1: novice"), "2": ("2 级：入门", "2: advanced beginner"),
        "3": ("3 级：胜任", "3: competent"),
        "4": ("4 级：熟练", "4: proficient"), "5": ("5 级：专家", "5: expert")},
    "agent_state": {
        "available": ("空闲", "available"), "talk": ("通话", "talking"), "hold": ("保持", "on hold"),
        "wrap": ("话后处理", "wrap-up"), "busy": ("忙碌", "busy"), "break": ("休息", "break"),
        "training": ("培训、会议", "training")},
    "exposure_kind": {
        "contact": ("联络量", "contacts"), "customer": ("客户数", "customers"), "order": ("订单数", "orders")},
    "status": {
        "valid": ("有效", "valid"), "late": ("逾期", "late"), "test": ("测试", "test"), "staff": ("内部人员", "staff"),
        "withdrawn": ("已撤回", "withdrawn")},
    "origin": {"log": ("系统日志", "log"), "stamp": ("时间列", "time column")},
}
OTHER = ("其他", "other")


def named(vocabulary: str, code: str) -> tuple[str, str]:
    """What people call a code; a code without a name is called by itself."""
    return OTHER if code == "other" else NAMES.get(vocabulary, {}).get(code, (code, code))
