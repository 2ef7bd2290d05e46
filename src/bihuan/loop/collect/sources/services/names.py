"""What the systems are called that records come from."""

from __future__ import annotations

from django.db import transaction

from bihuan.core import audit
from bihuan.core.rights import require
from bihuan.core.systems import keep_names, own_names

from ..rights import MANAGE, Actor


@transaction.atomic
def name_sources(*, names: dict[str, str], actor: Actor) -> bool:
    """Keep the names of these codes, an empty one to forget it; returns whether any is another than before."""
    require(actor, MANAGE)
    before = own_names()
    after = {code: name for code, name in {**before, **names}.items() if name}
    if after == before:
        return False
    changed = sorted(code for code in {*before, *after} if before.get(code) != after.get(code))
    audit.record("collect.sources_named", actor=actor, codes=audit.plain(", ".join(changed)),
                 names=", ".join(f"{code}={after.get(code, '')}" for code in changed))
    keep_names(after)
    return True
