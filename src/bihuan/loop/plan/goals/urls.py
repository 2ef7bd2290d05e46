"""Addresses of the plan."""

from django.urls import path

from . import views

app_name = "goals"

urlpatterns = [
    path("plan/scopes/", views.scope_list, name="scope_list"),
    path("plan/scopes/new/", views.scope_new, name="scope_new"),
    path("plan/scopes/<int:pk>/", views.scope_edit, name="scope_edit"),
    path("plan/scopes/<int:pk>/retire/", views.scope_retire, name="scope_retire"),
]
