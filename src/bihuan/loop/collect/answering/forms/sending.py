"""What staff fill in: how a wave is sent, its links, its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.languages import beside
from bihuan.core.notifications.models import Channel
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.plan.goals.queries.scopes import Offered

from ..asking import LANGUAGES
from ..contracts import CHANNELS
from ..models import Dispatch, Rule, Site
from ..queries.sending import group_channels
from ..texts import words

PARTS = {"subject": _("主题"), "body": _("正文"), "remind": _("提醒正文")}
AREA = forms.Textarea(attrs={"rows": 5})


class DispatchForm(forms.Form):
    """How a wave is sent. The words of the other languages may stay as they are."""

    channel = forms.ChoiceField(label=_("发送方式"), choices=[(key, one[0]) for key, one in CHANNELS.items()])
    way = forms.ModelChoiceField(label=_("渠道"), queryset=Channel.objects.none(), required=False, empty_label="—",
                                 help_text=_("邮件走公司的邮件服务器；短信和企业微信、钉钉、飞书的单人消息"
                                             "走 Webhook 网关。"))
    most_reminders = forms.IntegerField(label=_("最多提醒次数"), min_value=0, max_value=5)
    remind_days = forms.IntegerField(label=_("提醒间隔（天）"), min_value=1, max_value=60)
    reminds_itself = forms.BooleanField(label=_("到间隔后自动提醒"), required=False,
                                        help_text=_("只提醒没有作答的客户，不超过上面的次数；暂停发放、截止后不再提醒。"))
    reward = forms.BooleanField(label=_("答完给答谢码"), required=False,
                                help_text=_("凭码领取。台账与答案分开，匿名调查的码不与任何人、任何答卷关联。"))

    def __init__(self, *args: Any, wave: WaveInfo, dispatch: Dispatch, **kwargs: Any) -> None:
        anonymous = wave.mode == "anonymous"
        initial = {name: getattr(dispatch, name) for name in (
            "channel", "way", "most_reminders", "remind_days", "reminds_itself", "reward")}
        for language in LANGUAGES:
            for part in PARTS:
                initial[f"{part}_{language}"] = words(dispatch.texts, language, part, anonymous=anonymous)
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["way"].queryset = Channel.objects.filter(  # type: ignore[attr-defined]
            owner=None, is_active=True, kind__in=(Channel.Kind.MAIL, Channel.Kind.WEBHOOK))
        if anonymous:
            del self.fields["most_reminders"], self.fields["remind_days"], self.fields["reminds_itself"]
        for language, name in LANGUAGES.items():
            for part, label in PARTS.items():
                field = forms.CharField(label=beside(label, name), max_length=200 if part == "subject" else 2000,
                                        widget=None if part == "subject" else AREA)
                self.fields[f"{part}_{language}"] = field

    def asked(self) -> dict[str, Any]:
        """Return what was filled in as the service takes it."""
        told = self.cleaned_data
        texts = {language: {part: told[f"{part}_{language}"] for part in PARTS} for language in LANGUAGES}
        return {"channel": told["channel"], "way": told["way"], "texts": texts, "reward": told["reward"],
                "most_reminders": told.get("most_reminders", 1), "remind_days": told.get("remind_days", 3),
                "reminds_itself": told.get("reminds_itself", False)}

    def texts_of(self, language: str) -> list[forms.BoundField]:
        return [self[f"{part}_{language}"] for part in PARTS]


class ListForm(forms.Form):
    """Customers by their numbers, one a line."""

    customers = forms.CharField(label=_("客户编号（每行一个）"), max_length=200_000,
                                widget=forms.Textarea(attrs={"rows": 4}))

    def numbers(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["customers"].replace(",", "\n").splitlines() if line.strip()]


class TrialForm(forms.Form):
    """One message to oneself."""

    address = forms.CharField(label=_("试发到"), max_length=254,
                              help_text=_("邮箱或手机号。链接是试答链接，不计入结果。"))
    language = forms.ChoiceField(label=_("语言"), choices=list(LANGUAGES.items()))


class GroupForm(forms.Form):
    """A group in which the open link is said."""

    group = forms.ModelChoiceField(label=_("群"), queryset=Channel.objects.none(), empty_label=None)
    language = forms.ChoiceField(label=_("语言"), choices=list(LANGUAGES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = group_channels()  # type: ignore[attr-defined]


class SiteForm(forms.Form):
    """A link that many use."""

    kind = forms.ChoiceField(label=_("类别"), choices=[pair for pair in Site.Kind.choices if pair[0] != Site.Kind.TEST])
    name = forms.CharField(label=_("名称"), max_length=80)
    place = forms.CharField(label=_("地点"), max_length=120, required=False,
                            help_text=_("随每份答卷记录，例如“一楼大厅 3 号柜台”。"))
    agent = forms.CharField(label=_("坐席编号"), max_length=80, required=False,
                            help_text=_("人员二维码：评价记在这位人员名下。"))
    origins = forms.CharField(label=_("允许嵌入的网站（每行一个）"), required=False,
                              widget=forms.Textarea(attrs={"rows": 2}))
    pin = forms.CharField(label=_("退出密码"), max_length=12, required=False,
                          help_text=_("自助终端：4 至 12 位数字。"),
                          widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, anonymous: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if anonymous:
            # Of an anonymous answer neither is kept, so neither is promised.
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                pair for pair in self.fields["kind"].choices if pair[0] != Site.Kind.AGENT]  # type: ignore[attr-defined]
            self.fields["place"].help_text = _("只印在打印页上；匿名答卷不记地点。")
            del self.fields["agent"]

    def asked(self) -> dict[str, Any]:
        told = {"agent": "", **self.cleaned_data}
        told["origins"] = [line.strip() for line in told["origins"].splitlines() if line.strip()]
        return told


class RuleForm(forms.Form):
    """Which closed cases are asked about."""

    name = forms.CharField(label=_("名称"), max_length=80)
    delay_minutes = forms.IntegerField(label=_("结束后等待（分钟）"), min_value=0, max_value=100_000)
    latest_hours = forms.IntegerField(label=_("最迟（小时）"), min_value=1, max_value=2_000)
    throttle_days = forms.IntegerField(label=_("同一客户间隔（天）"), min_value=1, max_value=365)
    share = forms.FloatField(label=_("抽取比例"), min_value=0, max_value=1, help_text=_("1 表示每个都邀请。"))

    # Field -> (what the facts call it, label).
    PICKED = {"channels": ("channel", _("工单渠道")), "kinds": ("kind", _("服务类型")),
              "topics": ("topic", _("问题类型")), "units": ("unit", _("单位"))}

    def __init__(self, *args: Any, offered: Mapping[str, Sequence[Offered]], rule: Rule | None = None,
                 **kwargs: Any) -> None:
        rule = rule or Rule()
        super().__init__(*args, initial={name: getattr(rule, name) for name in (*self.base_fields, *self.PICKED)},
                         **kwargs)
        for name, (dimension, label) in self.PICKED.items():
            choices = [(one.value, "　" * one.depth + one.label) for one in offered.get(dimension, ())]
            # A rule may name what no case has had so far.
            choices += [(one, one) for one in self.initial[name] if one not in dict(choices)]
            self.fields[name] = forms.MultipleChoiceField(
                label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple,
                help_text=_("都不选表示不限。"))
        self.order_fields(["name", *self.PICKED])


class RewardForm(forms.Form):
    """A code that somebody brings."""

    code = forms.CharField(label=_("答谢码"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why raw answers are looked at."""

    reason = forms.CharField(label=_("查看原因"), min_length=4, max_length=200)

