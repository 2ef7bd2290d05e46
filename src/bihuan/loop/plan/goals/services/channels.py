"""The indicators a channel is judged by, changed in versions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require

from ..contracts import CHANNELS, PlanItem
from ..models import ChannelPlanVersion
from .errors import PlanError


@transaction.atomic
def change_channel(
    *, channel: str, base: int, items: Sequence[PlanItem], known: Collection[str], actor: User, note: str = "",
) -> ChannelPlanVersion:
    """Add a version of a channel's plan on top of version ``base`` (0: the template).

    ``known`` are the indicators that exist. Fewer than three or more than five core ones are taken, and the pages warn.
    Raises PlanError for none at all, one named twice, or one that does not exist.
    """
    require(actor, "plan.change_channels")
    if channel not in CHANNELS:
        raise PlanError(_("没有这样的渠道。"))
    names = [item.indicator for item in items]
    if not names:
        raise PlanError(_("请至少选择一个指标。"))
    wrong = sorted({name for name in names if names.count(name) > 1 or name not in known})
    if wrong:
        raise PlanError(_("指标重复或不存在：{names}。").format(names=_("、").join(wrong)))
    newest = ChannelPlanVersion.objects.select_for_update().filter(channel=channel).order_by("-number").first()
    if (newest.number if newest else 0) != base:
        raise PlanError(_("打开之后已有人保存了新版本。请复制您的修改，刷新页面后再提交。"))
    row = ChannelPlanVersion.objects.create(
        channel=channel, number=base + 1, items=[dict(vars(item)) for item in items], note=note, created_by=actor)
    audit.record(
        "plan.channel_changed", row, actor=actor, channel=audit.plain(channel), version=row.number,
        core=[audit.plain(item.indicator) for item in items if item.core])
    return row
