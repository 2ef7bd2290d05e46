"""Addresses of launches."""

from django.urls import path

from . import views

app_name = "launches"

urlpatterns = [
    path("verify/launches/", views.launch_list, name="launch_list"),
    path("verify/launches/around/", views.around, name="around"),
    path("verify/launches/new/", views.launch_new, name="launch_new"),
    path("verify/launches/<int:pk>/", views.launch, name="launch"),
    path("verify/launches/<int:pk>/accept/", views.launch_accept, name="launch_accept"),
    path("verify/launches/<int:pk>/judge/", views.launch_judge, name="launch_judge"),
]
