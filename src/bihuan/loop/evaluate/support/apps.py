from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "bihuan.loop.evaluate.support"
    label = "support"
    verbose_name = _("技术支持评估")
    default_auto_field = "django.db.models.BigAutoField"
