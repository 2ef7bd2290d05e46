from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BenchmarksConfig(AppConfig):
    name = "bihuan.loop.learn.benchmarks"
    label = "benchmarks"
    verbose_name = _("行业基准")
    default_auto_field = "django.db.models.BigAutoField"
