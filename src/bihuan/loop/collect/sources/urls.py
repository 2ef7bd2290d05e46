"""Addresses of data sources."""

from django.urls import path

from . import views

app_name = "sources"

urlpatterns = [
    path("", views.source_list, name="source_list"),
    path("names/", views.source_names, name="source_names"),
    path("new/<slug:kind>/", views.source_new, name="source_new"),
    path("<int:pk>/", views.source, name="source"),
    path("<int:pk>/state/", views.source_state, name="source_state"),
    path("<int:pk>/edit/", views.source_edit, name="source_edit"),
    path("<int:pk>/try/", views.source_try, name="source_try"),
    path("<int:pk>/run/", views.source_run, name="source_run"),
    path("<int:pk>/switch/", views.source_switch, name="source_switch"),
    path("<int:pk>/reset/", views.source_reset, name="source_reset"),
    path("<int:pk>/delete/", views.source_delete, name="source_delete"),
]
