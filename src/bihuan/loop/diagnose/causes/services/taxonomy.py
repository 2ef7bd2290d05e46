"""The taxonomy of causes: shipped entries are loaded once, people add, rename and retire."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.rights import Actor, require

from ..contracts import FAMILIES
from ..models import Cause
from .errors import CauseError

FILE = Path(__file__).resolve().parent.parent / "presets" / "causes.toml"
PERMISSION = "diagnose.edit_causes"


@transaction.atomic
def load_causes(*, actor: Actor) -> int:
    """Add the shipped entries that are not there yet; those that people changed stay as they are."""
    known = set(Cause.objects.values_list("code", flat=True))
    shipped = tomllib.loads(FILE.read_text(encoding="utf-8"))["cause"]
    new = [Cause(position=10 * place, **one) for place, one in enumerate(shipped) if one["code"] not in known]
    if new:
        Cause.objects.bulk_create(new)
        audit.record_bulk("diagnose.causes_loaded", [one.code for one in new], actor=actor)
    return len(new)


@transaction.atomic
def save_cause(*, cause: Cause | None, code: str, name: str, name_en: str, family: str, active: bool,
               actor: Actor) -> Cause:
    """Add an entry or change one; the code of an entry stays."""
    require(actor, PERMISSION)
    if not name.strip() or family not in FAMILIES:
        raise CauseError(_("请填写名称和大类。"), field="name")
    if cause is None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{1,58}", code):
            raise CauseError(_("代码用小写字母、数字和下划线，如 staff_short。"), field="code")
        if Cause.objects.filter(code=code).exists():
            raise CauseError(_("已有这个代码：请换一个。"), field="code")
        cause = Cause(code=code)
    cause.name, cause.name_en, cause.family, cause.active = name.strip(), name_en.strip(), family, active
    cause.save()
    audit.record("diagnose.cause_saved", cause, actor=actor, code=audit.plain(cause.code), active=active)
    return cause
