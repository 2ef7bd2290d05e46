from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnsweringConfig(AppConfig):
    name = "bihuan.loop.collect.answering"
    label = "answering"
    verbose_name = _("问卷发放与答卷")
    default_auto_field = "django.db.models.BigAutoField"
