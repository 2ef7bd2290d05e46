"""Pages of the library of examples."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.queries import unit_names
from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import needs, number_in, page_of
from bihuan.loop.diagnose.causes.contracts import FAMILIES
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.rights import measure_for
from bihuan.loop.learn.archives.queries import archive_of
from bihuan.loop.learn.archives.rights import archives_for
from bihuan.loop.verify.verdicts.contracts import WORDS
from bihuan.loop.verify.verdicts.queries.lists import promotions

from .contracts import FIELDS, TAUGHT
from .errors import Refused
from .forms import ExampleForm, WithdrawForm
from .models import Example
from .queries import effect_of, filters_from, found_for, offered
from .rights import APPROVE, VIEW, WRITE, example_for, examples_for, may
from .services import edit_example, publish_example, withdraw_example


@require_GET
@needs(VIEW)
def example_list(request: HttpRequest) -> HttpResponse:
    """List what loops taught, by cause, step, indicator and verdict, or found by words."""
    kept = filters_from(request.GET.dict())
    steps, indicators = offered(request.user)
    page = page_of(request, found_for(request.user, kept), size=30)
    names = unit_names()
    rows = [(one, effect_of(one.verdict), names.get(one.unit_code, one.unit_code)) for one in page.object_list]
    context = {"page": page, "rows": rows, "kept": kept, "steps": steps, "indicators": indicators,
               "families": FAMILIES.items(), "words": [(key, WORDS[key]) for key in TAUGHT],
               "states": Example.State.choices, "may_write": can(request.user, WRITE)}
    return render(request, "examples/example_list.html", context)


@require_GET
@needs(VIEW)
def of_measure(request: HttpRequest) -> HttpResponse:
    """Lead from a measure's verdict to its example."""
    number = number_in(request.GET, "measure")
    if number is None:
        raise NotAllowed("of_measure")
    measure = measure_for(request.user, number)
    found = examples_for(request.user).filter(measure=measure).first()
    if found is None:
        messages.info(request, _("这项措施还没有案例：结论确认后自动起草，发布后可见。"))
        return HttpResponseRedirect(reverse("examples:example_list"))
    return HttpResponseRedirect(reverse("examples:example", args=[found.pk]))


@require_GET
@needs(VIEW)
def example(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one example with the effect as the verdict says it."""
    return render(request, "examples/example.html", _context(request, example_for(request.user, pk)))


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def example_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the words of an example; every save is a version."""
    row = example_for(request.user, pk)
    if not may(request.user, WRITE, row):
        raise NotAllowed(f"example {pk}")
    newest = row.versions.first()
    assert newest is not None
    start = {key: getattr(newest, key) for key in FIELDS} | {"base": newest.number}
    form = ExampleForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            edit_example(example=row, base=form.cleaned_data["base"], words=form.words(),
                         note=form.cleaned_data["note"], actor=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(reverse("examples:example", args=[pk]))
    context = {"example": row, "form": form, "effect": effect_of(row.verdict)}
    return render(request, "examples/example_edit.html", context, status=422 if form.errors else 200)


@require_POST
@needs(APPROVE)
def example_publish(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Publish one version."""
    try:
        publish_example(example=example_for(request.user, pk), number=number, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已发布。"))
    return HttpResponseRedirect(reverse("examples:example", args=[pk]))


@require_POST
@needs(APPROVE)
def example_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an example out of the library."""
    row = example_for(request.user, pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw_example(example=row, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已撤下。"))
            return HttpResponseRedirect(reverse("examples:example_list"))
    return render(request, "examples/example.html", _context(request, row, withdraw_form=form), status=422)


def _context(request: HttpRequest, row: Example, **bound: Any) -> dict[str, Any]:
    user, writes = request.user, may(request.user, WRITE, row)
    versions = list(row.versions.select_related("by", "published_by"))
    newest, shown = versions[0], next((one for one in versions if one.number == row.published), versions[0])
    if writes and request.GET.get("version") == str(newest.number):
        shown = newest
    archive = archive_of(row.verdict_id)
    seen = archives_for(user).filter(pk=archive.pk).exists() if archive else False
    finding = row.measure.finding_id
    return {
        "example": row, "shown": shown, "newest": newest, "versions": versions if writes else [],
        "effect": effect_of(row.verdict), "may_write": writes, "may_approve": may(user, APPROVE, row),
        "unit": unit_names().get(row.unit_code, row.unit_code), "family": FAMILIES.get(row.family, ""),
        "archive": archive if seen else None, "promotion": promotions(user).filter(verdict=row.verdict_id).first(),
        "sees_measure": Measure.objects.for_user(user).filter(pk=row.measure_id).exists(),
        "finding": findings_for(user).filter(pk=finding).first() if finding else None,
        "withdraw_form": WithdrawForm()} | bound
