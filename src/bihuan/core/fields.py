"""Fields that a role may keep closed: of whoever has only such roles, they are neither shown nor searched."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Columns that come back masked to those who may not reveal personal data. The number of a customer is the
# workspace's own pseudonym and shown in full.
PERSONAL_COLUMNS = ("name", "phone", "email")

# Every field that can be closed, and how the role page calls it. Texts can hold each personal field.
FIELDS = {
    "name": _("客户姓名（给出理由也不显示）"),
    "phone": _("客户电话（给出理由也不显示）"),
    "email": _("客户邮箱（给出理由也不显示）"),
    "customer": _("客户编号"),
    "text": _("工单的标题、自定义字段与往来文字"),
    "region": _("地区"),
    "tier": _("客户等级"),
    "csat": _("客户的评分（满意度等由评分算出的指标一并不可见）"),
}

# Pages that tell a customer's region and tier beside their number, or break numbers down by them.
_OF_CUSTOMERS = (
    "serve.view_customers", "serve.change_customers", "collect.draw_samples", "collect.send_surveys",
    "collect.interview", "collect.view_responses", "collect.handle_feedback", "collect.follow_low_scores",
    "evaluate.view_surveys", "evaluate.edit_themes", "verify.call_back", "diagnose.view_findings",
    "diagnose.work_findings",
)

# What cannot be done without a field: a role has the one or closes the other.
NEEDED_BY = {
    "customer": (
        "serve.view_customers", "serve.change_customers", "collect.view_conversations", "collect.tag_conversations",
        "collect.draw_samples", "collect.send_surveys", "collect.interview", "collect.view_responses",
        "collect.handle_feedback", "collect.follow_low_scores", "verify.call_back", "evaluate.fill_table",
        "privacy.handle_requests",
        "core.reveal_personal", "collect.manage_voices", "privacy.read_registers", "privacy.keep_registers",
    ),
    "text": (
        "collect.view_conversations", "collect.tag_conversations", "collect.play_recordings", "collect.view_responses",
        "collect.handle_feedback", "collect.follow_low_scores",
    ),
    "region": _OF_CUSTOMERS,
    "tier": (*_OF_CUSTOMERS, "evaluate.fill_table"),
    "csat": (
        *_OF_CUSTOMERS, "collect.deliver_answers", "evaluate.view_vendors", "evaluate.manage_vendors",
        "evaluate.confirm_vendors", "evaluate.view_support",
    ),
}
