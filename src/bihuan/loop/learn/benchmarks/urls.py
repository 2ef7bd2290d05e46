"""Addresses of benchmarks."""

from django.urls import path

from . import views

app_name = "benchmarks"

urlpatterns = [
    path("", views.benchmark_list, name="benchmark_list"),
    path("new/", views.benchmark_make, name="benchmark_make"),
    path("take/", views.benchmark_take, name="benchmark_take"),
    path("<int:pk>/", views.benchmark, name="benchmark"),
    path("<int:pk>/benchmark.json", views.benchmark_file, name="benchmark_file"),
    path("<int:pk>/remove/", views.benchmark_remove, name="benchmark_remove"),
]
