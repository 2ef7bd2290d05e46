"""Addresses of vendors."""

from django.urls import path

from . import views

app_name = "vendors"

urlpatterns = [
    path("evaluate/vendors/", views.vendor_list, name="vendor_list"),
    path("evaluate/vendors/new/", views.contract_new, name="contract_new"),
    path("evaluate/vendors/<int:pk>/", views.contract, name="contract"),
    path("evaluate/vendors/<int:pk>/terms/", views.contract_terms, name="contract_terms"),
    path("evaluate/vendors/<int:pk>/deadline/", views.contract_deadline, name="contract_deadline"),
    path("evaluate/vendors/<int:pk>/make/", views.sheet_make, name="sheet_make"),
    path("evaluate/vendors/sheets/<int:pk>/", views.sheet, name="sheet"),
    path("evaluate/vendors/sheets/<int:pk>/send/", views.sheet_send, name="sheet_send"),
    path("evaluate/vendors/sheets/<int:pk>/confirm/", views.sheet_confirm, name="sheet_confirm"),
    path("evaluate/vendors/sheets/<int:pk>/appeal/", views.sheet_appeal, name="sheet_appeal"),
    path("evaluate/vendors/sheets/<int:pk>/settle/", views.sheet_settle, name="sheet_settle"),
    path("evaluate/vendors/sheets/<int:pk>/file.xlsx", views.sheet_file, name="sheet_file"),
]
