"""Forms of agencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..models import Agency
from ..rights import MANAGE
from .feedback import unit_field

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TERMS = _("1. 只为本次调查的目的处理个人信息，不作他用，不转委托，不提供给第三方。\n"
          "2. 只由经办人员接触，采取加密与访问控制；发生或可能发生泄露时立即告知委托方。\n"
          "3. 不向任何人透露谁作答、答了什么，结果的解释与发布归委托方。\n"
          "4. 任务结束或协议终止后，返还或删除全部数据及副本，并书面确认。")


class AgencyForm(forms.ModelForm):
    """An agency with the terms its accounts have to accept."""

    class Meta:
        model = Agency
        fields = ["name", "unit_code", "agreement", "terms"]
        widgets = {"terms": forms.Textarea(attrs={"rows": 8})}
        help_texts = {"agreement": _("先在“个人信息保护 › 保密与委托协议”中登记，委托处理须有已批准的影响评估。"),
                      "terms": _("账号第一次进入时须逐字接受；改动后须重新接受。")}

    def __init__(self, *args: Any, user: User, agreements: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"] = unit_field(user, MANAGE)
        self.fields["agreement"].queryset = agreements  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial["terms"] = str(TERMS)


class AccessForm(forms.Form):
    """Who may deliver to which wave, until when."""

    user = forms.ModelChoiceField(label=_("账号"), queryset=User.objects.none(), help_text=_(
        "只列出“调研机构”角色、没有其他权限的账号；由系统管理员建立。"))
    wave = forms.TypedChoiceField(label=_("调查期次"), coerce=int)
    expires_on = forms.DateField(label=_("到期日期"), widget=DAY)

    def __init__(self, *args: Any, users: QuerySet[User], waves: list[WaveInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]
        self.fields["wave"].choices = [  # type: ignore[attr-defined]
            (wave.id, f"{wave.title} · {wave.name}") for wave in waves]
        self.initial.setdefault("expires_on", timezone.localdate() + timedelta(days=30))


class ReturnForm(forms.Form):
    """How the work ended."""

    how = forms.ChoiceField(label=_("怎样结束"), choices=Agency.How.choices, widget=forms.RadioSelect)
    returned_on = forms.DateField(label=_("返还或删除日期"), widget=DAY, initial=timezone.localdate)
    note = forms.CharField(label=_("证明与说明"), max_length=300,
                           help_text=_("例如：收到盖章的删除确认书，编号 2026-018。"))


class AcceptForm(forms.Form):
    """The terms are accepted by name."""

    accept = forms.BooleanField(label=_("我已逐条阅读并接受以上保密条款"))
    name = forms.CharField(label=_("接受人姓名"), max_length=80)


class DeliverForm(forms.Form):
    note = forms.CharField(label=_("说明"), max_length=300, required=False, help_text=_("例如：第一批，共 210 份。"))


class BackForm(forms.Form):
    reason = forms.CharField(label=_("退回原因"), max_length=200)
