"""Examples in lists, one with its effect as the verdict says it, and what a draft begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.effects.keeping import verdict_from_json
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.text.folding import terms
from bihuan.loop.diagnose.causes.contracts import FAMILIES
from bihuan.loop.diagnose.causes.queries import causes_of
from bihuan.loop.diagnose.findings.queries.words import shown_title
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.loop.improve.measures.queries.foresight import method_label
from bihuan.loop.verify.verdicts.contracts import WORDS
from bihuan.loop.verify.verdicts.queries.lists import Verdict
from bihuan.loop.verify.verdicts.queries.words import assumption_words, change_text, reason_of
from bihuan.ui import formats

from .contracts import TAUGHT
from .models import Example, ExampleVersion
from .rights import examples_for


@dataclass(frozen=True)
class Filters:
    """What a list keeps to; empty is everything."""

    family: str = ""
    step: str = ""
    indicator: str = ""
    word: str = ""
    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class Effect:
    """What the verdict says, in words; the only place from which a page takes an effect."""

    word: str
    label: str
    indicator: str
    effect: str
    low: str
    high: str
    n_before: int
    n_after: int
    method: str
    reason: str
    assumptions: list[str]


def filters_from(params: Mapping[str, str]) -> Filters:
    """Return the filters of an address; what is unknown is left out."""
    def kept(name: str, among: Any) -> str:
        value = params.get(name, "")
        return value if value in among else ""

    return Filters(kept("family", FAMILIES), params.get("step", "")[:120], params.get("indicator", "")[:120],
                   kept("verdict", WORDS), kept("state", Example.State.values), params.get("q", "").strip()[:100])


def found_for(user: User, kept: Filters) -> QuerySet[Example]:
    """Return the examples that a person sees and a list keeps, newest first."""
    found = examples_for(user).select_related("verdict", "measure")
    for name, value in (("family", kept.family), ("step", kept.step), ("indicator", kept.indicator),
                        ("word", kept.word), ("state", kept.state)):
        if value:
            found = found.filter(**{name: value})
    for term in terms(kept.words):
        found = found.filter(folded__contains=term)
    return found.defer("folded")


def offered(user: User) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the steps and indicators that a person's examples have."""
    pairs = list(examples_for(user).values_list("step", "indicator").distinct().order_by())
    passports = engine.passports()
    return (sorted({one for one, _i in pairs if one}),
            [(one, in_language(passports[one].title) if one in passports else one)
             for one in sorted({one for _s, one in pairs})])


def effect_of(verdict: Verdict) -> Effect:
    """Return what a verdict says, in words."""
    told = verdict_from_json(verdict.result)
    passport = engine.passports().get(verdict.judged["indicator"])
    return Effect(
        verdict.verdict, str(verdict.get_verdict_display()),
        in_language(passport.title) if passport else verdict.judged["indicator"],
        *(change_text(one, told.unit) for one in (told.effect, told.low, told.high)), told.n_before, told.n_after,
        method_label(told.method), reason_of(verdict.result, date.fromisoformat(verdict.judged["change"])),
        [assumption_words(one) for one in told.assumptions])


def untaught() -> QuerySet[Verdict]:
    """Return the accepted verdicts that teach something and have no example yet."""
    return Verdict.objects.filter(accepted_at__isnull=False, verdict__in=TAUGHT).exclude(
        pk__in=Example.objects.values("verdict_id")).select_related("measure__finding").order_by("pk")


def drafted(verdict: Verdict) -> tuple[dict[str, str], str, str]:
    """Return the words that a draft begins with, the family of its cause and its step; personal data is masked."""
    rules, measure, finding = load_rules(workspace.home()), verdict.measure, verdict.measure.finding
    causes = [one for one in causes_of(finding.pk) if one.confirmed] if finding else []
    effect, names = effect_of(verdict), unit_names()
    limits = [
        _("只在{unit}验证过，指标为{indicator}（口径 v{version}），变化后 n = {n}。").format(
            unit=names.get(measure.unit_code, measure.unit_code), indicator=effect.indicator,
            version=verdict.judged["version"], n=formats.plain(effect.n_after)),
        _("成立的前提：{words}").format(words="".join(effect.assumptions)) if effect.assumptions else ""]
    words = {
        "title": measure.title, "problem": shown_title(finding) if finding else measure.reason or measure.problem,
        "cause": "\n".join(one.text for one in causes), "measure": measure.plan or measure.title,
        "limits": "\n".join(one for one in limits if one), "lesson": ""}
    told = {key: mask_text(text, rules) if text else "" for key, text in words.items()}
    return told, next((one.family for one in causes if one.family), ""), finding.stated_step if finding else ""


def known_texts(example: Example, version: ExampleVersion) -> list[str]:
    """Return the texts whose figures may be repeated: the verdict's own, the problem's and the measure's."""
    effect = effect_of(example.verdict)
    told = verdict_from_json(example.verdict.result)
    shares = [f"{abs(value) * 100:g}%" for value in (told.effect, told.low, told.high, told.worthwhile)
              if value is not None]
    measure = example.measure
    return [effect.effect, effect.low, effect.high, change_text(told.worthwhile, told.unit), *shares, version.problem,
            measure.plan, measure.aim, measure.title]
