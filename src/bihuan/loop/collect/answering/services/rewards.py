"""Rewards: promised by name or handed out for a code; no line leads to an answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require

from ..errors import Refused
from ..models import Dispatch, Response, Reward
from ..rights import SEND
from ..tokens import hash_of, is_reward_code, plain_code, reward_code
from ..waves import wave_of

State = Reward.State


def promise(responses: Iterable[Response]) -> int:
    """Enter the customers of named responses into the ledger, once each; returns how many were new."""
    entitled = [one for one in responses
                if one.customer and one.invitation_id and one.status in ("valid", "late")]
    waves = set(Dispatch.objects.filter(wave_id__in={one.wave_id for one in entitled}, reward=True).values_list(
        "wave_id", flat=True))
    new = 0
    for one in entitled:
        if one.wave_id in waves:
            code = plain_code(reward_code(one.wave_id, invitation=one.invitation_id))
            _line, made = Reward.objects.get_or_create(wave_id=one.wave_id, customer=one.customer, defaults={
                "code_hash": hash_of(code), "promised_on": timezone.localdate()})
            new += made
    return new


@transaction.atomic
def give_reward(*, wave: int, code: str, note: str = "", actor: User) -> Reward:
    """Note that a reward was handed out for a code; refuses a code that is none or was used."""
    found = wave_of(wave)
    require(actor, SEND, found)
    if not is_reward_code(wave, code):
        raise Refused("code_unknown")
    line, made = Reward.objects.select_for_update().get_or_create(
        code_hash=hash_of(plain_code(code)), defaults={"wave_id": wave})
    if line.state == State.GIVEN:
        raise Refused("code_given", day=timezone.localtime(line.given_at).strftime("%Y-%m-%d"))
    line.state, line.given_at, line.given_by, line.note = State.GIVEN, timezone.now(), actor, note.strip()[:200]
    line.save(update_fields=["state", "given_at", "given_by", "note"])
    audit.record("collect.reward_given", line, actor=actor, wave=audit.plain(found.code))
    return line


@transaction.atomic
def give_promised(*, reward: Reward, note: str = "", actor: User) -> Reward:
    """Note that a customer by name got what they were promised."""
    found = wave_of(reward.wave_id)
    require(actor, SEND, found)
    line = Reward.objects.select_for_update().get(pk=reward.pk)
    if line.state == State.GIVEN:
        raise Refused("code_given", day=timezone.localtime(line.given_at).strftime("%Y-%m-%d"))
    line.state, line.given_at, line.given_by, line.note = State.GIVEN, timezone.now(), actor, note.strip()[:200]
    line.save(update_fields=["state", "given_at", "given_by", "note"])
    audit.record("collect.reward_given", line, actor=actor, wave=audit.plain(found.code))
    return line
