"""The clock's terms in both languages, one place for ledger, screens and reports."""

from __future__ import annotations

CLOCK_WORDS = {
    "first_response": ("首次响应", "first response"),
    "resolution": ("解决", "resolution"),
}
CAUSE_WORDS = {
    "customer": ("等待客户", "waiting for the customer"),
    "third_party": ("等待第三方", "waiting for a third party"),
    "test": ("检测检验", "test or appraisal"),
    "bot": ("机器人接待", "served by a bot"),
}
STATE_WORDS = {
    "running": ("计时中", "running"),
    "paused": ("已暂停", "paused"),
    "closed_hours": ("非工作时间", "outside working hours"),
    "done": ("已完成", "done"),
}
DAY_WORDS = {
    "workday": ("工作日", "working day"),
    "off": ("休息日", "day off"),
    "holiday": ("法定节假日", "public holiday"),
    "makeup": ("补班", "make-up working day"),
    "override": ("单独设置", "set for this day"),
}
