from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CausesConfig(AppConfig):
    name = "bihuan.loop.diagnose.causes"
    label = "causes"
    verbose_name = _("原因分析")
    default_auto_field = "django.db.models.BigAutoField"
