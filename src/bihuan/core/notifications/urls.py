"""Addresses of notifications."""

from django.urls import path

from .views import channels, choices, inbox

app_name = "notifications"

urlpatterns = [
    path("notifications/", inbox.inbox, name="inbox"),
    path("notifications/bell/", inbox.bell, name="bell"),
    path("notifications/<int:pk>/open/", inbox.open_notice, name="open"),
    path("notifications/read-all/", inbox.read_all, name="read_all"),
    path("account/notifications/", choices.choices, name="choices"),
    path("account/notifications/robots/new/<slug:kind>/", channels.own_new, name="own_new"),
    path("account/notifications/robots/<int:pk>/", channels.own, name="own"),
    path("settings/notifications/", channels.channel_list, name="channel_list"),
    path("settings/notifications/new/<slug:kind>/", channels.channel_new, name="channel_new"),
    path("settings/notifications/<int:pk>/", channels.channel, name="channel"),
    path("settings/notifications/<int:pk>/test/", channels.channel_test, name="channel_test"),
    path("settings/notifications/<int:pk>/switch/", channels.channel_switch, name="channel_switch"),
    path("settings/notifications/log/", channels.log, name="log"),
    path("settings/notifications/log/<int:pk>/resend/", channels.log_resend, name="log_resend"),
]
