from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintReviewsConfig(AppConfig):
    name = "bihuan.loop.diagnose.complaint_reviews"
    label = "complaint_reviews"
    verbose_name = _("投诉复盘表")
    default_auto_field = "django.db.models.BigAutoField"
