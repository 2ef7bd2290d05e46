"""Addresses of technical support."""

from django.urls import path

from . import views

app_name = "support"

urlpatterns = [
    path("evaluate/support/", views.coverage, name="coverage"),
    path("evaluate/support/teams/", views.teams, name="teams"),
    path("evaluate/support/remit/", views.change_remit, name="remit"),
    path("evaluate/support/file.xlsx", views.standing_file, name="file"),
]
