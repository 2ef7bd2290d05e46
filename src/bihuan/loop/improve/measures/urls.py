"""Addresses of the measures."""

from django.urls import path

from . import views

app_name = "measures"

urlpatterns = [
    path("", views.measure_list, name="measure_list"),
    path("board/", views.measure_board, name="board"),
    path("matrix/", views.measure_matrix, name="matrix"),
    path("plan/", views.measure_plan, name="plan"),
    path("calendar/", views.measure_calendar, name="calendar"),
    path("late/", views.late, name="late"),
    path("weekly/", views.weekly, name="weekly"),
    path("form4/", views.form4_file, name="form4_file"),
    path("form4/read/", views.form4_upload, name="form4_upload"),
    path("form4/take/", views.form4_take, name="form4_take"),
    path("new/", views.measure_new, name="measure_new"),
    path("yardstick/preview/", views.yardstick_preview, name="yardstick_preview"),
    path("acceptances/<int:pk>/", views.acceptance_decide, name="acceptance_decide"),
    path("milestones/<int:pk>/reach/", views.milestone_reach, name="milestone_reach"),
    path("evidence/<int:pk>/", views.evidence_file, name="evidence_file"),
    path("<int:pk>/", views.measure, name="measure"),
    path("<int:pk>/edit/", views.measure_edit, name="measure_edit"),
    path("<int:pk>/yardstick/", views.yardstick_edit, name="yardstick_edit"),
    path("<int:pk>/propose/", views.measure_propose, name="measure_propose"),
    path("<int:pk>/approve/", views.measure_approve, name="measure_approve"),
    path("<int:pk>/return/", views.measure_return, name="measure_return"),
    path("<int:pk>/withdraw/", views.measure_withdraw, name="measure_withdraw"),
    path("<int:pk>/postpone/", views.measure_postpone, name="measure_postpone"),
    path("<int:pk>/hand-over/", views.measure_hand_over, name="measure_hand_over"),
    path("<int:pk>/start/", views.measure_start, name="measure_start"),
    path("<int:pk>/done/", views.measure_done, name="measure_done"),
    path("<int:pk>/progress/", views.progress_add, name="progress_add"),
    path("<int:pk>/milestones/", views.milestone_add, name="milestone_add"),
    path("<int:pk>/evidence/", views.evidence_add, name="evidence_add"),
    path("<int:pk>/departments/", views.department_add, name="department_add"),
    path("<int:pk>/outcome/", views.outcome_edit, name="outcome_edit"),
    path("<int:pk>/use/", views.use_note, name="use_note"),
]
