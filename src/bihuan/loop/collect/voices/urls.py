"""Addresses of the voices."""

from django.urls import path

from .views import calls, feedback, public

app_name = "voices"

urlpatterns = [
    path("f/receipt/", public.follow, name="follow"),
    path("f/<str:token>/", public.give, name="give"),
    path("collect/voices/feedback/", feedback.inbox, name="inbox"),
    path("collect/voices/feedback/new/", feedback.feedback_new, name="feedback_new"),
    path("collect/voices/feedback/forms/", feedback.form_list, name="form_list"),
    path("collect/voices/feedback/forms/new/", feedback.form_edit, name="form_new"),
    path("collect/voices/feedback/forms/<int:pk>/", feedback.form_edit, name="form_edit"),
    path("collect/voices/feedback/forms/<int:pk>/code.svg", feedback.form_code, name="form_code"),
    path("collect/voices/feedback/<int:pk>/", feedback.feedback, name="feedback"),
    path("collect/voices/feedback/<int:pk>/reveal/", feedback.feedback_reveal, name="feedback_reveal"),
    path("collect/voices/feedback/<int:pk>/case/", feedback.feedback_case, name="feedback_case"),
    path("collect/voices/feedback/<int:pk>/answer/", feedback.feedback_answer, name="feedback_answer"),
    path("collect/voices/feedback/<int:pk>/tag/", feedback.feedback_tag, name="feedback_tag"),
    path("collect/voices/feedback/<int:pk>/file/", feedback.feedback_file, name="feedback_file"),
    path("collect/voices/feedback/<int:pk>/reopen/", feedback.feedback_reopen, name="feedback_reopen"),
    path("collect/voices/feedback/<int:pk>/files/<uuid:key>/", feedback.feedback_attachment,
         name="feedback_attachment"),
    path("collect/voices/calls/", calls.call_waves, name="call_waves"),
    path("collect/voices/calls/waves/<int:wave>/", calls.call_list, name="call_list"),
    path("collect/voices/calls/waves/<int:wave>/build/", calls.call_build, name="call_build"),
    path("collect/voices/calls/waves/<int:wave>/script/", calls.call_script, name="call_script"),
    path("collect/voices/calls/waves/<int:wave>/next/", calls.call_next, name="call_next"),
    path("collect/voices/calls/<int:pk>/", calls.call, name="call"),
    path("collect/voices/calls/<int:pk>/begin/", calls.call_begin, name="call_begin"),
    path("collect/voices/calls/<int:pk>/reveal/", calls.call_reveal, name="call_reveal"),
    path("collect/voices/calls/<int:pk>/questions/", calls.call_questions, name="call_questions"),
    path("collect/voices/calls/<int:pk>/end/", calls.call_end, name="call_end"),
    path("collect/voices/calls/<int:pk>/answers/", calls.call_answers, name="call_answers"),
]
