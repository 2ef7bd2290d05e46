"""Follow-ups of low scores within what a person may see: never of customers whom they served themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.rights import can, grants_of, reaches, scope_of
from bihuan.engine.survey.questionnaire import Questionnaire
from bihuan.engine.survey.questionnaire import contracts as c
from bihuan.loop.collect.answering.queries.sending import dispatch_of
from bihuan.loop.collect.surveys.queries import questionnaire_of
from bihuan.loop.collect.surveys.queries.reach import Survey, surveys_within
from bihuan.loop.collect.surveys.rights import WRITE

from ..contracts import FollowState
from ..models import OPEN_FOLLOW_UPS, FollowUp, LowScoreRule
from ..rights import FOLLOW, found_or_hidden, own
from .calls import agents_of, own_customers
from .feedback import masked, written_on
from .shares import Share

LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True)
class OnTime(Share):
    """Of the follow-ups that fell due in the last three months, how many were closed in time."""

    done: int
    over: int


@dataclass(frozen=True)
class RuleLine:
    """A survey with its rule, None for one without.

    ``item`` and ``consent`` in the words of the questionnaire; empty where its newest version asks it no more.
    """

    survey: Survey
    rule: LowScoreRule | None
    item: str = ""
    consent: str = ""
    opened: int = 0
    open: int = 0


def follow_ups_for(user: User, *, state: str = "", mine: bool = False) -> QuerySet[FollowUp]:
    """Return what the person may follow up, what is due first before the rest."""
    if not can(user, FOLLOW):
        return FollowUp.objects.none()
    reached = FollowUp.objects.for_user(user, FOLLOW) | FollowUp.objects.filter(owner=user)
    found = reached.select_related("wave__survey", "owner")
    if own(user):
        served = own_customers(own(user), reached.order_by().values_list("customer", flat=True).distinct())
        found = found.exclude(agent=own(user)).exclude(customer__in=served)
    if mine:
        found = found.filter(owner=user, state__in=OPEN_FOLLOW_UPS)
    return found.filter(state=state) if state in FollowState.values else found


def follow_up_for(user: User, pk: int) -> FollowUp:
    """Return one follow-up within reach; NotAllowed otherwise."""
    found = follow_ups_for(user).select_related("closed_by").filter(pk=pk).first()
    return found_or_hidden(found, f"follow-up {pk}")


def may_follow(person: User, found: FollowUp) -> bool:
    """Return whether a person, where a matter is given to them, can do it: in service, allowed, not who served."""
    return can(person, FOLLOW) and not _served(person, found)


def followers(found: FollowUp) -> list[User]:
    """Return who can take a matter; one of no unit is for those who reach everything."""
    people = people_with(FOLLOW, found.unit_code)
    if not found.unit_code:
        people = [one for one in people if reaches(scope_of(one, FOLLOW), unit="")]
    agents = agents_of(found.customer) | {found.agent}
    return [one for one in people if not own(one) or own(one) not in agents]


def nearest(people: list[User]) -> list[User]:
    """Return those of ``people`` whose reach is units; all of them where nobody is nearer than the whole workspace."""
    return [one for one in people if not any(
        FOLLOW in grant.permissions and grant.reach == "all" for grant in grants_of(one))] or people


def is_free(found: FollowUp, now: datetime | None = None) -> bool:
    """Return whether somebody else may take an open matter: nobody has it, or who has it is late or cannot do it."""
    if not found.is_open:
        return False
    return found.owner is None or found.due_at < (now or timezone.now()) or not may_follow(found.owner, found)


def _served(person: User, found: FollowUp) -> bool:
    return bool(own(person)) and own(person) in agents_of(found.customer) | {found.agent}


def state_counts(user: User) -> dict[str, int]:
    return dict(follow_ups_for(user).order_by().values_list("state").annotate(n=Count("pk")))


def on_time(user: User, now: datetime | None = None) -> OnTime:
    """Return how many of those that fell due in the last three months were closed by then; without withdrawn ones."""
    moment = now or timezone.now()
    fell = follow_ups_for(user).exclude(state=FollowState.WITHDRAWN).filter(
        due_at__gt=moment - LOOK_BACK, due_at__lte=moment)
    told = fell.aggregate(n=Count("pk"), k=Count("pk", filter=Q(state=FollowState.DONE, closed_at__lte=F("due_at"))))
    return OnTime(told["k"], told["n"])


def said(found: FollowUp) -> str:
    """Return what the customer wrote on the same sheet, masked; "" where nothing, or where it is gone."""
    if found.state == FollowState.WITHDRAWN or not found.customer:
        return ""
    return masked(written_on([found.sheet]).get(found.sheet, ""))


def may_write(found: FollowUp) -> bool:
    """Return whether the wave has a way by which a message can be sent."""
    return dispatch_of(found.wave_id).way is not None


def title_of(found: FollowUp, language: str) -> str:
    """Return the words of the question that was scored."""
    item = next((one for one in questionnaire_of(found.wave.version_id).items() if one.name == found.item), None)
    return item.title.in_language(language) if item else found.item


def rule_lines(user: User, language: str) -> list[RuleLine]:
    """Return the surveys whose rules the person may set, those with a rule first."""
    surveys = list(surveys_within(user, WRITE))
    rules = {rule.pk: rule for rule in LowScoreRule.objects.filter(survey__in=surveys).select_related("person")}
    counts = {row["wave__survey"]: row for row in FollowUp.objects.filter(wave__survey__in=rules).order_by().values(
        "wave__survey").annotate(n=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN_FOLLOW_UPS)))}
    lines = []
    for survey in surveys:
        rule = rules.get(survey.pk)
        if rule is None:
            lines.append(RuleLine(survey, None))
            continue
        told = counts.get(survey.pk, {"n": 0, "open": 0})
        titles = {item.name: item.title.in_language(language) for item in _items(survey)}
        lines.append(RuleLine(survey, rule, titles.get(rule.item, ""), titles.get(rule.consent_item, ""),
                              told["n"], told["open"]))
    return sorted(lines, key=lambda line: line.rule is None)


def rule_of(survey: Survey) -> LowScoreRule | None:
    return LowScoreRule.objects.filter(survey=survey).first()


def rated_items(survey: Survey) -> dict[str, c.Item]:
    """Return the items with a score of a survey's newest questionnaire on which less is worse, by name."""
    return {item.name: item for item in _items(survey) if item.type == c.RATING and not item.reversed
            and not item.expects}


def consent_choices(survey: Survey, language: str) -> list[tuple[str, str]]:
    """Return ("item=value", words) of every choice by which somebody could say that they may be spoken to."""
    return [(f"{item.name}={choice.value}",
             f"{item.title.in_language(language)} → {choice.text.in_language(language)}")
            for item in _items(survey) if item.type in (c.RADIO, c.DROPDOWN) for choice in item.choices]


def words_of_choice(survey: Survey, name: str, value: str) -> list[str]:
    """Return the words under which a choice stands in the records, of every version of the questionnaire."""
    found = {choice.text.default for version in survey.versions.all()
             for item in questionnaire_of(version.pk).items() if item.name == name
             for choice in item.choices if choice.value == value}
    return sorted(found)


def _items(survey: Survey) -> Iterable[c.Item]:
    versions = sorted(survey.versions.all(), key=lambda one: (one.state == "published", one.number))
    found: Questionnaire | None = questionnaire_of(versions[-1].pk) if versions else None
    return found.items() if found else ()
