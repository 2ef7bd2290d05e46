from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RealtimeConfig(AppConfig):
    name = "bihuan.loop.evaluate.realtime"
    label = "realtime"
    verbose_name = _("实时看板")
    default_auto_field = "django.db.models.BigAutoField"
