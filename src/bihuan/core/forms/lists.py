"""The pickers above lists; their state is the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..audit.words import words_of
from ..models import Role, User
from ..queries import audit_actions

ANY = _("全部")


class PeopleFilter(forms.Form):
    words = forms.CharField(label=_("查找"), required=False, max_length=80)
    role = forms.ChoiceField(label=_("角色"), required=False)
    active = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("yes", _("在职")), ("no", _("已停用")), ("all", ANY)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", ANY), *((role.key, role.label) for role in Role.objects.all())]

    def chosen(self) -> dict[str, str]:
        """Return what is looked for; what cannot be read counts as not said."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name, "") for name in ("words", "role")}
        return {**found, "active": self.cleaned_data.get("active") or "yes"}


class AuditFilter(forms.Form):
    actor = forms.ChoiceField(label=_("操作人"), required=False)
    action = forms.ChoiceField(label=_("动作"), required=False)
    object_words = forms.CharField(label=_("对象"), required=False, max_length=200)
    first = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(f"user:{user.pk}", str(user)) for user in User.objects.order_by("username")]
        self.fields["actor"].choices = [("", ANY), *people]  # type: ignore[attr-defined]
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", ANY), *((action, words_of(action)) for action in audit_actions())]

    def chosen(self) -> dict[str, Any]:
        """Return what is looked for; what cannot be read counts as not said."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or ("" if name in ("actor", "action", "object_words") else None)
                for name in self.fields}
