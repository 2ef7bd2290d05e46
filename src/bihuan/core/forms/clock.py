"""Forms about time: the workspace, calendars, holidays, the rules of the clock."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.engine.clock.calendars import WEEKDAYS, parse_calendar, parse_special_days
from bihuan.engine.clock.errors import ClockError
from bihuan.engine.clock.policy import SETTINGS
from bihuan.engine.clock.zone import zone_named

from ..errors import told

DAY_NAMES = dict(zip(WEEKDAYS, (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))))
UNIT_SECONDS = {"秒": 1, "s": 1, "分钟": 60, "分": 60, "m": 60, "min": 60, "小时": 3600, "时": 3600, "h": 3600,
                "天": 86400, "日": 86400, "d": 86400}
CAUSES = [("customer", _("等待客户")), ("third_party", _("等待第三方")), ("test", _("等待检测"))]
DIMENSIONS = {"channel": _("渠道"), "kind": _("服务类型"), "unit": _("单位编号"), "tier": _("客户等级"),
              "priority": _("优先级"), "topic": _("问题类型"), "product": _("产品")}
# What people call the values that have codes; other values are the records' own.
VALUES: dict[str, dict[str, Any]] = {
    "channel": {"phone": _("电话"), "online": _("在线"), "email": _("邮件"), "ticket": _("工单系统"),
                "wechat": _("微信"), "social": _("社交媒体"), "counter": _("柜面"), "other": _("其他")},
    "kind": {"contact": _("咨询"), "complaint": _("投诉"), "incident": _("故障"), "request": _("申请"),
             "callback": _("回访")},
    # With their codes: files may say 紧急 as well, which is a value of its own.
    "priority": {"critical": _("严重（critical）"), "1 - critical": _("1 级（1 - critical）"),
                 "urgent": _("紧急（urgent）")},
}
NOT_STATED = ("", _("由后面的规则决定"))


class ZoneField(forms.CharField):
    def clean(self, value: Any) -> str:
        name = super().clean(value)
        try:
            return zone_named(name).key if name else ""
        except ClockError as error:
            raise ValidationError(told(error)) from error


class WorkspaceForm(forms.Form):
    """What holds for the whole workspace."""

    name = forms.CharField(label=_("工作区名称"), max_length=120, required=False)
    zone = ZoneField(
        label=_("时区"), max_length=60,
        help_text=_("统计、筛选、下钻与导出都按此时区划分日期，例如 Asia/Shanghai。"))
    minimum_n = forms.IntegerField(
        label=_("最小展示样本数"), min_value=0, max_value=1000,
        help_text=_("样本少于此数的分组不显示数值；0 表示全部显示。"))
    hour_cost = forms.FloatField(
        label=_("每小时人工成本（元）"), min_value=0, required=False,
        help_text=_("只用于折算问题的成本；留空则不折算，系统不作估计。"))
    churn_attribute = forms.CharField(
        label=_("哪项客户信息表示流失"), max_length=60, required=False,
        help_text=_("客户历史记录里的项目名，如“状态”；留空则不计算流失率。"))
    churn_values = forms.CharField(
        label=_("其中表示流失的取值"), max_length=200, required=False,
        help_text=_("多个取值用逗号隔开，如“已销户, 流失”。"))

    def clean_churn_values(self) -> tuple[str, ...]:
        given = re.split("[,，、]", self.cleaned_data["churn_values"])
        return tuple(dict.fromkeys(one.strip() for one in given if one.strip()))

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if bool(told.get("churn_attribute")) != bool(told.get("churn_values")):
            self.add_error("churn_values", _("项目名与取值要么都填，要么都留空。"))
        return told


class CalendarForm(forms.Form):
    """A calendar as people write it; one line of periods per weekday, one line per day of its own."""

    name = forms.SlugField(
        label=_("名称（英文）"), max_length=40, help_text=_("计时规则用它引用日历，保存后不能修改。"))
    title_zh = forms.CharField(label=_("中文标题"), max_length=120)
    title_en = forms.CharField(label=_("英文标题"), max_length=120, required=False)
    zone = ZoneField(label=_("时区"), required=False, max_length=60, help_text=_("留空则用工作区时区。"))
    holidays = forms.ChoiceField(label=_("节假日"), choices=[
        ("none", _("不考虑节假日")), ("china", _("中国法定节假日与补班日"))])
    makeup_like = forms.ChoiceField(label=_("补班日按哪天的时段"), choices=list(DAY_NAMES.items()))
    days = forms.CharField(
        label=_("个别日期"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一天：日期、时段、说明，如“2026-05-04 09:00-12:00 半天”；不上班写“休”。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in DAY_NAMES.items():
            self.fields[f"day_{day}"] = forms.CharField(
                label=label, required=False, max_length=200, help_text="" if day != "mon" else _(
                    "多个时段用逗号隔开，如 09:00-12:00, 13:30-18:00；24 小时写 00:00-24:00；不上班留空。"))

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                parse_calendar(self.raw(), zone="UTC")
            except ClockError as error:
                raise ValidationError(told(error)) from error
        return self.cleaned_data

    def raw(self) -> dict[str, Any]:
        """Return the calendar in the form that the engine publishes."""
        said = self.cleaned_data
        raw = {
            "name": said["name"], "title": {"zh": said["title_zh"], "en": said["title_en"] or said["title_zh"]},
            "holidays": said["holidays"], "makeup_like": said["makeup_like"],
            "weekly": {day: split_list(said[f"day_{day}"]) for day in WEEKDAYS},
            "days": [read_day(line) for line in said["days"].splitlines() if line.strip()],
        }
        return {**raw, "zone": said["zone"]} if said["zone"] else raw

    @staticmethod
    def initial_of(raw: dict[str, Any]) -> dict[str, Any]:
        """Return what the form shows for a published calendar."""
        return {
            "name": raw["name"], "title_zh": raw["title"]["zh"], "title_en": raw["title"]["en"], "zone": raw["zone"],
            "holidays": raw["holidays"], "makeup_like": raw["makeup_like"],
            "days": "\n".join(
                " ".join([item["date"], ",".join(item["periods"]) or "休", item["name"]]).strip()
                for item in raw["days"]),
            **{f"day_{day}": ", ".join(raw["weekly"][day]) for day in WEEKDAYS},
        }


class HolidaysForm(forms.Form):
    """Holidays and make-up days that the country's data does not hold."""

    days = forms.CharField(
        label=_("补充的节假日与补班日"), required=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("每行一天：日期、“休”或“班”、名称，如“2027-02-06 休 春节”。"))
    years = forms.CharField(
        label=_("已补全的年份"), required=False, max_length=80,
        help_text=_("补全后不再提示缺少数据，用逗号隔开，如 2027, 2028。"))

    def clean_years(self) -> list[int]:
        try:
            return [int(year) for year in split_list(self.cleaned_data["years"])]
        except ValueError as error:
            raise ValidationError(_("年份请写成 2027, 2028。")) from error

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                parse_special_days(self.raw())
            except ClockError as error:
                raise ValidationError(told(error)) from error
        return self.cleaned_data

    def raw(self) -> dict[str, Any]:
        lines = [line.split(None, 2) for line in self.cleaned_data["days"].splitlines() if line.strip()]
        kinds = {"休": "holiday", "班": "makeup"}
        return {"years": self.cleaned_data["years"], "days": [
            {"date": parts[0], "kind": kinds.get(parts[1], parts[1]) if len(parts) > 1 else "",
             "name": parts[2] if len(parts) > 2 else ""} for parts in lines]}

    @staticmethod
    def initial_of(raw: dict[str, Any]) -> dict[str, Any]:
        words = {"holiday": "休", "makeup": "班"}
        return {
            "years": ", ".join(str(year) for year in raw.get("years", ())),
            "days": "\n".join(f"{item['date']} {words[item['kind']]} {item.get('name', '')}".strip()
                              for item in raw.get("days", ()))}


class SpanField(forms.CharField):
    """A length of time such as “15 分钟” or “24h”; its value is whole seconds, None when left empty."""

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        match = re.fullmatch(r"(\d{1,9})\s*(\D+)", text)
        unit = UNIT_SECONDS.get(match[2].strip().lower()) if match else None
        if match is None or unit is None or int(match[1]) == 0:
            raise ValidationError(_("请写成“30 秒”“15 分钟”“24 小时”或“7 天”。"))
        return int(match[1]) * unit


class RuleForm(forms.Form):
    """One rule of the clock: for which cases, and what it states; empty settings are left to later rules."""

    name = forms.SlugField(label=_("名称（英文）"), max_length=40)
    title_zh = forms.CharField(label=_("中文标题"), max_length=200)
    title_en = forms.CharField(label=_("英文标题"), max_length=200, required=False)
    calendar = forms.ChoiceField(label=_("日历"), required=False)
    first_response_target_s = SpanField(
        label=_("首次响应时限"), required=False, help_text=_("如“15 分钟”；留空由后面的规则决定。"))
    first_response_from = forms.ChoiceField(label=_("首次响应起算"), required=False, choices=[
        NOT_STATED, ("opened", _("自受理")), ("handover", _("自转人工"))])
    first_pauses_stated = forms.BooleanField(label=_("由本规则规定哪些等待不计入首次响应时长"), required=False)
    first_response_pauses = forms.MultipleChoiceField(
        label=_("不计入首次响应时长的等待"), choices=CAUSES, required=False, widget=forms.CheckboxSelectMultiple)
    resolution_target_s = SpanField(
        label=_("解决时限"), required=False, help_text=_("如“3 天”；留空由后面的规则决定。"))
    pauses_stated = forms.BooleanField(label=_("由本规则规定哪些等待不计入解决时长"), required=False)
    resolution_pauses = forms.MultipleChoiceField(
        label=_("不计入解决时长的等待"), choices=CAUSES, required=False, widget=forms.CheckboxSelectMultiple)
    replied_pauses_resolution = forms.ChoiceField(
        label=_("客服回复后到客户再次来信之间"), required=False, choices=[
            NOT_STATED, ("yes", _("不计入解决时长")), ("no", _("计入解决时长"))])

    def __init__(self, *args: Any, calendars: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].choices = [NOT_STATED, *((name, name) for name in calendars)]  # type: ignore[attr-defined]
        for dimension, label in DIMENSIONS.items():
            self.fields[f"when_{dimension}"] = forms.CharField(
                label=label, required=False, max_length=300, help_text=_("适用于哪些取值，用逗号隔开；留空表示不限。"))

    def raw(self, before: dict[str, Any]) -> dict[str, Any]:
        """Return the rule in the form that the engine publishes; of ``before`` stays what the form does not show."""
        said = self.cleaned_data
        when = {name: values for name in DIMENSIONS if (values := codes_of(name, said[f"when_{name}"]))}
        raw = {key: value for key, value in before.items() if key not in (*SETTINGS, "when")}
        raw |= {"name": said["name"], "title": {"zh": said["title_zh"], "en": said["title_en"] or said["title_zh"]}}
        raw |= {key: said[key] for key in (
            "calendar", "first_response_target_s", "first_response_from", "resolution_target_s") if said[key]}
        if said["pauses_stated"]:
            raw["resolution_pauses"] = said["resolution_pauses"]
        if said["first_pauses_stated"]:
            raw["first_response_pauses"] = said["first_response_pauses"]
        if said["replied_pauses_resolution"]:
            raw["replied_pauses_resolution"] = said["replied_pauses_resolution"] == "yes"
        return {**raw, "when": when} if when else raw

    @staticmethod
    def initial_of(raw: dict[str, Any]) -> dict[str, Any]:
        title = raw.get("title", {})
        return {
            "name": raw["name"], "title_zh": title.get("zh", ""), "title_en": title.get("en", ""),
            "calendar": raw.get("calendar", ""), "first_response_from": raw.get("first_response_from", ""),
            "first_response_target_s": show_span(raw.get("first_response_target_s")),
            "resolution_target_s": show_span(raw.get("resolution_target_s")),
            "first_pauses_stated": "first_response_pauses" in raw,
            "first_response_pauses": raw.get("first_response_pauses", []),
            "replied_pauses_resolution": {True: "yes", False: "no"}.get(raw.get("replied_pauses_resolution"), ""),
            "pauses_stated": "resolution_pauses" in raw, "resolution_pauses": raw.get("resolution_pauses", []),
            **{f"when_{name}": words_of(name, values) for name, values in raw.get("when", {}).items()},
        }


def show_span(seconds: int | None) -> str:
    """Return a length of time in the largest unit that divides it, as ``SpanField`` reads it."""
    if seconds is None:
        return ""
    for words, size in ((_("%(count)d 天"), 86400), (_("%(count)d 小时"), 3600), (_("%(count)d 分钟"), 60)):
        if seconds % size == 0:
            return str(words) % {"count": seconds // size}
    return str(_("%(count)d 秒")) % {"count": seconds}


def words_of(dimension: str, values: list[str]) -> str:
    """Return the values of a rule's condition as people write them: ["phone", "online"] is 电话、在线."""
    known = VALUES.get(dimension, {})
    return _("、").join(str(known.get(value, value)) for value in values)


def codes_of(dimension: str, text: str) -> list[str]:
    """Return the values of such a list; words of the person's language become the codes they stand for."""
    codes = {str(word): code for code, word in VALUES.get(dimension, {}).items()}
    return [codes.get(part, part) for part in split_list(text)]


def split_list(text: str) -> list[str]:
    """Return the parts of a list written with commas of either width."""
    return [part.strip() for part in re.split(r"[,，、;；]", text) if part.strip()]


def read_day(line: str) -> dict[str, Any]:
    """Return one day of a calendar's own from a line such as ``2026-05-04 09:00-12:00 半天``."""
    parts = line.split(None, 2)
    periods = parts[1] if len(parts) > 1 else ""
    return {"date": parts[0], "periods": [] if periods in ("休", "-", "") else split_list(periods),
            "name": parts[2] if len(parts) > 2 else ""}
