"""Addresses of improvement plans."""

from django.urls import path

from . import views

app_name = "plans"

urlpatterns = [
    path("improve/plans/", views.plan_list, name="plan_list"),
    path("improve/plans/new/", views.plan_new, name="plan_new"),
    path("improve/plans/<int:pk>/", views.plan, name="plan"),
    path("improve/plans/<int:pk>/edit/", views.plan_edit, name="plan_edit"),
    path("improve/plans/<int:pk>/close/", views.plan_close, name="plan_close"),
    path("improve/plans/<int:pk>/phases/", views.phase_new, name="phase_new"),
    path("improve/plans/<int:pk>/file.<slug:form>", views.plan_file, name="plan_file"),
    path("improve/plans/phases/<int:pk>/", views.phase_edit, name="phase_edit"),
    path("improve/plans/phases/<int:pk>/finish/", views.phase_finish, name="phase_finish"),
    path("improve/plans/phases/<int:pk>/remove/", views.phase_remove, name="phase_remove"),
]
