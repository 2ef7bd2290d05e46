from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "bihuan.loop.collect.intake"
    label = "intake"
    verbose_name = _("推送接入")
    default_auto_field = "django.db.models.BigAutoField"
