from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "bihuan.loop.evaluate.progress"
    label = "progress"
    verbose_name = _("目标进度")
