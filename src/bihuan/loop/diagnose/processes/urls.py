"""Addresses of the processes."""

from django.urls import path

from . import views

app_name = "processes"

urlpatterns = [
    path("diagnose/processes/map/", views.process_map, name="process_map"),
    path("diagnose/processes/map/variants/", views.variants, name="variants"),
    path("diagnose/processes/map/rework/", views.rework, name="rework"),
    path("diagnose/processes/map/bottlenecks/", views.bottlenecks, name="bottlenecks"),
    path("diagnose/processes/map/compare/", views.compare, name="compare"),
    path("diagnose/processes/map/cases/", views.cases, name="cases"),
    path("diagnose/processes/map/cards/", views.cards, name="cards"),
    path("diagnose/processes/map/cards/raise/", views.card_raise, name="card_raise"),
    path("diagnose/processes/register/", views.process_list, name="process_list"),
    path("diagnose/processes/register/new/", views.process_new, name="process_new"),
    path("diagnose/processes/register/<int:pk>/", views.process, name="process"),
    path("diagnose/processes/register/<int:pk>/draft/", views.draft, name="draft"),
    path("diagnose/processes/register/<int:pk>/publish/", views.publish_version, name="publish"),
    path("diagnose/processes/register/<int:pk>/import/", views.steps_import, name="steps_import"),
    path("diagnose/processes/register/<int:pk>/file/<slug:form>/", views.process_file, name="process_file"),
    path("diagnose/processes/register/<int:pk>/duties/", views.duties, name="duties"),
    path("diagnose/processes/register/<int:pk>/numbers/", views.step_numbers, name="step_numbers"),
    path("diagnose/processes/register/<int:pk>/conformance/", views.conformance, name="conformance"),
    path("diagnose/processes/register/<int:pk>/compare/", views.process_compare, name="process_compare"),
    path("diagnose/processes/register/<int:pk>/cases/", views.step_rows, name="step_rows"),
    path("diagnose/processes/register/<int:pk>/steps/new/", views.step_edit, name="step_new"),
    path("diagnose/processes/register/<int:pk>/steps/<int:step>/", views.step_edit, name="step_edit"),
    path("diagnose/processes/register/<int:pk>/steps/<int:step>/act/", views.step_act, name="step_act"),
]
