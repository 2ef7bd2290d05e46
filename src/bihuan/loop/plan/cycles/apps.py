from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclesConfig(AppConfig):
    name = "bihuan.loop.plan.cycles"
    label = "cycles"
    verbose_name = _("复盘")
    default_auto_field = "django.db.models.BigAutoField"
