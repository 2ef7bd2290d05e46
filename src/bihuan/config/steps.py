"""Which step of the known documents a page serves, so that somebody who knows the documents finds the way.

The steps are those of the documents' own forms; the pages are named by URL, the longest name that fits wins.
A step without a page is shown as such: the way is told whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bihuan.core.web import needs

from .navigation import GROUPS, Item

EVALUATION, SURVEY, STANDARD, PLAN, COMPLAINTS = "evaluation", "survey", "standard", "plan", "complaints"

DOCUMENTS: dict[str, Any] = {
    EVALUATION: _("服务质量评价六步"),
    SURVEY: _("满意度调查九步"),
    STANDARD: _("服务质量管理流程"),
    PLAN: _("服务提升计划"),
    COMPLAINTS: _("客诉闭环与绩效考核"),
}


@dataclass(frozen=True)
class Step:
    """One step; ``stage`` is the stage of the loop that holds it."""

    document: str
    stage: Any
    label: Any

    @property
    def document_name(self) -> Any:
        return DOCUMENTS[self.document]


STAGES = (_("计划"), _("收集"), _("评价"), _("诊断"), _("改进"), _("验证"), _("沉淀"))
_plan, _collect, _evaluate, _diagnose, _improve, _verify, _learn = STAGES

STEPS: dict[str, Step] = {
    "scope": Step(EVALUATION, _plan, _("明确评价目标与范围")),
    "standards": Step(EVALUATION, _plan, _("组建评价小组与制定标准")),
    "survey_scope": Step(SURVEY, _plan, _("明确调查目标与范围")),
    "design": Step(STANDARD, _plan, _("服务设计与标准建立")),
    "core_indicators": Step(COMPLAINTS, _plan, _("核心指标设计")),
    "channels": Step(EVALUATION, _collect, _("多渠道数据收集")),
    "questionnaire": Step(SURVEY, _collect, _("设计问卷")),
    "sample": Step(SURVEY, _collect, _("选取对象与样本")),
    "fieldwork": Step(SURVEY, _collect, _("多渠道实施与数据收集")),
    "delivery": Step(STANDARD, _collect, _("服务交付与过程监控")),
    "relations": Step(PLAN, _collect, _("客户关系管理")),
    "summary": Step(EVALUATION, _evaluate, _("数据汇总")),
    "analysis": Step(SURVEY, _evaluate, _("系统化数据分析")),
    "quality_check": Step(STANDARD, _evaluate, _("质量检查与评估")),
    "closed_loop": Step(COMPLAINTS, _evaluate, _("客诉闭环")),
    "diagnosis": Step(EVALUATION, _diagnose, _("问题诊断（鱼骨图、5Why）")),
    "locating": Step(SURVEY, _diagnose, _("问题定位、交叉分析")),
    "processes": Step(PLAN, _diagnose, _("服务流程优化")),
    "measures": Step(EVALUATION, _improve, _("制定改进方案与落地执行")),
    "duties": Step(SURVEY, _improve, _("改进措施与责任分工")),
    "carrying_out": Step(SURVEY, _improve, _("落地执行")),
    "training": Step(STANDARD, _improve, _("人员培训与赋能")),
    "betterment": Step(STANDARD, _improve, _("反馈、改进与优化")),
    "people": Step(PLAN, _improve, _("人员能力提升")),
    "technology": Step(PLAN, _improve, _("技术支持强化")),
    "effect": Step(EVALUATION, _verify, _("效果跟踪")),
    "second_feedback": Step(SURVEY, _verify, _("闭环跟踪客户反馈与效果评估")),
    "next_round": Step(EVALUATION, _learn, _("持续优化，进入下一轮")),
    "archive": Step(SURVEY, _learn, _("资料归档与经验沉淀")),
    "results": Step(COMPLAINTS, _learn, _("结果深度应用")),
}

# URL name, or the part of it before the last words that differ: what the page serves, the most telling step first.
SERVED: dict[str, tuple[str, ...]] = {
    "answering:": ("fieldwork",),
    "cycles:": ("scope", "standards", "next_round"),
    "goals:": ("scope", "survey_scope"),
    "progress:goal": ("scope", "survey_scope"),
    "progress:channel": ("standards", "design", "core_indicators"),
    "indicators:catalogue": ("standards", "design", "core_indicators"),
    "indicators:passport": ("standards", "design", "core_indicators"),
    "indicators:difference": ("standards", "design"),
    "indicators:target": ("standards", "design"),
    "indicators:": ("summary", "analysis", "quality_check"),
    "records:": ("channels", "fieldwork", "delivery"),
    "sources:": ("channels", "fieldwork", "technology"),
    "intake:": ("channels", "fieldwork", "technology"),
    "surveys:builder": ("questionnaire",),
    "surveys:": ("survey_scope", "questionnaire"),
    "samples:": ("sample",),
    "voices:": ("fieldwork",),
    "voices:visit": ("channels", "quality_check"),
    "voices:scenario": ("channels", "quality_check"),
    "voices:inbox": ("channels", "closed_loop", "second_feedback"),
    "voices:feedback": ("channels", "closed_loop", "second_feedback"),
    "voices:form": ("channels",),
    "voices:follow_up": ("closed_loop", "second_feedback", "relations"),
    "voices:low_score": ("closed_loop", "second_feedback"),
    "conversations:retention": (),
    "conversations:delete_due": (),
    "conversations:": ("channels", "delivery"),
    "customers:": ("channels", "sample", "relations"),
    "recurrence:": ("effect", "closed_loop"),
    "launches:": ("effect", "technology", "betterment"),
    "vendors:": ("quality_check", "results"),
    "concessions:": ("quality_check", "results"),
    "support:": ("technology", "people", "summary"),
    "verdicts:": ("effect", "second_feedback", "closed_loop"),
    "verdicts:chain": ("effect", "next_round"),
    "verdicts:promotion": ("next_round", "archive"),
    "callbacks:": ("second_feedback", "effect", "relations"),
    "examples:": ("archive", "next_round"),
    "handbook:": ("archive", "training"),
    "benchmarks:": ("results", "next_round"),
    "archives:": ("archive", "next_round"),
    "plans:": ("measures", "duties", "carrying_out"),
    "measures:board": ("measures", "carrying_out", "betterment"),
    "measures:plan": ("carrying_out", "duties"),
    "measures:": ("measures", "duties", "carrying_out"),
    "realtime:rule": ("delivery", "closed_loop", "carrying_out"),
    "realtime:": ("delivery", "closed_loop"),
    "opinions:cross": ("locating", "analysis"),
    "opinions:finding": ("locating", "diagnosis"),
    "opinions:": ("analysis", "summary"),
    "findings:": ("diagnosis", "locating"),
    "meetings:": ("diagnosis", "closed_loop"),
    "complaint_reviews:": ("closed_loop", "diagnosis"),
    "loop:": ("next_round", "summary"),
    "staffing:": ("people", "measures"),
    "causes:": ("diagnosis",),
    "processes:": ("processes", "diagnosis"),
    "procedures:procedure": ("design", "processes"),
    "procedures:": ("processes", "betterment"),
    "reports:table": ("summary", "measures", "effect"),
    "reports:": ("summary", "analysis", "quality_check"),
}


def steps_of(url_name: str) -> tuple[Step, ...]:
    """Return the steps that a page serves, by the longest name that fits; none for settings and the like."""
    fitting = [name for name in SERVED if url_name.startswith(name)]
    return tuple(STEPS[key] for key in SERVED[max(fitting, key=len)]) if fitting else ()


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``page_steps`` of the page, worked out only where the frame shows them."""
    return {"page_steps": SimpleLazyObject(lambda: steps_of(_name(request)))}


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match and request.user.is_authenticated else ""


@dataclass(frozen=True)
class ShownStep:
    """A step on the overview, with the pages of the menu that this person may open for it."""

    step: Step
    pages: tuple[Item, ...]


@dataclass(frozen=True)
class ShownStage:
    label: Any
    steps: tuple[ShownStep, ...]


@needs()
def overview(request: HttpRequest) -> HttpResponse:
    """Show the loop with every step of the documents and where it is done."""
    return render(request, "ui/steps.html", {"stages": stages_for(request)})


def stages_for(request: HttpRequest) -> tuple[ShownStage, ...]:
    """Return the stages in the order of the loop, each step with the pages this person may open."""
    items = [item for group in GROUPS for item in group.items if item.is_for(request.user)]
    return tuple(
        ShownStage(stage, tuple(ShownStep(step, _pages(step, items)) for step in STEPS.values() if step.stage is stage))
        for stage in STAGES)


def _pages(step: Step, items: list[Item]) -> tuple[Item, ...]:
    return tuple(item for item in items if step in steps_of(item.url))
