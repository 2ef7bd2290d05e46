"""Addresses of the core: settings, background jobs, one's own account."""

from django.urls import path

from .views import account

app_name = "core"

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/language/", account.language, name="language"),
]
