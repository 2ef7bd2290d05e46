"""Forms of feedback: the public one, the inbox, and what is done with an item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import Unit, User
from bihuan.core.rights import scope_of
from bihuan.loop.collect.conversations.queries.tags import active_tags

from ..contracts import CHANNELS, FeedbackKind
from ..models import FeedbackForm
from ..rights import HANDLE, MANAGE

MOST_ORIGINS = 10
NOTICE = _("我们（{company}）为处理您的反馈而收集您填写的内容；联系方式为选填，只用于就此事联系您。"
           "内容保存 24 个月，到期删除，不作他用，也不提供给他人。"
           "您可凭回执号查询、撤回，或向客服要求查阅、更正、删除。")


class PublicForm(forms.Form):
    """What a customer types. ``website`` is left empty by people: they do not see it."""

    kind = forms.ChoiceField(label=_("类别"), choices=FeedbackKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("您想说的"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    name = forms.CharField(label=_("怎么称呼您（选填）"), max_length=40, required=False)
    contact = forms.CharField(label=_("联系方式（选填）"), max_length=120, required=False,
                              help_text=_("电话或邮箱，只用于就此事联系您。"))
    website = forms.CharField(label=_("网址（请留空）"), required=False)

    def __init__(self, *args: Any, form: FeedbackForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not form.asks_contact:
            del self.fields["contact"], self.fields["name"]


class ReceiptForm(forms.Form):
    """A receipt, as it was noted down."""

    receipt = forms.CharField(label=_("回执号"), max_length=40, help_text=_("例如 FB000123-ABCD-2345"))


class SettingsForm(forms.ModelForm):
    """A public form."""

    origins = forms.CharField(label=_("允许嵌入的网站"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
                              help_text=_("每行一个，如 https://www.example.com；留空则只能用链接。"))

    class Meta:
        model = FeedbackForm
        fields = ["name", "title", "intro", "notice", "unit_code", "asks_contact", "takes_files", "kept_months",
                  "origins", "is_active"]
        widgets = {"intro": forms.Textarea(attrs={"rows": 2}), "notice": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, MANAGE)
        self.initial["origins"] = "\n".join(self.instance.origins or [])
        self.fields["kept_months"] = forms.IntegerField(label=_("保存月数"), min_value=1, max_value=120)

    def clean_origins(self) -> list[str]:
        found = [line.strip().rstrip("/") for line in self.cleaned_data["origins"].splitlines() if line.strip()]
        for one in found:
            host = one.removeprefix("https://")
            if not one.startswith("https://") or not host or set("/ ?#@;,'\"*") & set(host):
                raise forms.ValidationError(_("“%(one)s”不是网站地址。请写成 https://www.example.com，不带路径。"),
                                            params={"one": one})
        return found[:MOST_ORIGINS]


class EnterForm(forms.Form):
    """What a customer said elsewhere."""

    channel = forms.ChoiceField(label=_("渠道"), choices=list(CHANNELS.items()))
    kind = forms.ChoiceField(label=_("类别"), choices=FeedbackKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("客户说了什么"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    received_at = forms.DateTimeField(label=_("收到时间"), widget=forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}), initial=timezone.now)
    customer = forms.CharField(label=_("客户编号"), max_length=120, required=False)
    name = forms.CharField(label=_("称呼"), max_length=40, required=False)
    contact = forms.CharField(label=_("联系方式"), max_length=120, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, HANDLE)


class CaseForm(forms.Form):
    """What the case is."""

    kind = forms.ChoiceField(label=_("类别"), choices=FeedbackKind.choices)
    topic = forms.CharField(label=_("主题"), max_length=60, required=False)
    customer = forms.CharField(label=_("客户编号"), max_length=120, required=False,
                               help_text=_("知道是哪位客户时填写，工单会归到其名下。"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, HANDLE)


class ReplyForm(forms.Form):
    reply = forms.CharField(label=_("答复"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
                            help_text=_("客户凭回执号看到这段话。"))


class TagForm(forms.Form):
    """What it is about."""

    kind = forms.ChoiceField(label=_("类别"), choices=[("", "—"), *FeedbackKind.choices], required=False)
    tags = forms.MultipleChoiceField(label=_("标签"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].choices = [(tag.pk, tag.name) for tag in active_tags()]  # type: ignore[attr-defined]


class FileAwayForm(forms.Form):
    """Why nothing more is done."""

    reason = forms.CharField(label=_("归档原因"), max_length=200, required=False)
    duplicate = forms.CharField(label=_("重复于（反馈编号）"), max_length=20, required=False)
    spam = forms.BooleanField(label=_("是垃圾信息"), required=False)


def unit_field(user: User, permission: str) -> forms.ChoiceField:
    """A unit within the person's reach; the whole organisation for those who reach it."""
    scope = scope_of(user, permission)
    units = Unit.objects.filter(is_current=True)
    units = units if scope.units is None else units.filter(code__in=scope.units)
    whole = [("", _("全组织"))] if scope.units is None and scope.agents is None else []
    return forms.ChoiceField(label=_("所属单位"), required=not whole,
                             choices=[*whole, *((one.code, one.name) for one in units)])
