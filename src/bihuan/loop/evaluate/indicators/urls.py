"""Addresses of the indicator pages."""

from django.urls import path

from . import views

app_name = "indicators"

urlpatterns = [
    path("evaluate/board/", views.board, name="board"),
    path("evaluate/indicators/", views.catalogue, name="catalogue"),
    path("evaluate/indicators/new/", views.passport_new, name="passport_new"),
    path("evaluate/indicators/preview/", views.passport_preview, name="passport_preview"),
    path("evaluate/indicators/<slug:name>/", views.indicator, name="indicator"),
    path("evaluate/indicators/<slug:name>/edit/", views.passport_edit, name="passport_edit"),
    path("evaluate/indicators/<slug:name>/difference/", views.definition_difference, name="difference"),
    path("evaluate/indicators/<slug:name>/worked/", views.worked, name="worked"),
    path("evaluate/indicators/<slug:name>/rows/", views.rows, name="rows"),
    path("evaluate/indicators/<slug:name>/rows/export/", views.rows_export, name="rows_export"),
    path("evaluate/board/export/", views.board_export, name="board_export"),
    path("evaluate/what-if/", views.fcr_and_satisfaction, name="what_if"),
    path("evaluate/cases/<path:case>/", views.case, name="case"),
    path("evaluate/targets/", views.targets, name="targets"),
    path("evaluate/targets/<slug:name>/", views.target_edit, name="target_edit"),
]
