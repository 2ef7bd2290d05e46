from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "bihuan.loop.collect.sources"
    label = "sources"
    verbose_name = _("数据源")
    default_auto_field = "django.db.models.BigAutoField"
