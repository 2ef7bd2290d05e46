"""Addresses of conversations, tags, recordings and retention."""

from django.urls import path

from .views import conversations, recordings, retention, tags

app_name = "conversations"

urlpatterns = [
    path("collect/conversations/", conversations.conversation_list, name="conversation_list"),
    path("collect/conversations/of/<path:case>/spans/add/", tags.span_add, name="span_add"),
    path("collect/conversations/of/<path:case>/read/", tags.read, name="read"),
    path("collect/conversations/of/<path:case>/recordings/add/", recordings.recording_add, name="recording_add"),
    path("collect/conversations/of/<path:case>/", conversations.conversation, name="conversation"),
    path("collect/conversations/spans/<int:pk>/remove/", tags.span_remove, name="span_remove"),
    path("collect/conversations/spans/<int:pk>/quote/", tags.span_quote, name="span_quote"),
    path("collect/tags/", tags.tag_list, name="tag_list"),
    path("collect/tags/new/", tags.tag_new, name="tag_new"),
    path("collect/tags/<int:pk>/", tags.tag, name="tag"),
    path("collect/recordings/<uuid:pk>/play/", recordings.play, name="play"),
    path("collect/recordings/<uuid:pk>/remove/", recordings.recording_remove, name="recording_remove"),
    path("settings/retention/", retention.retention, name="retention"),
    path("settings/retention/delete/", retention.delete_due, name="delete_due"),
]
