"""Addresses of recurrence watches."""

from django.urls import path

from . import views

app_name = "recurrence"

urlpatterns = [
    path("verify/recurrence/", views.watch_list, name="watch_list"),
    path("verify/recurrence/new/", views.watch_new, name="watch_new"),
    path("verify/recurrence/of/", views.of_measure, name="of_measure"),
    path("verify/recurrence/<int:pk>/", views.watch, name="watch"),
    path("verify/recurrence/<int:pk>/look/", views.watch_look, name="watch_look"),
    path("verify/recurrence/<int:pk>/end/", views.watch_end, name="watch_end"),
]
