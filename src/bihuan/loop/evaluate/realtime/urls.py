"""Addresses of the live board."""

from django.urls import path

from .views import board, dashboards, reminders

app_name = "realtime"

urlpatterns = [
    path("evaluate/live/", board.board, name="board"),
    path("evaluate/live/wall/", board.wall, name="wall"),
    path("evaluate/live/cases/<slug:name>/", board.cases, name="cases"),
    path("evaluate/live/agents/", board.agents, name="agents"),
    path("evaluate/live/views/", dashboards.view_list, name="view_list"),
    path("evaluate/live/views/new/", dashboards.view_new, name="view_new"),
    path("evaluate/live/views/<int:pk>/", dashboards.view_edit, name="view_edit"),
    path("evaluate/live/views/<int:pk>/tiles/<slug:tile>/", dashboards.view_tile, name="view_tile"),
    path("evaluate/live/views/<int:pk>/drop/", dashboards.view_drop, name="view_drop"),
    path("evaluate/reminders/", reminders.rule_list, name="rule_list"),
    path("evaluate/reminders/new/", reminders.rule_new, name="rule_new"),
    path("evaluate/reminders/<int:pk>/", reminders.rule, name="rule"),
    path("evaluate/reminders/<int:pk>/drop/", reminders.rule_drop, name="rule_drop"),
    path("evaluate/reminders/log/", reminders.log, name="rule_log"),
]
