from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LaunchesConfig(AppConfig):
    name = "bihuan.loop.verify.launches"
    label = "launches"
    verbose_name = _("上线登记")
    default_auto_field = "django.db.models.BigAutoField"
