"""Addresses of archives."""

from django.urls import path

from . import views

app_name = "archives"

urlpatterns = [
    path("", views.archive_list, name="archive_list"),
    path("keeping/", views.keeping, name="keeping"),
    path("keeping/delete/", views.delete_due, name="delete_due"),
    path("of-measure/", views.of_measure, name="of_measure"),
    path("of-cycle/", views.of_cycle, name="of_cycle"),
    path("cycles/<int:pk>/", views.cycle_archive, name="cycle_archive"),
    path("verdicts/<int:pk>/", views.archive_make, name="archive_make"),
    path("<int:pk>/", views.archive, name="archive"),
    path("<int:pk>/check/", views.archive_check, name="archive_check"),
    path("<int:pk>/bundle.zip", views.archive_file, name="archive_file"),
]
