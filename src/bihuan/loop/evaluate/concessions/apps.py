from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConcessionsConfig(AppConfig):
    name = "bihuan.loop.evaluate.concessions"
    label = "concessions"
    verbose_name = _("让步与补偿")
    default_auto_field = "django.db.models.BigAutoField"
