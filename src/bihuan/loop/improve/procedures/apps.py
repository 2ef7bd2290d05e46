from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "bihuan.loop.improve.procedures"
    label = "procedures"
    verbose_name = _("操作规程")
    default_auto_field = "django.db.models.BigAutoField"
