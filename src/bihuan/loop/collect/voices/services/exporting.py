"""Files that leave the room: codings of interviews, findings of visits; texts masked, marked with who took them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.privacy.services import may_export_now, watermark_now
from bihuan.core.privacy.services.files import marked_workbook
from bihuan.core.queries import unit_names
from bihuan.core.rights import require

from ..contracts import AREAS, VERDICTS
from ..models import Scenario, Visit
from ..queries.interviews import coded_words, questions_of, words_of
from ..queries.visits import notes_of, visits_for

EXPORT = "evaluate.export"


def export_codings(*, actor: User) -> bytes:
    """Return every coded passage the person may see as a marked Excel file, masked."""
    require(actor, EXPORT)
    passages = list(coded_words(actor))
    rows = []
    for one in passages:
        asked = {key: question for key, _area, question in questions_of(one.interview.outline)}
        area = one.question.partition(".")[0]
        rows.append([one.interview.number, str(one.interview.guide), one.interview.get_kind_display(),
                     one.interview.held_at.date().isoformat(), str(AREAS.get(area, AREAS["other"])),
                     asked.get(one.question, ""), one.tag.name, words_of(one), str(one.made_by)])
    headings = [_("编号"), _("提纲"), _("类别"), _("日期"), _("方面"), _("问题"), _("主题"), _("原话（已遮蔽）"),
                _("编码人")]
    return _file(actor, "collect.codings_exported", _("访谈编码"), headings, rows)


def export_visits(*, scenario: Scenario, actor: User) -> bytes:
    """Return the checked visits of a scenario, a line an item, as a marked Excel file."""
    require(actor, EXPORT)
    names, rows = unit_names(), []
    visits = visits_for(actor).filter(scenario=scenario, state=Visit.State.CHECKED)
    for one in visits:
        notes = notes_of(one)
        evidence = _("、").join(f"{each.name} ({each.digest})" for each in one.files.filter(deleted_at=None))
        for item in one.checklist:
            verdict = VERDICTS[one.results.get(item["key"], "na")][0]
            rows.append([one.number, one.scenario_version, names.get(one.unit_code, one.unit_code), one.place,
                         one.visited_at.date().isoformat() if one.visited_at else "", item["section"], item["text"],
                         item["weight"], _("是") if item.get("critical") else "", str(verdict),
                         notes.get(item["key"], ""), None if one.score is None else round(one.score, 1), evidence])
    headings = [_("编号"), _("版本"), _("受访单位"), _("网点或渠道"), _("到访日期"), _("分组"), _("检查项"), _("权重"),
                _("关键项"), _("结论"), _("说明"), _("得分"), _("证据与校验值")]
    return _file(actor, "collect.visits_exported", _("暗访报告"), headings, rows)


def _file(actor: User, act: str, purpose: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    may_export_now(rows=len(rows), is_personal=False, actor=actor, body="answers")
    audit.record(act, actor=actor, rows=len(rows))
    return marked_workbook(headings, rows, watermark_now(actor, purpose), about=[(_("行数"), str(len(rows)))])
