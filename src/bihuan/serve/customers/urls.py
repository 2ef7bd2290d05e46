"""Addresses of the customers."""

from django.urls import path

from .views import changes, customers, notes, rules, unmatched

app_name = "customers"

urlpatterns = [
    path("", customers.customer_list, name="customer_list"),
    path("of/<path:number>/correct/", customers.customer_correct, name="customer_correct"),
    path("of/<path:number>/timeline/", customers.customer_timeline, name="customer_timeline"),
    path("of/<path:number>/merge/", changes.customer_merge, name="customer_merge"),
    path("of/<path:number>/split/", changes.customer_split, name="customer_split"),
    path("of/<path:number>/merge-cases/", changes.case_merge, name="case_merge"),
    path("of/<path:number>/notes/add/", notes.note_add, name="note_add"),
    path("of/<path:number>/", customers.customer, name="customer"),
    path("notes/<int:pk>/remove/", notes.note_remove, name="note_remove"),
    path("changes/", changes.change_list, name="change_list"),
    path("changes/<uuid:pk>/undo/", changes.change_undo, name="change_undo"),
    path("unmatched/", unmatched.unmatched_list, name="unmatched_list"),
    path("unmatched/match/", unmatched.match, name="match"),
    path("rules/", rules.rules, name="rules"),
    path("rules/types/", rules.types_save, name="types_save"),
    path("rules/tiers/", rules.tiers_save, name="tiers_save"),
    path("rules/matching/", rules.matching_save, name="matching_save"),
]
