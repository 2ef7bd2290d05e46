"""Addresses of pushes and webhooks; the one under /hooks/ is for other systems."""

from django.urls import path

from .views import pages, receive

app_name = "intake"

urlpatterns = [
    path("hooks/<str:address>/", receive.receive, name="receive"),
    path("collect/intake/", pages.overview, name="overview"),
    path("collect/intake/flush/", pages.flush_now, name="flush"),
    path("collect/intake/retry/", pages.retry, name="retry"),
    path("collect/intake/pushes/<uuid:pk>/", pages.push, name="push"),
    path("collect/intake/hooks/new/", pages.hook_new, name="hook_new"),
    path("collect/intake/hooks/<int:pk>/", pages.hook, name="hook"),
    path("collect/intake/hooks/<int:pk>/edit/", pages.hook_edit, name="hook_edit"),
    path("collect/intake/hooks/<int:pk>/switch/", pages.hook_switch, name="hook_switch"),
    path("collect/intake/hooks/<int:pk>/secret/", pages.hook_secret, name="hook_secret"),
    path("collect/intake/hooks/<int:pk>/test/", pages.hook_test, name="hook_test"),
]
