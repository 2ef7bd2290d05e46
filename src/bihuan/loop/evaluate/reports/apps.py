from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "bihuan.loop.evaluate.reports"
    label = "reports"
    verbose_name = _("评价报告")
    default_auto_field = "django.db.models.BigAutoField"
