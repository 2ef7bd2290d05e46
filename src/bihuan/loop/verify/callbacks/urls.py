"""Addresses of call-backs."""

from django.urls import path

from .views import calls, findings, form5, rounds

app_name = "callbacks"

urlpatterns = [
    path("", rounds.round_list, name="round_list"),
    path("new/", rounds.round_new, name="round_new"),
    path("of-measure/", rounds.of_measure, name="of_measure"),
    path("of-finding/", findings.of_finding, name="of_finding"),
    path("tasks/", calls.task_list, name="task_list"),
    path("tasks/next/", calls.task_next, name="task_next"),
    path("<int:pk>/", rounds.round_page, name="round"),
    path("<int:pk>/customers/", rounds.target_list, name="target_list"),
    path("<int:pk>/assign/", rounds.round_assign, name="round_assign"),
    path("<int:pk>/check/", rounds.round_check, name="round_check"),
    path("<int:pk>/sample/", rounds.round_sample, name="round_sample"),
    path("<int:pk>/conclude/", rounds.round_conclude, name="round_conclude"),
    path("<int:pk>/form5.xlsx", form5.form5_file, name="form5_file"),
    path("<int:pk>/form5/", form5.form5_upload, name="form5_upload"),
    path("<int:pk>/form5/take/", form5.form5_take, name="form5_take"),
    path("customers/<int:pk>/", calls.task, name="task"),
    path("customers/<int:pk>/begin/", calls.task_begin, name="task_begin"),
    path("customers/<int:pk>/reveal/", calls.task_reveal, name="task_reveal"),
    path("customers/<int:pk>/end/", calls.task_end, name="task_end"),
    path("customers/<int:pk>/feedback/", calls.task_feedback, name="task_feedback"),
    path("customers/<int:pk>/benefit/", calls.task_benefit, name="task_benefit"),
]
