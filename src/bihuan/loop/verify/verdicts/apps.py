from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerdictsConfig(AppConfig):
    name = "bihuan.loop.verify.verdicts"
    label = "verdicts"
    verbose_name = _("效果结论")
    default_auto_field = "django.db.models.BigAutoField"
