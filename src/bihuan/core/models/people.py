"""Who works here, in which unit, and what they may do."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who logs in. ``agent_id`` names the agent of the service records that this person is, if any."""

    display_name = models.CharField(_("姓名"), max_length=80, blank=True)
    agent_id = models.CharField(_("坐席编号"), max_length=120, blank=True, db_index=True)
    language = models.CharField(_("界面语言"), max_length=10, blank=True)
    must_change_password = models.BooleanField(_("下次登录须修改密码"), default=False)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def said_on_the_telephone(self) -> str:
        """How the person is named to a customer: by the agent's number where there is one, never by a log-in name."""
        return gettext("工号 %s") % self.agent_id if self.agent_id else self.display_name or gettext("本公司员工")


class Role(models.Model):
    """A bundle of permissions with the reach of their data; shipped ones are presets that may be edited.

    ``preset_hash`` is the hash of the shipped content when it was last loaded: while the role still equals it, a
    newer shipped version replaces it; once somebody edited the role it stays as edited. Nobody can be given a retired
    role; ``closed_fields`` are neither shown to nor searched by those who hold it.
    """

    class Reach(models.TextChoices):
        NONE = "none", _("不看数据")
        OWN = "own", _("本人")
        TEAM = "team", _("本班组")
        CENTRE = "centre", _("本中心")
        VENDOR = "vendor", _("本外包商")
        ALL = "all", _("全部")

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    description = models.CharField(_("说明"), max_length=200, blank=True)
    permissions = models.JSONField(_("权限"), default=list, blank=True)
    scope = models.CharField(_("数据范围"), max_length=10, choices=Reach.choices, default=Reach.NONE)
    closed_fields = models.JSONField(_("不可见的字段"), default=list, blank=True)
    is_retired = models.BooleanField(_("已停用"), default=False)
    position = models.PositiveSmallIntegerField(default=100)
    preset_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("角色")
        verbose_name_plural = _("角色")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, for shipped roles."""
        return gettext(self.name)


class Unit(models.Model):
    """A team, centre, vendor or department, mirrored from the lake's current units; edits go through the import."""

    class Kind(models.TextChoices):
        TEAM = "team", _("班组")
        CENTRE = "centre", _("中心")
        VENDOR = "vendor", _("外包商")
        DEPARTMENT = "department", _("部门")

    code = models.CharField(_("编号"), max_length=120, primary_key=True)
    name = models.CharField(_("名称"), max_length=200)
    parent_code = models.CharField(_("上级"), max_length=120, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    is_current = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """One person holds one role, for one unit where the role's reach is a unit. A person may hold several."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="assignments")
    role = models.ForeignKey("core.Role", on_delete=models.PROTECT, related_name="assignments")
    unit_code = models.CharField(_("单位"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["user_id", "role_id", "unit_code"]
        constraints = [models.UniqueConstraint(fields=["user", "role", "unit_code"], name="one_assignment_each")]
