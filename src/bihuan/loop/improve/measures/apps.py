from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "bihuan.loop.improve.measures"
    label = "measures"
    verbose_name = _("改进措施")
    default_auto_field = "django.db.models.BigAutoField"
