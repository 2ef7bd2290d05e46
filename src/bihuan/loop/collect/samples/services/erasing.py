"""What this room holds of a customer whose data are deleted; for ``settings.BIHUAN_PERSONAL_STORES``."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from django.db import transaction

from bihuan.core import audit
from bihuan.core.privacy.queries.people import numbers_of
from bihuan.core.rights import SystemActor
from bihuan.engine.survey.sampling.draw import digest_of_draw
from bihuan.engine.survey.sampling.frame import without

from ..contracts import How
from ..models import Ask, AskedCustomer, Draw, Frame, ManualChange, Member, Task
from ..queries.files import folder, opened, path_of, rows_of


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Forget when a customer was asked, what was noted about reaching them and why they were moved by hand.

    That somebody was drawn, with their stratum and probability, stays: without it the draw could not be checked, nor
    the weights of the others. Their number goes, from lists and frames alike: a random name stands in its place,
    another one in each frame. Nobody is to be reached any more: open tasks end.
    """
    numbers = numbers_of(customer)
    asks, _each = Ask.objects.filter(customer__in=numbers).delete()
    AskedCustomer.objects.filter(customer__in=numbers).delete()
    open_tasks, _each = Task.objects.filter(customer__in=numbers, state=Task.State.OPEN).delete()
    notes = Task.objects.filter(customer__in=numbers).exclude(note="").update(note="")
    reasons = ManualChange.objects.filter(customer__in=numbers).exclude(reason="").update(reason="")
    frames = [_erase_in(frame, numbers) for frame in Frame.objects.select_for_update().order_by("pk")]
    return {"asks": asks, "tasks": open_tasks, "notes": notes + reasons, "frames": sum(frames)}


def _erase_in(frame: Frame, numbers: Sequence[str]) -> bool:
    """Take the numbers out of a frame, its draws and what hangs on them; returns whether there were any."""
    known = rows_of(frame, numbers) if frame.file and path_of(frame).is_file() else {}
    listed = set(Member.objects.filter(draw__frame=frame, customer__in=numbers).values_list("customer", flat=True))
    aliases = {number: f"erased-{secrets.token_hex(8)}" for number in sorted({*known, *listed})}
    if not aliases:
        return False
    for drawing in Draw.objects.select_for_update().filter(frame=frame):
        _rename(drawing, aliases, {number for number, row in known.items() if row["inside"] and not row["state"]})
    if known:
        _rewrite(frame, aliases)
    frame.erased += len(aliases)
    frame.save(update_fields=["file", "digest", "erased"])
    audit.record("collect.frame_redacted", frame, actor=SystemActor("privacy"), count=len(aliases),
                 digest=audit.plain(frame.digest))
    return True


def _rename(drawing: Draw, aliases: Mapping[str, str], eligible: set[str]) -> None:
    drawn = set(drawing.members.exclude(how=How.MANUAL).filter(customer__in=aliases).values_list("customer", flat=True))
    for number, alias in aliases.items():
        drawing.members.filter(customer=number).update(customer=alias, reach="")
        for rows in (drawing.tasks, drawing.changes):
            rows.filter(customer=number).update(customer=alias)     # type: ignore[attr-defined]
    # Nobody can tell from "was drawn" which number it was; the hash that decided would give it away.
    drawing.pinned = {**drawing.pinned, **{aliases[number]: number in drawn for number in sorted(eligible)}}
    people = drawing.members.exclude(how=How.MANUAL).values_list("customer", "stratum")
    drawing.digest = digest_of_draw(dict(people)) if drawing.digest else ""
    drawing.save(update_fields=["pinned", "digest"])


def _rewrite(frame: Frame, aliases: Mapping[str, str]) -> None:
    """Put a new file in the old one's place, which goes once the rows that name the new one are safe."""
    old, name = path_of(frame), f"frame-{frame.pk}-{secrets.token_hex(6)}.parquet"
    with opened() as con:
        frame.digest = without(con, old, folder() / name, aliases)
    frame.file = name
    transaction.on_commit(lambda: old.unlink(missing_ok=True))
