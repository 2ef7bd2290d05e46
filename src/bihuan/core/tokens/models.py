"""Tokens, and how much of the present ten seconds each sender has used."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contracts import label_of


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self) -> TokenQuerySet:
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class Token(models.Model):
    """A program's key to the API, for as long as its owner may do what it is for.

    The key itself is shown once and not kept: ``prefix`` tells tokens apart, ``digest`` is the SHA-256 of the whole.
    256 random bits need no slow hash. ``source`` stands before the ids of what is pushed with it.
    """

    name = models.CharField(_("名称"), max_length=80)
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("所有人"))
    prefix = models.CharField(_("开头"), max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("用途"), default=list)
    source = models.CharField(_("来源标识"), max_length=40, default="api")
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("到期时间"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True)
    revoked_at = models.DateTimeField(_("吊销时间"), null=True)
    revoked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API 令牌")
        verbose_name_plural = _("API 令牌")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["owner", "revoked_at"], name="token_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> tuple[str, str]:
        """What became of it, as words and a tone."""
        if self.revoked_at is not None:
            return str(_("已吊销")), "plain"
        if self.expires_at <= timezone.now():
            return str(_("已过期")), "plain"
        return (str(_("有效")), "good") if self.owner.is_active else (str(_("所有人已停用")), "bad")

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        return [label_of(scope) for scope in self.scopes]


class Spent(models.Model):
    """How many requests of one sender the processes have reserved in one window of ten seconds."""

    key = models.CharField(max_length=80)
    window = models.BigIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="one_count_a_window")]
