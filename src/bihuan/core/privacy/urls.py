"""Addresses of personal data protection, and the one page that customers see."""

from django.urls import path

from .views import exports, people, registers, settings

app_name = "privacy"

urlpatterns = [
    path("settings/privacy/", registers.overview, name="overview"),
    path("settings/privacy/masking/", settings.masking, name="masking"),
    path("settings/privacy/masking/trial/", settings.masking_trial, name="masking_trial"),
    path("settings/privacy/limits/", settings.limits, name="limits"),
    path("settings/privacy/keys/rotate/", settings.rotate, name="rotate"),
    path("settings/privacy/sweep/", settings.sweep, name="sweep"),
    path("settings/privacy/reveal/", people.reveal_page, name="reveal"),
    path("settings/privacy/reveals/", people.reveal_list, name="reveal_list"),
    path("settings/privacy/requests/", people.request_list, name="request_list"),
    path("settings/privacy/requests/new/", people.request_new, name="request_new"),
    path("settings/privacy/requests/<int:pk>/", people.request_page, name="request"),
    path("settings/privacy/requests/<int:pk>/verify/", people.request_verify, name="request_verify"),
    path("settings/privacy/requests/<int:pk>/answer/", people.request_answer, name="request_answer"),
    path("settings/privacy/requests/<int:pk>/refuse/", people.request_refuse, name="request_refuse"),
    path("settings/privacy/requests/<int:pk>/data/", people.request_data, name="request_data"),
    path("settings/privacy/consents/", registers.consent_list, name="consent_list"),
    path("settings/privacy/consents/<int:pk>/withdraw/", registers.consent_withdraw, name="consent_withdraw"),
    path("settings/privacy/refusals/", registers.refusal_list, name="refusal_list"),
    path("settings/privacy/refusals/<int:pk>/lift/", registers.refusal_lift, name="refusal_lift"),
    path("settings/privacy/registers/<slug:key>/", registers.register_list, name="register_list"),
    path("settings/privacy/registers/<slug:key>/new/", registers.entry_new, name="entry_new"),
    path("settings/privacy/registers/<slug:key>/<int:pk>/", registers.entry, name="entry"),
    path("settings/privacy/assessments/<int:pk>/approve/", registers.assessment_approve, name="assessment_approve"),
    path("settings/privacy/assessments/<int:pk>/discard/", registers.assessment_discard, name="assessment_discard"),
    path("settings/privacy/incidents/<int:pk>/notice/", registers.incident_notice, name="incident_notice"),
    path("exports/", exports.export_list, name="export_list"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("exports/ask/", exports.export_ask, name="export_ask"),
    path("exports/<uuid:pk>/", exports.export_page, name="export"),
    path("exports/<uuid:pk>/decide/", exports.export_decide, name="export_decide"),
    path("exports/<uuid:pk>/file/", exports.export_file, name="export_file"),
    path("stop/<str:token>/", people.stop, name="stop"),
]
