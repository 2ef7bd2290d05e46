from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    name = "bihuan.loop.diagnose.findings"
    label = "findings"
    verbose_name = _("问题清单")
    default_auto_field = "django.db.models.BigAutoField"
