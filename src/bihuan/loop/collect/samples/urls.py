"""Addresses of samples."""

from django.urls import path

from .views import frames, home, lists, samples, tasks

app_name = "samples"

urlpatterns = [
    path("", home.sample_list, name="sample_list"),
    path("planner/", home.planner, name="planner"),
    path("rule/", home.rule, name="rule"),
    path("tasks/", tasks.my_tasks, name="my_tasks"),
    path("tasks/<int:pk>/close/", tasks.task_close, name="task_close"),
    path("waves/<int:wave>/", samples.sample, name="sample"),
    path("waves/<int:wave>/frame/", frames.frame_new, name="frame_new"),
    path("waves/<int:wave>/list/", lists.members, name="members"),
    path("waves/<int:wave>/list/export/", lists.members_export, name="members_export"),
    path("waves/<int:wave>/reasons/", lists.reasons, name="reasons"),
    path("waves/<int:wave>/reasons/export/", lists.reasons_export, name="reasons_export"),
    path("waves/<int:wave>/reach/", tasks.reach, name="reach"),
    path("waves/<int:wave>/reach/assign/", tasks.assign, name="assign"),
    path("frames/<int:pk>/", frames.frame, name="frame"),
    path("frames/<int:pk>/table/", frames.table, name="table"),
    path("frames/<int:pk>/draw/", frames.draw, name="draw"),
    path("draws/<int:pk>/add/", samples.member_add, name="member_add"),
    path("draws/<int:pk>/remove/", samples.member_remove, name="member_remove"),
    path("draws/<int:pk>/check/", samples.check, name="check"),
]
