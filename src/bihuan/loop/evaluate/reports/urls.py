"""Addresses of the evaluation reports."""

from django.urls import path

from . import views

app_name = "reports"

urlpatterns = [
    path("evaluate/reports/", views.report_list, name="report_list"),
    path("evaluate/reports/new/", views.report_new, name="report_new"),
    path("evaluate/reports/<int:pk>/", views.report, name="report"),
    path("evaluate/reports/<int:pk>/edit/", views.report_edit, name="report_edit"),
    path("evaluate/reports/<int:pk>/file/<slug:form>/", views.report_file, name="report_file"),
]
