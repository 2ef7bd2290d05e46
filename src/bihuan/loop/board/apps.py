from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    name = "bihuan.loop.board"
    label = "loop"
    verbose_name = _("闭环总览")
