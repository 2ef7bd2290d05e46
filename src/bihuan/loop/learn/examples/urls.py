"""Addresses of the library of examples."""

from django.urls import path

from . import views

app_name = "examples"

urlpatterns = [
    path("", views.example_list, name="example_list"),
    path("of-measure/", views.of_measure, name="of_measure"),
    path("<int:pk>/", views.example, name="example"),
    path("<int:pk>/edit/", views.example_edit, name="example_edit"),
    path("<int:pk>/publish/<int:number>/", views.example_publish, name="example_publish"),
    path("<int:pk>/withdraw/", views.example_withdraw, name="example_withdraw"),
]
