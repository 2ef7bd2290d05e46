from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    name = "bihuan.loop.evaluate.opinions"
    label = "opinions"
    verbose_name = _("调查分析")
    default_auto_field = "django.db.models.BigAutoField"
