"""Addresses of the staffing sandbox."""

from django.urls import path

from . import views

app_name = "staffing"

urlpatterns = [
    path("", views.plan_list, name="plan_list"),
    path("new/", views.plan_new, name="plan_new"),
    path("erlang/", views.erlang, name="erlang"),
    path("<int:pk>/", views.plan, name="plan"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/measure/", views.link, name="link"),
    path("<int:pk>/compare/", views.compare, name="compare"),
]
