"""The way of a file through the wizard, step by step."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.core import workspace
from bihuan.core.jobs import run_pending
from bihuan.core.models import Job
from bihuan.core.tests.kept import kept
from bihuan.loop.collect.records.models import Upload

from .conftest import csv_bytes


def send(client, data=None, name="热线工单_2024-03.csv"):
    """Upload a file and return it as the wizard keeps it."""
    client.post(reverse("records:upload_new"), {"file": SimpleUploadedFile(name, data or csv_bytes())})
    return Upload.objects.latest("created_at")


def at(name, upload):
    return reverse(f"records:{name}", args=[upload.pk])


def text(response):
    return response.content.decode()


def chosen_fields(client, upload, **changes):
    """Return the mapping form as the page offers it, with changes."""
    context = client.get(at("mapping", upload)).context
    events = context["events"]
    fields = [*context["form"], *(field for form in (events.management_form, *events) for field in form)]
    told = {field.html_name: field.value() for field in fields
            if field.value() is not None and field.value() is not False}
    return {**told, **changes}


def mapped(client, data=None, **changes):
    """Bring a file up to the dry run, field by field; the first usual one of a test is put there as it once came."""
    if data or changes or Upload.objects.exists():
        return _mapped(client, data, **changes)
    kept("mapped", (Job, Upload), lambda: _mapped(client), folder=workspace.home().uploads)
    return Upload.objects.get()


def _mapped(client, data=None, **changes):
    upload = send(client, data)
    client.post(at("file", upload), {"way": "own", "table": "cases"})
    answer = client.post(at("mapping", upload), chosen_fields(client, upload, **changes))
    assert answer.status_code == 302, text(answer)
    answer = client.post(at("questions", upload), {"go": "1"})
    assert answer.status_code == 302, text(answer)
    run_pending()
    upload.refresh_from_db()
    return upload
