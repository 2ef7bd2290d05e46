from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExamplesConfig(AppConfig):
    name = "bihuan.loop.learn.examples"
    label = "examples"
    verbose_name = _("案例库")
    default_auto_field = "django.db.models.BigAutoField"
