from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecurrenceConfig(AppConfig):
    name = "bihuan.loop.verify.recurrence"
    label = "recurrence"
    verbose_name = _("复发监测")
    default_auto_field = "django.db.models.BigAutoField"
