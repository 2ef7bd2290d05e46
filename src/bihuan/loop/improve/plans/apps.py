from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "bihuan.loop.improve.plans"
    label = "plans"
    verbose_name = _("实施计划")
    default_auto_field = "django.db.models.BigAutoField"
