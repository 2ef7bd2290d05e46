from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallbacksConfig(AppConfig):
    name = "bihuan.loop.verify.callbacks"
    label = "callbacks"
    verbose_name = _("客户回访")
    default_auto_field = "django.db.models.BigAutoField"
