"""Addresses of procedures, candidates for redundant steps and rules of escalation."""

from django.urls import path

from .views import pages, trying

app_name = "procedures"

urlpatterns = [
    path("improve/procedures/", pages.procedure_list, name="procedure_list"),
    path("improve/procedures/new/", pages.procedure_new, name="procedure_new"),
    path("improve/procedures/<int:pk>/", pages.procedure, name="procedure"),
    path("improve/procedures/<int:pk>/edit/", pages.procedure_edit, name="procedure_edit"),
    path("improve/procedures/<int:pk>/act/", pages.procedure_act, name="procedure_act"),
    path("improve/redundant/", trying.redundant, name="redundant"),
    path("improve/escalation/", trying.rule_list, name="rule_list"),
    path("improve/escalation/new/", trying.rule_edit, name="rule_new"),
    path("improve/escalation/<int:pk>/", trying.rule, name="rule"),
    path("improve/escalation/<int:pk>/edit/", trying.rule_edit, name="rule_edit"),
    path("improve/escalation/<int:pk>/cases/", trying.rule_rows, name="rule_rows"),
]
