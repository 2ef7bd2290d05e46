"""Addresses of the evaluation reports."""

from django.urls import path

from . import views

app_name = "reports"

urlpatterns = [
    path("evaluate/reports/", views.report_list, name="report_list"),
    path("evaluate/reports/new/", views.report_new, name="report_new"),
    path("evaluate/reports/<int:pk>/", views.report, name="report"),
    path("evaluate/reports/<int:pk>/edit/", views.report_edit, name="report_edit"),
    path("evaluate/reports/<int:pk>/renew/", views.report_renew, name="report_renew"),
    path("evaluate/reports/<int:pk>/file/<slug:form>/", views.report_file, name="report_file"),
    path("evaluate/tables/", views.table_list, name="table_list"),
    path("evaluate/tables/new/", views.table_new, name="table_new"),
    path("evaluate/tables/<int:pk>/", views.table, name="table"),
    path("evaluate/tables/<int:pk>/blocks/<int:block>/", views.table_fill, name="table_fill"),
    path("evaluate/tables/<int:pk>/file/", views.table_file, name="table_file"),
    path("evaluate/tables/<int:pk>/renew/", views.table_renew, name="table_renew"),
    path("evaluate/tables/<int:pk>/upload/", views.table_upload, name="table_upload"),
]
