"""Addresses of tokens."""

from django.urls import path

from . import views

app_name = "tokens"

urlpatterns = [
    path("account/tokens/", views.token_list, name="token_list"),
    path("account/tokens/new/", views.token_new, name="token_new"),
    path("account/tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("settings/tokens/", views.all_list, name="all_list"),
]
