from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "bihuan.loop.diagnose.meetings"
    label = "meetings"
    verbose_name = _("会议与研讨")
    default_auto_field = "django.db.models.BigAutoField"
