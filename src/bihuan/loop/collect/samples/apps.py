from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SamplesConfig(AppConfig):
    name = "bihuan.loop.collect.samples"
    label = "samples"
    verbose_name = _("调查样本")
