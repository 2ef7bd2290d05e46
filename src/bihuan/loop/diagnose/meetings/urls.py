"""Addresses of meetings."""

from django.urls import path

from .views import acts, pages

app_name = "meetings"

urlpatterns = [
    path("diagnose/meetings/", pages.meeting_list, name="meeting_list"),
    path("diagnose/meetings/decisions/", pages.decision_list, name="decision_list"),
    path("diagnose/meetings/new/", pages.meeting_new, name="meeting_new"),
    path("diagnose/meetings/<int:pk>/", pages.meeting, name="meeting"),
    path("diagnose/meetings/<int:pk>/edit/", pages.meeting_edit, name="meeting_edit"),
    path("diagnose/meetings/<int:pk>/file.<slug:form>", pages.minutes_file, name="minutes_file"),
    path("diagnose/meetings/<int:pk>/hold/", acts.hold, name="hold"),
    path("diagnose/meetings/<int:pk>/minutes/", acts.minutes, name="minutes"),
    path("diagnose/meetings/<int:pk>/close/", acts.close, name="close"),
    path("diagnose/meetings/<int:pk>/decide/", acts.decide, name="decide"),
    path("diagnose/meetings/<int:pk>/ideas/", acts.idea_add, name="idea_add"),
    path("diagnose/meetings/ideas/<int:pk>/vote/", acts.idea_vote, name="idea_vote"),
    path("diagnose/meetings/ideas/<int:pk>/rank/", acts.idea_rank, name="idea_rank"),
    path("diagnose/meetings/decisions/<int:pk>/settle/", acts.settle, name="settle"),
]
