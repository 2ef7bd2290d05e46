"""The address of the loop on one screen."""

from django.urls import path

from . import views

app_name = "loop"

urlpatterns = [path("loop/", views.overview, name="overview")]
