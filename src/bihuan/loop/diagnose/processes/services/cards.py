"""A problem card becomes a finding."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require
from bihuan.loop.diagnose.findings.services import FindingError, raise_sign

from ..contracts import State
from ..queries.cards import cards_of, is_of_several, sign_of, statement_of, unit_of
from ..rights import VIEW


@transaction.atomic
def raise_card(*, key: str, state: State, actor: User) -> int:
    """Take a card up as a finding, its numbers computed here and now; returns the finding's number.

    Raises NotAllowed for a card that the person's data do not show.
    """
    require(actor, VIEW)
    if is_of_several(actor, state):
        raise FindingError(_("您看到的是几个单位合在一起的数据：请先选定一个单位，再记为问题。"))
    cards = cards_of(actor, state)
    found = next((one for one in cards.shown if one.key == key), None)
    if found is None:
        raise NotAllowed("card")
    # The statement is data that everybody reads, whatever language the page was in; its rules know the source language.
    with translation.override("zh-hans"):
        sign = sign_of(state, found, cards.of, unit_of(actor, state))
        statement = statement_of(found)
    return raise_sign(sign=sign, statement=statement, actor=actor).pk
