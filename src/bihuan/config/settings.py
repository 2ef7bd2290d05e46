"""Settings of the product, driven by the environment; `docs/reference/settings.md` explains each variable."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from bihuan.config.environment import database, days, secret_key, switch, words
from bihuan.engine.home import open_home

PACKAGE = Path(__file__).resolve().parent.parent

BIHUAN_HOME = open_home().path
BIHUAN_JOBS = "bihuan.config.jobs.KINDS"
BIHUAN_SCHEDULE = "bihuan.config.schedule.SCHEDULE"
BIHUAN_QUICK_JOBS = "bihuan.config.schedule.QUICK"
# What rooms above the findings add to the weekly pack: what is kept of a week as JSON, and the parts of a document that
# a person gets of it (None: nothing was kept, as things are now).
BIHUAN_WEEKLY_KEPT = {"measures": "bihuan.loop.improve.measures.queries.weekly.keep_open"}
BIHUAN_WEEKLY_PARTS = {"measures": "bihuan.loop.improve.measures.queries.weekly.open_parts"}
# The same for the agenda of an attribution meeting: functions of a person and a unit.
BIHUAN_AGENDA_PARTS = ("bihuan.loop.improve.measures.queries.weekly.late_parts",)
# With a broker ($BIHUAN_BROKER) Celery runs the jobs, on as many machines as have a worker; else our own worker does.
BIHUAN_NUDGE = "bihuan.config.celery.nudge" if os.environ.get("BIHUAN_BROKER") else ""
# What the audit log vouches for: kind -> function that yields (id, content) of what is there now.
BIHUAN_AUDITED_STATES = {
    "core.role": "bihuan.core.services.states.role_states",
    "core.user": "bihuan.core.services.states.person_states",
}

# Places that hold personal data, in the order in which a deletion visits them: the vault last, it knows what to look
# for.
BIHUAN_PERSONAL_STORES = {
    "evidence": "bihuan.loop.improve.measures.services.erase_customer",     # by what records and vault still know
    "cause_evidence": "bihuan.loop.diagnose.causes.services.erase_customer",
    "records": "bihuan.core.privacy.stores.erase_records",
    "uploads": "bihuan.loop.collect.records.services.erase_customer",
    "exports": "bihuan.core.privacy.stores.erase_exports",
    "conversations": "bihuan.loop.collect.conversations.services.erase_customer",
    "pushes": "bihuan.loop.collect.intake.services.erase_customer",
    "responses": "bihuan.loop.collect.answering.services.erase_customer",
    "samples": "bihuan.loop.collect.samples.services.erase_customer",
    "voices": "bihuan.loop.collect.voices.services.erase_customer",
    "callbacks": "bihuan.loop.verify.callbacks.services.erase_customer",
    "customer_notes": "bihuan.serve.customers.services.erase_notes",
    "vault": "bihuan.core.privacy.stores.erase_vault",
}
# Files that a second person has to approve: kind -> function(args, actor, watermark) -> (name, content).
# What rooms add to the history of a customer: ``lines(numbers, scope)`` gives fields of a line of the timeline.
BIHUAN_TIMELINES = ["bihuan.loop.verify.callbacks.queries.timeline.lines_of"]
# Who keeps what a customer consented to: told when the consent is withdrawn, says what is under lock from then on.
BIHUAN_CONSENT_HOLDERS = {
    "recording": "bihuan.loop.collect.conversations.services.lock_recordings",
}
BIHUAN_EXPORTS = {
    "privacy.contacts": "bihuan.core.privacy.services.files.contact_list",
    "indicators.board": "bihuan.loop.evaluate.indicators.jobs.approved_board",
    "archives.bundle": "bihuan.loop.learn.archives.jobs.approved_bundle",
    "samples.reasons": "bihuan.loop.collect.samples.services.exports.approved_reasons",
    "indicators.rows": "bihuan.loop.evaluate.indicators.jobs.approved_rows",
}

SECRET_KEY = secret_key(BIHUAN_HOME)
DEBUG = switch("BIHUAN_DEBUG")
ALLOWED_HOSTS = words("BIHUAN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = words("BIHUAN_TRUSTED_ORIGINS")
# The address people reach this installation by: links in messages need it.
BIHUAN_ADDRESS = os.environ.get("BIHUAN_ADDRESS", "").rstrip("/")
BIHUAN_WEBHOOK_PRIVATE = switch("BIHUAN_WEBHOOK_PRIVATE")
# Hosts and networks of the company's own that data sources may lie in; folders beside the inbox that may be watched.
BIHUAN_SOURCES_PRIVATE = words("BIHUAN_SOURCES_PRIVATE")
BIHUAN_INBOX_ROOTS = words("BIHUAN_INBOX_ROOTS")
# What senders of records may do: requests of one sender in ten seconds, bytes of one request, what may wait in all.
# Measures and phases of plans: days before a due date on which the owner is reminded, and days late after which the
# unit's leaders, then those who approve, are told too.
BIHUAN_REMIND_BEFORE = days("BIHUAN_REMIND_BEFORE", (7, 1))
BIHUAN_ESCALATE_AFTER = days("BIHUAN_ESCALATE_AFTER", (3, 7), exactly=2)
# How long a page waits for its numbers before it says that they are being computed; 0: to the end.
BIHUAN_PAGE_PATIENCE_S = float(os.environ.get("BIHUAN_PAGE_PATIENCE_S", "5"))
BIHUAN_PUSH = {
    "requests": int(os.environ.get("BIHUAN_PUSH_REQUESTS", "600")),
    "bytes": int(os.environ.get("BIHUAN_PUSH_BYTES", str(4 * 1024 * 1024))),
    "waiting_rows": int(os.environ.get("BIHUAN_PUSH_WAITING_ROWS", "200000")),
    "waiting_bytes": int(os.environ.get("BIHUAN_PUSH_WAITING_BYTES", str(256 * 1024 * 1024))),
}

INSTALLED_APPS = [
    "bihuan.ui",
    "bihuan.core",
    "bihuan.core.privacy",
    "bihuan.core.notifications",
    "bihuan.core.tokens",
    "bihuan.serve.customers",
    "bihuan.loop.plan.goals",
    "bihuan.loop.plan.cycles",
    "bihuan.loop.collect.records",
    "bihuan.loop.collect.sources",
    "bihuan.loop.collect.conversations",
    "bihuan.loop.collect.intake",
    "bihuan.loop.collect.surveys",
    "bihuan.loop.collect.samples",
    "bihuan.loop.collect.answering",
    "bihuan.loop.collect.voices",
    "bihuan.loop.evaluate.indicators",
    "bihuan.loop.evaluate.progress",
    "bihuan.loop.evaluate.vendors",
    "bihuan.loop.evaluate.support",
    "bihuan.loop.evaluate.concessions",
    "bihuan.loop.evaluate.realtime",
    "bihuan.loop.evaluate.reports",
    "bihuan.loop.evaluate.opinions",
    "bihuan.loop.diagnose.findings",
    "bihuan.loop.diagnose.causes",
    "bihuan.loop.diagnose.meetings",
    "bihuan.loop.diagnose.complaint_reviews",
    "bihuan.loop.improve.measures",
    "bihuan.loop.improve.plans",
    "bihuan.loop.improve.procedures",
    "bihuan.loop.verify.verdicts",
    "bihuan.loop.verify.launches",
    "bihuan.loop.verify.recurrence",
    "bihuan.loop.verify.callbacks",
    "bihuan.loop.learn.archives",
    "bihuan.loop.learn.examples",
    "bihuan.loop.learn.benchmarks",
    "bihuan.loop.learn.handbook",
    "bihuan.loop.board",
    "bihuan.loop.improve.staffing",
    "bihuan.loop.diagnose.processes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "bihuan.core.web.LateAnswerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bihuan.core.web.PersonLanguageMiddleware",
    "bihuan.core.web.BackToPageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "bihuan.config.urls"
WSGI_APPLICATION = "bihuan.config.wsgi.application"

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "django.template.context_processors.i18n",
            "csp.context_processors.nonce",
            "bihuan.config.navigation.context",
            "bihuan.config.panels.context",
            "bihuan.config.steps.context",
        ],
    },
}]

DATABASES = {"default": database(os.environ.get("BIHUAN_DATABASE_URL"), BIHUAN_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits must hold across the server's processes, so the default cache lies in the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "bihuan.core.passwords.UnlikeThePerson"},
    {"NAME": "bihuan.core.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "bihuan.core.passwords.Uncommon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

ACCOUNT_ADAPTER = "bihuan.core.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "bihuan.core.forms.login.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bihuan"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
# Pages show times in the workspace's zone (core.web activates it); the database keeps UTC.
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Assets are few and built beforehand: serving them from where they lie saves collecting them at every start.
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if switch("BIHUAN_HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

# One part of a big upload; the rest of a file arrives in further parts.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = str(BIHUAN_HOME / "uploads")
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"masking": {"()": "bihuan.engine.facts.privacy.logs.MaskingFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masking"]}},
    # A page that is not there for somebody is no event of the server.
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("BIHUAN_LOG_LEVEL", "WARNING")},
}
