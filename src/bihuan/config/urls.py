"""Every address of the product, room by room."""

from allauth.account import views as account
from django.urls import include, path

from bihuan.config.api import api
from bihuan.config.navigation import landing
from bihuan.config.steps import overview
from bihuan.core.views import account as own_account

# Only what a company's own accounts need of allauth: nobody signs up, nobody logs in by mail.
account_urls = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("signup/", own_account.signup_closed, name="account_signup"),
    path("password/set/", own_account.signup_closed, name="account_set_password"),
    path("password/reset/", own_account.password_help, name="account_reset_password"),
    path("email/", own_account.signup_closed, name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("", landing, name="home"),
    path("steps/", overview, name="steps"),
    path("api/v1/", api.urls),
    path("", include("bihuan.loop.collect.intake.urls")),
    path("", include("bihuan.loop.collect.answering.urls")),
    path("account/", include(account_urls)),
    path("", include("bihuan.core.urls")),
    path("", include("bihuan.core.privacy.urls")),
    path("", include("bihuan.core.notifications.urls")),
    path("", include("bihuan.core.tokens.urls")),
    path("serve/customers/", include("bihuan.serve.customers.urls")),
    path("collect/imports/", include("bihuan.loop.collect.records.urls")),
    path("collect/sources/", include("bihuan.loop.collect.sources.urls")),
    path("collect/surveys/", include("bihuan.loop.collect.surveys.urls")),
    path("collect/samples/", include("bihuan.loop.collect.samples.urls")),
    path("", include("bihuan.loop.collect.voices.urls")),
    path("", include("bihuan.loop.collect.conversations.urls")),
    path("", include("bihuan.loop.evaluate.indicators.urls")),
    path("", include("bihuan.loop.evaluate.realtime.urls")),
    path("", include("bihuan.loop.evaluate.reports.urls")),
    path("", include("bihuan.loop.evaluate.opinions.urls")),
    path("", include("bihuan.loop.diagnose.findings.urls")),
    path("", include("bihuan.loop.improve.procedures.urls")),
    path("", include("bihuan.loop.improve.plans.urls")),
    path("improve/measures/", include("bihuan.loop.improve.measures.urls")),
    path("verify/callbacks/", include("bihuan.loop.verify.callbacks.urls")),
    path("verify/", include("bihuan.loop.verify.verdicts.urls")),
    path("learn/examples/", include("bihuan.loop.learn.examples.urls")),
    path("learn/handbook/", include("bihuan.loop.learn.handbook.urls")),
    path("learn/benchmarks/", include("bihuan.loop.learn.benchmarks.urls")),
    path("learn/archives/", include("bihuan.loop.learn.archives.urls")),
    path("", include("bihuan.loop.verify.launches.urls")),
    path("", include("bihuan.loop.verify.recurrence.urls")),
    path("", include("bihuan.loop.board.urls")),
    path("improve/staffing/", include("bihuan.loop.improve.staffing.urls")),
    path("", include("bihuan.loop.diagnose.causes.urls")),
    path("", include("bihuan.loop.diagnose.meetings.urls")),
    path("", include("bihuan.loop.diagnose.complaint_reviews.urls")),
    path("", include("bihuan.loop.diagnose.processes.urls")),
    path("", include("bihuan.loop.plan.goals.urls")),
    path("", include("bihuan.loop.plan.cycles.urls")),
    path("", include("bihuan.loop.evaluate.progress.urls")),
    path("", include("bihuan.loop.evaluate.vendors.urls")),
    path("", include("bihuan.loop.evaluate.support.urls")),
    path("", include("bihuan.loop.evaluate.concessions.urls")),
]
