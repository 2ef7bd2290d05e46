"""Lists that leave the system: customer numbers and reasons, no name and no address."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.privacy.contracts import Watermark
from bihuan.core.privacy.services import may_export_now, watermark_now
from bihuan.core.privacy.services.files import csv_mark, marked_workbook
from bihuan.core.queries import unit_names
from bihuan.core.rights import require
from bihuan.engine.facts.guarding import guarded

from ..contracts import LISTED, How
from ..models import Draw
from ..queries.coverage import everybody
from ..queries.members import members_of
from ..queries.words import reach_words, reason_words, stratum_words, value_words
from ..rights import draw_for, require_customers

EXPORT = "evaluate.export"


def export_reasons(*, drawing: Draw, actor: User) -> Iterator[str]:
    """Return everybody known with the reason why they are asked or not, as parts of a CSV file.

    Raises ``approval_needed`` when there are more rows than one person may take.
    """
    require(actor, EXPORT)
    require_customers(actor, drawing.wave_id)
    may_export_now(rows=drawing.frame.universe, is_personal=False, actor=actor, body="customers",
                   use="survey")
    audit.record("collect.sample_exported", drawing, actor=actor, rows=drawing.frame.universe)
    return chain(["\ufeff" + csv_mark(watermark_now(actor, _("调查样本")))], _unmarked(drawing))


def export_members(*, drawing: Draw, actor: User) -> bytes:
    """Return the list of a sample as a marked Excel file."""
    require(actor, EXPORT)
    require_customers(actor, drawing.wave_id)
    count = drawing.members.count()
    may_export_now(rows=count, is_personal=False, actor=actor, body="customers",
                   use="survey")
    audit.record("collect.sample_exported", drawing, actor=actor, rows=count)
    mark = watermark_now(actor, _("调查样本"))
    added = dict(drawing.changes.order_by("made_at").values_list("customer", "reason"))
    units, hows = unit_names(), dict(How.choices)
    rows = [[one.customer, stratum_words(one.stratum, units), hows[one.how], one.probability, one.weight,
             reach_words(one.reach), _("已移出") if one.is_removed else "", added.get(one.customer, "")]
            for one in members_of(drawing)]
    about = [(_("随机种子"), drawing.seed), (_("抽样框校验值"), drawing.frame.digest),
             (_("名单校验值"), drawing.digest), (_("行数"), str(count))]
    return marked_workbook([_("客户编号"), _("层"), _("入样方式"), _("入样概率"), _("设计权重"), _("可用渠道"),
                            _("人工变动"), _("原因")], rows, mark, about=about)


def approved_reasons(*, args: dict[str, Any], actor: User, watermark: Watermark) -> tuple[str, bytes]:
    """Make the file of an approved export ``samples.reasons``."""
    drawing = draw_for(actor, args["draw"])
    require_customers(actor, drawing.wave_id)
    text = "".join(_unmarked(drawing))
    return f"{_('未询问名单')}-{drawing.pk}.csv", f"\ufeff{csv_mark(watermark)}{text}".encode()


def _unmarked(drawing: Draw) -> Iterator[str]:
    units = unit_names()
    yield _line([_("客户编号"), _("是否询问"), _("原因"), _("客户类型"), _("等级"), _("地区"),
                             _("服务渠道")])
    for part in everybody(drawing):
        yield "".join(_line([
            row["customer"], _("是") if row["state"] in LISTED else _("否"), reason_words(row["state"]),
            value_words("type", row["type"], units), row["tier"] or "", row["region"] or "",
            value_words("channel", row["channel"], units)]) for row in part)


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()
