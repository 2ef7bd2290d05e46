"""Addresses of the core: settings, background jobs, one's own account."""

from django.urls import path

from .views import account, audit, clock, jobs, members, people, roles, units

app_name = "core"

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/language/", account.language, name="language"),
    path("account/first-password/<str:uid>/<str:token>/", account.first_password, name="first_password"),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<uuid:pk>/", jobs.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/retry/", jobs.job_retry, name="job_retry"),
    path("computing/<slug:token>/", jobs.computing, name="computing"),
    path("computing/<slug:token>/stop/", jobs.computing_stop, name="computing_stop"),
    path("settings/people/", people.person_list, name="person_list"),
    path("settings/people/new/", people.person_new, name="person_new"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/roles/", people.person_roles, name="person_roles"),
    path("settings/people/<int:pk>/link/", people.person_password_link, name="person_password_link"),
    path("settings/people/<int:pk>/switch/", people.person_switch, name="person_switch"),
    path("settings/roles/", roles.role_list, name="role_list"),
    path("settings/roles/new/", roles.role_new, name="role_new"),
    path("settings/roles/<slug:key>/", roles.role, name="role"),
    path("settings/roles/<slug:key>/switch/", roles.role_switch, name="role_switch"),
    path("settings/units/", units.unit_list, name="unit_list"),
    path("settings/units/new/", units.unit_new, name="unit_new"),
    path("settings/units/sync/", units.unit_sync, name="unit_sync"),
    path("settings/units/of/<path:code>/", units.unit, name="unit"),
    path("settings/members/", members.member_list, name="member_list"),
    path("settings/members/new/", members.member_new, name="member_new"),
    path("settings/members/of/<path:agent>/", members.member, name="member"),
    path("settings/members/end/<path:agent>/", members.stay_end, name="stay_end"),
    path("settings/members/called/<path:name>/", members.name_give, name="name_give"),
    path("settings/members/call-back/<path:name>/", members.name_take_back, name="name_take_back"),
    path("settings/members/take-back/<path:agent>/", members.stay_take_back, name="stay_take_back"),
    path("settings/calendars/", clock.calendar_list, name="calendar_list"),
    path("settings/calendars/new/", clock.calendar_edit, name="calendar_new"),
    path("settings/calendars/holidays/", clock.holidays, name="holidays"),
    path("settings/calendars/rules/new/", clock.rule, name="rule_new"),
    path("settings/calendars/rules/<int:index>/", clock.rule, name="rule"),
    path("settings/calendars/rules/<int:index>/move/", clock.rule_move, name="rule_move"),
    path("settings/calendars/of/<slug:name>/", clock.calendar_edit, name="calendar"),
    path("settings/calendars/of/<slug:name>/year/", clock.calendar_year, name="calendar_year"),
    path("settings/calendars/of/<slug:name>/drop/", clock.calendar_drop, name="calendar_drop"),
    path("settings/workspace/", clock.workspace_facts, name="workspace"),
    path("settings/audit/", audit.audit_list, name="audit_list"),
    path("settings/audit/export/", audit.audit_export, name="audit_export"),
    path("settings/audit/verify/", audit.audit_verify, name="audit_verify"),
]
