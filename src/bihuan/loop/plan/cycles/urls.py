"""Addresses of reviews."""

from django.urls import path

from .views import cycles, rhythms, scoring

app_name = "cycles"

urlpatterns = [
    path("plan/cycles/", cycles.cycle_list, name="cycle_list"),
    path("plan/cycles/new/", cycles.cycle_new, name="cycle_new"),
    path("plan/cycles/rhythms/", rhythms.rhythm_list, name="rhythm_list"),
    path("plan/cycles/rhythms/new/", rhythms.rhythm_new, name="rhythm_new"),
    path("plan/cycles/rhythms/<int:pk>/", rhythms.rhythm_edit, name="rhythm_edit"),
    path("plan/cycles/rhythms/<int:pk>/stop/", rhythms.rhythm_stop, name="rhythm_stop"),
    path("plan/cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("plan/cycles/<int:pk>/team/", cycles.cycle_member, name="cycle_member"),
    path("plan/cycles/<int:pk>/team/<int:member>/drop/", cycles.cycle_member_drop, name="cycle_member_drop"),
    path("plan/cycles/<int:pk>/goal/", cycles.cycle_goal, name="cycle_goal"),
    path("plan/cycles/<int:pk>/case/", cycles.cycle_case, name="cycle_case"),
    path("plan/cycles/<int:pk>/freeze/", cycles.cycle_freeze, name="cycle_freeze"),
    path("plan/cycles/<int:pk>/close/", cycles.cycle_close, name="cycle_close"),
    path("plan/cycles/<int:pk>/score/", scoring.cycle_score, name="cycle_score"),
    path("plan/cycles/<int:pk>/scoring-close/", scoring.cycle_scoring_close, name="cycle_scoring_close"),
]
