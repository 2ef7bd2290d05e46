from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "bihuan.loop.collect.records"
    label = "records"
    verbose_name = _("数据导入")
