"""Addresses of complaint reviews."""

from django.urls import path

from .views import pages

app_name = "complaint_reviews"

urlpatterns = [
    path("diagnose/complaint-reviews/", pages.review_list, name="review_list"),
    path("diagnose/complaint-reviews/file.xlsx", pages.list_file, name="list_file"),
    path("diagnose/complaint-reviews/rule/", pages.rule, name="rule"),
    path("diagnose/complaint-reviews/<int:pk>/", pages.review, name="review"),
    path("diagnose/complaint-reviews/<int:pk>/write/", pages.write, name="write"),
    path("diagnose/complaint-reviews/<int:pk>/check/", pages.check, name="check"),
    path("diagnose/complaint-reviews/<int:pk>/file.<slug:form>", pages.review_file, name="review_file"),
]
