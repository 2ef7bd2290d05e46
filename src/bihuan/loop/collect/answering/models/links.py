"""Links that many use, and one-time tokens that are tied to nobody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Site(models.Model):
    """A link of a wave that many use: the open link, a QR code of a place, counter or agent, an embedded page, a
    device that stands somewhere, or the link for trying the questionnaire out.

    Its token is no secret (it hangs on a wall). ``place`` is recorded with each answer. ``pin`` is the hash of what
    leaves a kiosk. ``origins`` are the websites that may embed it.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("公开链接")
        PLACE = "place", _("场所二维码")
        COUNTER = "counter", _("柜台二维码")
        AGENT = "agent", _("人员二维码")
        EMBED = "embed", _("网页嵌入")
        KIOSK = "kiosk", _("自助终端")
        TEST = "test", _("试答链接")

    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=80)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    agent = models.CharField(_("坐席编号"), max_length=80, blank=True)
    token = models.CharField(max_length=40, unique=True)
    origins = models.JSONField(_("允许嵌入的网站"), default=list, blank=True)
    pin = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    made_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("作答入口")
        ordering = ["kind", "name", "pk"]
        constraints = [models.UniqueConstraint(
            fields=["wave"], condition=models.Q(kind="test"), name="one_test_link_a_wave")]

    def __str__(self) -> str:
        return self.name

    @property
    def channel(self) -> str:
        """What the answers' channel is called in the records."""
        return {"open": "link", "place": "qr", "counter": "qr", "agent": "qr"}.get(self.kind, self.kind)


class OneTimeToken(models.Model):
    """A link of an anonymous wave that was not used yet: the hash of its token and nothing else.

    Rows are written in the order of their hashes and deleted when spent, so that neither to whom a token went nor
    which answers came by it can be read from what is kept.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("一次性链接")
