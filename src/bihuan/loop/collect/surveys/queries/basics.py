"""Form (一) 调查基本信息, from what the survey and its waves say."""

from __future__ import annotations

from django.utils import timezone

from ..models import Survey, Wave


def basics_of(survey: Survey) -> tuple[str, str, str, str]:
    """Return topic, dates, responsible person and scope; what is not stated is "—"."""
    return _basics(survey, survey.waves.order_by("-number").first())


def form_basics(code: str) -> tuple[str, str, str, str] | None:
    """Return form (一) of one wave, None for a survey that is not the product's own. It asks no right."""
    wave = Wave.objects.filter(code=code).select_related("survey__responsible").first()
    return None if wave is None else _basics(wave.survey, wave)


def _basics(survey: Survey, wave: Wave | None) -> tuple[str, str, str, str]:
    days = [timezone.localtime(moment).strftime("%Y-%m-%d") if moment else "" for moment in (
        (wave.opens_at, wave.closes_at) if wave else (None, None))]
    dates = f"{days[0]} — {days[1]}" if any(days) else "—"
    topic = f"{survey.title} · {wave.name}" if wave else survey.title
    return topic, dates, str(survey.responsible or "—"), survey.scope_text or "—"
