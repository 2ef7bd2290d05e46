from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VendorsConfig(AppConfig):
    name = "bihuan.loop.evaluate.vendors"
    label = "vendors"
    verbose_name = _("外包商考核")
    default_auto_field = "django.db.models.BigAutoField"
