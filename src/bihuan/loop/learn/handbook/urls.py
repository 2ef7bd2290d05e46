"""Addresses of the response handbook."""

from django.urls import path

from . import views

app_name = "handbook"

urlpatterns = [
    path("", views.entry_list, name="entry_list"),
    path("print/", views.entry_print, name="entry_print"),
    path("suggestions/", views.suggestion_list, name="suggestion_list"),
    path("new/", views.entry_new, name="entry_new"),
    path("<int:pk>/", views.entry, name="entry"),
    path("<int:pk>/edit/", views.entry_edit, name="entry_edit"),
    path("<int:pk>/act/", views.entry_act, name="entry_act"),
]
