"""Addresses of findings."""

from django.urls import path

from .views import acts, lists, pages

app_name = "findings"

urlpatterns = [
    path("diagnose/findings/", lists.finding_list, name="finding_list"),
    path("diagnose/findings/search/", acts.search, name="search"),
    path("diagnose/findings/new/", acts.finding_new, name="finding_new"),
    path("diagnose/findings/<int:pk>/", pages.finding, name="finding"),
    path("diagnose/findings/<int:pk>/accept/", acts.finding_accept, name="finding_accept"),
    path("diagnose/findings/<int:pk>/dismiss/", acts.finding_dismiss, name="finding_dismiss"),
    path("diagnose/findings/<int:pk>/assign/", acts.finding_assign, name="finding_assign"),
    path("diagnose/findings/<int:pk>/state/", acts.finding_state, name="finding_state"),
    path("diagnose/findings/<int:pk>/issue/", acts.issue_ask, name="issue_ask"),
    path("diagnose/findings/<int:pk>/issue/answer/", acts.issue_answer, name="issue_answer"),
]
