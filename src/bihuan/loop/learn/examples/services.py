"""Writing examples: drafted from verdicts, edited in versions, published, withdrawn."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, SystemActor
from bihuan.engine.facts.privacy import find, load_rules
from bihuan.engine.text.folding import fold
from bihuan.loop.verify.verdicts.queries.lists import Verdict

from .claims import claimed, figures, unbacked
from .contracts import FIELDS, TAUGHT
from .errors import Refused
from .models import Example, ExampleVersion
from .queries import drafted, effect_of, known_texts, untaught
from .rights import APPROVE, WRITE, may

SYSTEM = SystemActor("examples.draft")
State = Example.State


def draft_examples() -> int:
    """Draft an example of every accepted verdict that has none; returns how many. May be run again."""
    return sum(draft_example(verdict=one) is not None for one in untaught())


@transaction.atomic
def draft_example(*, verdict: Verdict, actor: Actor = SYSTEM) -> Example | None:
    """Draft the example of an accepted verdict from the records; None where it has one or teaches nothing."""
    if verdict.accepted_at is None or verdict.verdict not in TAUGHT:
        return None
    words, family, step = drafted(verdict)
    made, is_new = Example.objects.get_or_create(verdict=verdict, defaults={
        "measure": verdict.measure, "unit_code": verdict.measure.unit_code, "word": verdict.verdict,
        "indicator": verdict.judged["indicator"], "family": family, "step": step, "title": words["title"]})
    if not is_new:
        return None
    if not may(actor, WRITE, made):
        raise NotAllowed(f"draft example of {verdict.pk}")
    version = ExampleVersion.objects.create(example=made, number=1, **words)
    _index(made, version)
    audit.record("learn.example_drafted", made, actor=actor, verdict=audit.plain(verdict.verdict))
    return made


@transaction.atomic
def edit_example(*, example: Example, base: int, words: dict[str, str], note: str, actor: User) -> ExampleVersion:
    """Keep changed words as a new version. Refused for a figure or a claim that the verdict does not make."""
    row = _locked(example, WRITE, actor)
    newest = row.versions.first()
    assert newest is not None
    if newest.number != base:
        raise Refused("edited_meanwhile", number=newest.number)
    told = {key: words.get(key, "").strip() for key in FIELDS}
    made = ExampleVersion(example=row, number=base + 1, note=note.strip(), by=actor, **told)
    _check(row, made)
    made.save()
    if row.published is None:
        _index(row, made)
    audit.record("learn.example_edited", row, actor=actor, version=made.number)
    return made


@transaction.atomic
def publish_example(*, example: Example, number: int, actor: User) -> Example:
    """Let everybody read one version; it says of the effect what the verdict says."""
    row = _locked(example, APPROVE, actor)
    version = row.versions.filter(number=number).first()
    if version is None:
        raise NotAllowed(f"example {row.pk} version {number}")
    if row.published == number and row.state == State.PUBLISHED:
        raise Refused("published_already")
    _check(row, version)
    version.published_by, version.published_at = actor, timezone.now()
    version.save(update_fields=["published_by", "published_at"])
    row.published, row.state = number, State.PUBLISHED
    row.save(update_fields=["published", "state"])
    _index(row, version)
    audit.record("learn.example_published", row, actor=actor, version=number)
    return row


@transaction.atomic
def withdraw_example(*, example: Example, reason: str, actor: User) -> Example:
    """Take an example out of the library; it stays on record, and may be published again."""
    row = _locked(example, APPROVE, actor)
    if not reason.strip():
        raise Refused("reason")
    if row.state == State.WITHDRAWN:
        raise Refused("withdrawn")
    row.state, row.withdrawn_for = State.WITHDRAWN, reason.strip()[:300]
    row.save(update_fields=["state", "withdrawn_for"])
    audit.record("learn.example_withdrawn", row, actor=actor, reason=reason)
    return row


def _locked(example: Example, permission: str, actor: User) -> Example:
    if not may(actor, permission, example):
        raise NotAllowed(f"example {example.pk}")
    return Example.objects.select_for_update(of=("self",)).select_related("verdict__measure", "measure").get(
        pk=example.pk)


def _check(row: Example, version: ExampleVersion) -> None:
    known = figures(known_texts(row, version))
    rules = load_rules(workspace.home())
    for key, label in FIELDS.items():
        text = getattr(version, key)
        if not text and key in ("title", "problem", "measure", "limits"):
            raise Refused("empty", field=label)
        if text and find(text, rules):
            raise Refused("personal", field=label)
    for text in (version.title, version.cause, version.measure, version.limits, version.lesson):
        if found := unbacked(text, known):
            raise Refused("unbacked", found=found)
    for text in (version.title, version.lesson, version.limits):
        if found := claimed(text, row.word):
            raise Refused("claims", found=found, verdict=row.verdict.get_verdict_display())


def _index(row: Example, version: ExampleVersion) -> None:
    effect = effect_of(row.verdict)
    texts = [getattr(version, key) for key in FIELDS]
    row.title = version.title
    row.folded = fold("\n".join([*texts, row.step, effect.label, effect.indicator, row.measure.number]))
    row.save(update_fields=["title", "folded"])
