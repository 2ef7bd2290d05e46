"""Addresses of goals and channels: planned there, computed here."""

from django.urls import path

from . import views

app_name = "progress"

urlpatterns = [
    path("plan/goals/", views.goal_list, name="goal_list"),
    path("plan/goals/new/", views.goal_new, name="goal_new"),
    path("plan/goals/preview/", views.goal_preview, name="goal_preview"),
    path("plan/goals/<int:pk>/", views.goal, name="goal"),
    path("plan/goals/<int:pk>/edit/", views.goal_edit, name="goal_edit"),
    path("plan/goals/<int:pk>/withdraw/", views.goal_withdraw, name="goal_withdraw"),
    path("plan/goals/of-cycle/", views.of_cycle, name="of_cycle"),
    path("plan/scopes/preview/", views.scope_preview, name="scope_preview"),
    path("plan/channels/", views.channel_list, name="channel_list"),
    path("plan/channels/<slug:channel>/", views.channel_edit, name="channel_edit"),
]
