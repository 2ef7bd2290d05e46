"""The addresses of the loop on one screen."""

from django.urls import path

from . import views

app_name = "loop"

urlpatterns = [
    path("loop/", views.overview, name="overview"),
    path("loop/review/", views.review_new, name="review_new"),
    path("loop/cycles/<int:pk>/<slug:key>/", views.behind, name="behind"),
]
