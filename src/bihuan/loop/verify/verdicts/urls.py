"""Addresses of reviews, verdicts, templates and the chain."""

from django.urls import path

from . import views

app_name = "verdicts"

urlpatterns = [
    path("", views.review_list, name="review_list"),
    path("chain/", views.chain, name="chain"),
    path("templates/", views.promotion_list, name="promotion_list"),
    path("templates/<int:pk>/", views.promotion, name="promotion"),
    path("findings/", views.of_finding, name="of_finding"),
    path("measures/", views.of_measure, name="of_measure"),
    path("measures/<int:pk>/", views.measure, name="measure"),
    path("measures/<int:pk>/close/", views.measure_close, name="measure_close"),
    path("reviews/<int:pk>/compute/", views.review_compute, name="review_compute"),
    path("verdicts/<int:pk>/again/", views.verdict_again, name="verdict_again"),
    path("verdicts/<int:pk>/promote/", views.verdict_promote, name="verdict_promote"),
    path("verdicts/<int:pk>/table/", views.verdict_table, name="verdict_table"),
    path("verdicts/<int:pk>/evidence.json", views.verdict_evidence, name="verdict_evidence"),
]
