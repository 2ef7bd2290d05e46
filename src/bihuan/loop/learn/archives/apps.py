from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchivesConfig(AppConfig):
    name = "bihuan.loop.learn.archives"
    label = "archives"
    verbose_name = _("归档")
    default_auto_field = "django.db.models.BigAutoField"
