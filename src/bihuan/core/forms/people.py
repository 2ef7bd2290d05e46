"""Forms about people, what they hold, and what a role is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from ..fields import FIELDS
from ..models import Role, Unit, User
from ..queries import unit_tree
from ..rights import PERMISSIONS
from ..services.people import Post

LANGUAGES = [("", _("跟随浏览器")), *settings.LANGUAGES]


class PersonForm(forms.Form):
    """What is known of a person."""

    display_name = forms.CharField(label=_("姓名"), max_length=80)
    email = forms.EmailField(label=_("邮箱"), required=False, help_text=_("可用来登录。"))
    agent_id = forms.CharField(
        label=_("坐席编号"), max_length=120, required=False,
        help_text=_("与导入记录中的坐席编号一致；“本人”范围的角色凭它找到自己的工单。"))
    language = forms.ChoiceField(label=_("界面语言"), choices=LANGUAGES, required=False)

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email)
        if email and others.exclude(pk=self.person.pk if self.person else None).exists():
            raise ValidationError(_("另一位人员已使用这个邮箱。"))
        return email


class NewPersonForm(PersonForm):
    """The same with the name to log in with, which stays for good."""

    username = forms.CharField(label=_("登录名"), max_length=150, validators=[User.username_validator])
    field_order = ["username", "display_name"]

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("这个登录名已有人使用。"))
        return username


class PostForm(forms.Form):
    """One role and the unit for which it is held."""

    role = forms.ModelChoiceField(label=_("角色"), queryset=Role.objects.none(), required=False, empty_label="—")
    unit_code = forms.ChoiceField(label=_("单位"), required=False)

    def __init__(self, *args: Any, roles: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]
        self.fields["unit_code"].choices = units  # type: ignore[attr-defined]


class PostFormSet(BaseFormSet):
    """The roles a person holds; a row whose role is emptied is taken away."""

    def posts(self) -> list[Post]:
        return [
            Post(row["role"], row["unit_code"] if row["role"].scope in ("team", "centre", "vendor") else "")
            for row in self.cleaned_data if row.get("role")]


PostForms = formset_factory(PostForm, formset=PostFormSet, extra=2, max_num=20)


def post_forms(person: User | None, data: Any = None) -> PostFormSet:
    """Return the rows of a person's present roles and two empty ones."""
    held = [{"role": one.role_id, "unit_code": one.unit_code} for one in person.assignments.all()] if person else []
    return PostForms(
        data, initial=held, prefix="posts",
        form_kwargs={"roles": _roles(held), "units": unit_choices(keep=[row["unit_code"] for row in held])})


def _roles(held: list[dict[str, Any]]) -> QuerySet[Role]:
    """Return the roles that can be given, and retired ones where they are held."""
    return Role.objects.filter(Q(is_retired=False) | Q(pk__in=[row["role"] for row in held]))


def unit_choices(*, keep: list[str] | None = None) -> list[tuple[str, str]]:
    """Return the units in use as an indented list, and those in ``keep`` even when they are not."""
    return [("", "—"), *(
        (line.unit.code, "\u3000" * line.depth + line.unit.name) for line in unit_tree()
        if line.unit.is_current or line.unit.code in (keep or ()))]


class RoleForm(forms.Form):
    """What a role may do, and how far."""

    name = forms.CharField(label=_("名称"), max_length=60)
    description = forms.CharField(label=_("说明"), max_length=200, required=False)
    scope = forms.ChoiceField(
        label=_("数据范围"), choices=Role.Reach.choices, widget=forms.RadioSelect,
        help_text=_("班组、中心、外包商：分配角色时选择单位，包含它的全部下级。"))
    permissions = forms.MultipleChoiceField(
        label=_("权限"), choices=list(PERMISSIONS.items()), required=False, widget=forms.CheckboxSelectMultiple)
    closed_fields = forms.MultipleChoiceField(
        label=_("不可见的字段"), choices=list(FIELDS.items()), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选的字段不显示、不能筛选，也不进导出；另有角色可见的，在那个角色的范围内可见。"))


class UnitForm(forms.Form):
    """A team, centre, vendor or department."""

    code = forms.CharField(label=_("编号"), max_length=120, help_text=_("与导入记录中的单位编号一致，保存后不能修改。"))
    name = forms.CharField(label=_("名称"), max_length=200)
    kind = forms.ChoiceField(label=_("类别"), choices=Unit.Kind.choices)
    parent_code = forms.ChoiceField(label=_("上级"), required=False)
    is_current = forms.BooleanField(label=_("在用"), required=False, initial=True)

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        keep = [unit.parent_code] if unit else []
        self.fields["parent_code"].choices = unit_choices(keep=keep)  # type: ignore[attr-defined]
        if unit:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        if self.unit is None and Unit.objects.filter(pk=code).exists():
            raise ValidationError(_("这个编号已有单位使用。"))
        return code


class FirstPasswordForm(forms.Form):
    """The password a person sets by the link they were given."""

    password = forms.CharField(
        label=_("新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 个字符，不要太常见，也不要与姓名相近。"))
    again = forms.CharField(
        label=_("再输入一次"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", _("两次输入不一致。"))
        elif password:
            try:
                validate_password(password, self.person)
            except ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data
