from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "bihuan.loop.diagnose.processes"
    label = "processes"
    verbose_name = _("流程分析")
    default_auto_field = "django.db.models.BigAutoField"
