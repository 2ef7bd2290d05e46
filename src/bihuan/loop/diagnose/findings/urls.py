"""Addresses of findings."""

from django.urls import path

from .views import acts, lists, movement, pages, priorities, weekly

app_name = "findings"

urlpatterns = [
    path("diagnose/findings/", lists.finding_list, name="finding_list"),
    path("diagnose/findings/search/", acts.search, name="search"),
    path("diagnose/findings/new/", acts.finding_new, name="finding_new"),
    path("diagnose/movement/", movement.movement, name="movement"),
    path("diagnose/weekly/", weekly.weekly, name="weekly"),
    path("diagnose/weekly/file.<slug:form>", weekly.weekly_file, name="weekly_file"),
    path("diagnose/findings/matrix/", priorities.matrix, name="matrix"),
    path("diagnose/findings/pareto/", priorities.pareto, name="pareto"),
    path("diagnose/findings/pareto/redesign/", priorities.redesign, name="redesign"),
    path("diagnose/findings/<int:pk>/redesign/", priorities.finding_redesign, name="finding_redesign"),
    path("diagnose/findings/<int:pk>/", pages.finding, name="finding"),
    path("diagnose/findings/<int:pk>/join/", acts.finding_join, name="finding_join"),
    path("diagnose/findings/<int:pk>/apart/", acts.finding_apart, name="finding_apart"),
    path("diagnose/findings/<int:pk>/accept/", acts.finding_accept, name="finding_accept"),
    path("diagnose/findings/<int:pk>/dismiss/", acts.finding_dismiss, name="finding_dismiss"),
    path("diagnose/findings/<int:pk>/assign/", acts.finding_assign, name="finding_assign"),
    path("diagnose/findings/<int:pk>/state/", acts.finding_state, name="finding_state"),
    path("diagnose/findings/<int:pk>/issue/", acts.issue_ask, name="issue_ask"),
    path("diagnose/findings/<int:pk>/issue/answer/", acts.issue_answer, name="issue_answer"),
]
