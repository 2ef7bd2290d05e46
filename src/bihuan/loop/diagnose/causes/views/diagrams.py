"""Fishbone and chain of whys: the drawing and the boxes, worked on by several people at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can, reaches, scope_of
from bihuan.core.web import answer, needs
from bihuan.engine.charts.render import svg_to_png
from bihuan.loop.diagnose.findings.queries import finding_for
from bihuan.loop.diagnose.findings.queries.words import shown_title

from ..contracts import FAMILIES, STOPS
from ..forms import NodeForm, ProofForm, cause_choices
from ..models import CauseNode, NodeProof
from ..queries.diagrams import drawing, in_order, nodes_of
from ..services import CauseError, add_node, change_node, remove_node, stop_here
from ..services.proofs import keep_proof, link_proof, remove_proof, take_proof
from ..services.stated import WORK

VIEW = "diagnose.view_findings"
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


@require_GET
@needs(VIEW)
def diagram(request: HttpRequest, finding: int, tool: str) -> HttpResponse:
    """Show a diagram with its boxes."""
    return _show(request, finding, tool)


@require_GET
@needs(VIEW)
def picture(request: HttpRequest, finding: int, tool: str) -> HttpResponse:
    """The drawing alone: open pages fetch it again, so that one sees what the others do."""
    return render(request, "causes/_picture.html", {"svg": mark_safe(_svg(request, finding, tool))})


@require_GET
@needs(VIEW)
def drawing_file(request: HttpRequest, finding: int, tool: str, form: str) -> HttpResponse:
    """Send the drawing as SVG or PNG."""
    if form not in MEDIA:
        raise Http404(form)
    svg = _svg(request, finding, tool)
    content: Any = svg if form == "svg" else svg_to_png(svg)
    return HttpResponse(content, content_type=MEDIA[form], headers={
        "Content-Disposition": f'attachment; filename="F-{finding:04d}-{tool}.{form}"'})


@require_POST
@needs(WORK)
def node_add(request: HttpRequest, finding: int, tool: str) -> HttpResponse:
    found, form = finding_for(request.user, finding), NodeForm(request.POST)
    number = request.POST.get("parent", "")
    parent = get_object_or_404(CauseNode, pk=int(number), finding_id=found.pk) if number.isdecimal() else None
    place = f"add-{number or request.POST.get('family', '') or 'first'}"

    def act() -> CauseNode:
        return add_node(finding_id=found.pk, tool=_tool(tool), content=form.now(), parent=parent, actor=request.user,
                        family=request.POST.get("family", ""))

    return _after(request, found.pk, tool, form, place, act)


@require_POST
@needs(WORK)
def node_change(request: HttpRequest, pk: int) -> HttpResponse:
    node, form = _node(request, pk), NodeForm(request.POST)
    return _after(request, node.finding_id, node.tool, form, f"node-{pk}", lambda: change_node(
        node=node, was=form.was(), now=form.now(), actor=request.user))


@require_POST
@needs(WORK)
def node_remove(request: HttpRequest, pk: int) -> HttpResponse:
    node = _node(request, pk)
    return _simple(request, node, lambda: remove_node(node=node, actor=request.user))


@require_POST
@needs(WORK)
def node_stop(request: HttpRequest, pk: int) -> HttpResponse:
    node = _node(request, pk)
    return _simple(request, node, lambda: stop_here(
        node=node, reason=request.POST.get("reason", ""), actor=request.user))


@require_POST
@needs(WORK)
def proof_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put evidence behind a box."""
    node, form = _node(request, pk), ProofForm(request.POST, request.FILES)

    def act() -> None:
        if not form.is_valid():
            raise CauseError("；".join(str(one) for errors in form.errors.values() for one in errors))
        told = form.cleaned_data
        if told["file"]:
            keep_proof(node=node, name=told["file"].name, parts=told["file"].chunks(), note=told["note"],
                       actor=request.user)
        else:
            link_proof(node=node, told=told["told"], note=told["note"], actor=request.user)

    return _simple(request, node, act)


@require_POST
@needs(WORK)
def proof_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(NodeProof.objects.select_related("node"), pk=pk)
    node = _node(request, found.node_id)
    return _simple(request, node, lambda: remove_proof(proof=found, actor=request.user))


@require_GET
@needs(VIEW)
def proof_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Send a document as a download, after its hash was checked."""
    found = get_object_or_404(NodeProof.objects.select_related("node"), pk=pk, kind=NodeProof.Kind.DOCUMENT)
    node = _node(request, found.node_id)
    try:
        path = take_proof(proof=found, actor=request.user)
    except CauseError as error:
        messages.error(request, str(error))
        return redirect(reverse("causes:diagram", args=[node.finding_id, node.tool]) + f"#node-{node.pk}")
    return FileResponse(open(path, "rb"), as_attachment=True, filename=found.label,
                        content_type="application/octet-stream")


def _show(request: HttpRequest, finding: int, tool: str, sent: tuple[str, NodeForm] | None = None) -> HttpResponse:
    found, nodes = finding_for(request.user, finding), nodes_of(finding, _tool(tool))
    works = can(request.user, WORK) and reaches(scope_of(request.user, WORK), unit=found.unit_code)
    choices = cause_choices()
    forms = {f"node-{node.pk}": NodeForm(choices=choices, initial={
        "text": node.text, "evidence": node.evidence, "cause": node.cause_id, "was_text": node.text,
        "was_evidence": node.evidence, "was_cause": node.cause_id}, auto_id=f"n{node.pk}_%s") for node in nodes}
    if sent:
        forms[sent[0]] = sent[1]
    families = list(FAMILIES.items()) if tool == "fishbone" else [("", "")]
    groups = [(family, label, in_order(nodes, family or None)) for family, label in families]
    return answer(request, "causes/diagram.html", {
        "finding": found, "title": shown_title(found), "tool": tool, "tools": CauseNode.Tool.choices, "groups": groups,
        "forms": forms, "blank": NodeForm(choices=choices, auto_id=False), "works": works, "stops": STOPS,
        "proof_form": ProofForm(auto_id=False),
        "count": len(nodes), "svg": mark_safe(drawing(shown_title(found), nodes, tool)),
        "open": sent[0] if sent else ""}, *([sent[1]] if sent else []))


def _svg(request: HttpRequest, finding: int, tool: str) -> str:
    found = finding_for(request.user, finding)
    return drawing(shown_title(found), nodes_of(finding, _tool(tool)), tool)


def _tool(tool: str) -> str:
    if tool not in CauseNode.Tool.values:
        raise Http404(tool)
    return tool


def _node(request: HttpRequest, pk: int) -> CauseNode:
    node = get_object_or_404(CauseNode, pk=pk, removed=False)
    finding_for(request.user, node.finding_id)
    return node


def _after(request: HttpRequest, finding: int, tool: str, form: NodeForm, place: str, act: Callable[[], CauseNode]
           ) -> HttpResponse:
    """Do it and lead back to the box; what was refused stays in its form with what the other person wrote."""
    if form.is_valid():
        try:
            node = act()
        except CauseError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect(reverse("causes:diagram", args=[finding, tool]) + f"#node-{node.pk}")
    return _show(request, finding, tool, (place, form))


def _simple(request: HttpRequest, node: CauseNode, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except CauseError as error:
        messages.error(request, str(error))
    return redirect(reverse("causes:diagram", args=[node.finding_id, node.tool]) + f"#node-{node.pk}")
