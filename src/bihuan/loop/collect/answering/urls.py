"""Addresses of asking: those under /a/ are for everybody, the others for staff."""

from django.urls import path

from .views import dispatch, doors, elsewhere, links, public, responses, rewards, send, triggers, waves

app_name = "answering"

urlpatterns = [
    path("a/report/", doors.report, name="report"),
    path("a/<str:token>/", public.answer, name="answer"),
    path("a/<str:token>/withdraw/", doors.withdraw, name="withdraw"),
    path("a/<str:token>/leave/", doors.leave, name="leave"),
    path("collect/answering/", waves.wave_list, name="wave_list"),
    path("collect/answering/<int:number>/", waves.wave, name="wave"),
    path("collect/answering/<int:number>/send/", send.send, name="send"),
    path("collect/answering/<int:number>/dispatch/", dispatch.dispatch, name="dispatch"),
    path("collect/answering/<int:number>/dispatch/start/", dispatch.start, name="start"),
    path("collect/answering/<int:number>/dispatch/pause/", dispatch.pause, name="pause"),
    path("collect/answering/<int:number>/dispatch/remind/", dispatch.remind, name="remind"),
    path("collect/answering/<int:number>/dispatch/trial/", dispatch.trial, name="trial"),
    path("collect/answering/<int:number>/dispatch/group/", dispatch.group, name="group"),
    path("collect/answering/<int:number>/people/", dispatch.people, name="people"),
    path("collect/answering/<int:number>/links/", links.links, name="links"),
    path("collect/answering/<int:number>/links/test/", links.test, name="test"),
    path("collect/answering/<int:number>/links/<int:pk>/switch/", links.switch, name="site_switch"),
    path("collect/answering/<int:number>/links/<int:pk>/code.svg", links.code, {"kind": "svg"}, name="code_svg"),
    path("collect/answering/<int:number>/links/<int:pk>/code.png", links.code, {"kind": "png"}, name="code_png"),
    path("collect/answering/<int:number>/links/<int:pk>/sheet.pdf", links.code, {"kind": "pdf"}, name="sheet"),
    path("collect/answering/<int:number>/triggers/", triggers.triggers, name="triggers"),
    path("collect/answering/<int:number>/triggers/new/", triggers.trigger_edit, name="trigger_new"),
    path("collect/answering/<int:number>/triggers/<int:pk>/", triggers.trigger_edit, name="trigger_edit"),
    path("collect/answering/<int:number>/triggers/<int:pk>/switch/", triggers.trigger_switch, name="trigger_switch"),
    path("collect/answering/<int:number>/triggers/<int:pk>/cases/", triggers.decision_list, name="decisions"),
    path("collect/answering/<int:number>/responses/", responses.response_list, name="responses"),
    path("collect/answering/<int:number>/responses/retry/", responses.retry, name="retry"),
    path("collect/answering/<int:number>/responses/<uuid:pk>/", responses.response, name="response"),
    path("collect/answering/<int:number>/elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path("collect/answering/<int:number>/elsewhere/push/", elsewhere.push, name="elsewhere_push"),
    path("collect/answering/<int:number>/elsewhere/<uuid:pk>/", elsewhere.columns, name="elsewhere_columns"),
    path("collect/answering/<int:number>/elsewhere/<uuid:pk>/check/", elsewhere.check, name="elsewhere_check"),
    path("collect/answering/<int:number>/elsewhere/<uuid:pk>/missing/", elsewhere.missing, name="elsewhere_missing"),
    path("collect/answering/<int:number>/elsewhere/<uuid:pk>/import/", elsewhere.bring_in, name="elsewhere_import"),
    path("collect/answering/<int:number>/rewards/", rewards.reward_list, name="rewards"),
    path("collect/answering/<int:number>/rewards/<int:pk>/give/", rewards.reward_give, name="reward_give"),
]
