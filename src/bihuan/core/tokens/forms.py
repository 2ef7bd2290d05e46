"""Making a token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User

from .contracts import DAYS
from .queries import grantable_reads, grantable_tables

source_name = RegexValidator(r"^[\w.-]+$", _("只能用文字、数字、点、横线和下划线，不能有空格或冒号。"))


class TokenForm(forms.Form):
    """Only what the person may do themselves can be chosen."""

    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如：工单系统推送。以后凭它认出这个令牌。"))
    reads = forms.MultipleChoiceField(label=_("读取"), required=False, widget=forms.CheckboxSelectMultiple)
    tables = forms.MultipleChoiceField(label=_("推送记录"), required=False, widget=forms.CheckboxSelectMultiple)
    source = forms.CharField(
        label=_("来源标识"), max_length=40, required=False, initial="api", validators=[source_name],
        help_text=_("写在推送来的编号前面，区分不同系统。与从该系统导入的文件用同一个标识，同一工单才会合在一起。"))
    days = forms.TypedChoiceField(label=_("有效期"), coerce=int, initial=90)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(days, _("%(days)d 天") % {"days": days}) for days in DAYS]  # type: ignore[attr-defined]
        for name, choices in (("reads", grantable_reads(person)), ("tables", grantable_tables(person))):
            if choices:
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        if "tables" not in self.fields:
            del self.fields["source"]

    @property
    def can_lend(self) -> bool:
        """Whether there is anything that the person could let a program do."""
        return "reads" in self.fields or "tables" in self.fields

    def asked(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        return {"name": chosen["name"], "days": chosen["days"], "source": chosen.get("source") or "api",
                "scopes": [*chosen.get("reads", []), *chosen.get("tables", [])]}
