from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TokensConfig(AppConfig):
    name = "bihuan.core.tokens"
    label = "tokens"
    verbose_name = _("API 令牌")
    default_auto_field = "django.db.models.BigAutoField"
