"""Addresses of concessions."""

from django.urls import path

from . import views

app_name = "concessions"

urlpatterns = [
    path("evaluate/concessions/", views.concession_list, name="concession_list"),
    path("evaluate/concessions/policy/", views.policy_save, name="policy_save"),
    path("evaluate/concessions/of/<path:pk>/decide/", views.decide, name="decide"),
]
