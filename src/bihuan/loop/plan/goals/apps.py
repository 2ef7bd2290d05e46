from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "bihuan.loop.plan.goals"
    label = "goals"
    verbose_name = _("目标与评价范围")
    default_auto_field = "django.db.models.BigAutoField"
