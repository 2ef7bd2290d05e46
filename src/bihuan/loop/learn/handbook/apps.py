from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandbookConfig(AppConfig):
    name = "bihuan.loop.learn.handbook"
    label = "handbook"
    verbose_name = _("应对手册")
    default_auto_field = "django.db.models.BigAutoField"
