"""What a person sees, as a file: complete, within their scope, with an audit line."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.colleagues import OTHERS, others_label
from bihuan.core.languages import named
from bihuan.core.models import User
from bihuan.core.privacy.contracts import Watermark
from bihuan.core.privacy.errors import Refused
from bihuan.core.privacy.services import may_export_now, watermark_now
from bihuan.core.rights import require
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.indicators.rows import WHO
from bihuan.ui import formats

from ..contracts import BoardState, Export, Span
from ..queries import engine
from ..queries.address import write_state
from ..queries.board import Asked, asked, columns_of, whole_board
from ..queries.lines import file_headings
from ..queries.names import group_label, names_of
from ..queries.periods import span_of
from ..queries.rows import Group, RowsQuestion, all_rows, group_words, rows_question, sums_of
from ..queries.words import dimension_labels, in_language
from .files import FORMATS, MEDIA, ExportError, csv_parts, parquet_file, xlsx_file


class ApprovalNeeded(Exception):
    """So many rows leave only when a second person agrees; ``title`` says what they are."""

    def __init__(self, rows: int, title: str) -> None:
        super().__init__(rows)
        self.rows, self.title = rows, title


def export_board(*, state: BoardState, actor: User, form: str, watermark: Watermark | None = None) -> Export:
    """Return a board as a file: one line an indicator and group, all groups, not only those of one page.

    Raises ApprovalNeeded as ``export_rows`` does: grouped by customer a board may be as long as any list.
    """
    require(actor, "evaluate.export")
    question = asked(state, actor, purpose="evaluate.export")
    table = board_table(question, whole_board(question))
    if not table.num_rows:
        raise ExportError(_("这一范围内没有数据可以导出。"))
    if watermark is None:
        _may_leave(table.num_rows, f"{_('指标看板')} {span_text(question.span)}", actor)
    audit.record("evaluate.board_exported", None, actor=actor, format=audit.plain(form), lines=table.num_rows,
                 address=question.address)
    about = [
        (_("内容"), _("指标看板")), (_("周期"), span_text(question.span)), (_("筛选条件"), question.address or _("无")),
        (_("行数"), str(table.num_rows)), (_("导出人"), taken_by(actor)),
    ]
    return as_export(table, table.column_names, form, name=_("指标看板"), span=question.span, about=about,
                     watermark=watermark or watermark_now(actor, _("指标看板")))


def as_export(
    table: pa.Table, headings: list[str], form: str, *, name: str, span: Span, about: list[tuple[str, str]],
    watermark: Watermark | None = None,
) -> Export:
    """Return a table in one of the forms xlsx, csv, csv-bom, parquet; the name says what and for which days.

    The ``watermark`` stands on every page of an Excel file, in the first line of a CSV file for people, in the name of
    one for programs, and in the metadata of Parquet.
    """
    kind = form.partition("-")[0]
    if kind not in FORMATS:
        raise ExportError(_("没有 {form} 这种格式：请选择 Excel、CSV 或 Parquet。").format(form=form))
    zone, file = workspace.zone(), f"{name} {span_text(span)}.{kind}".replace("/", "-")
    if kind == "csv":
        if form == "csv" and watermark is not None:
            file = f"{file.removesuffix('.csv')} {watermark.in_name()}.csv"
        return Export(file, MEDIA[kind], parts=csv_parts(
            table, headings, zone, bom=form == "csv-bom", watermark=watermark))
    made = xlsx_file(table, headings, zone, about, watermark) if kind == "xlsx" else (
        parquet_file(table, zone, watermark))
    return Export(file, MEDIA[kind], file=made)


def board_table(question: Asked, results: list[Result]) -> pa.Table:
    """Return results as a table with the words of the screen; shares stay shares, no value stays empty."""
    by, names = question.state.by, names_of(question.state.by) if question.state.by else {}
    columns = {column.name: column for column in columns_of(question)}
    labels = formats.band_labels()
    lines = [
        {
            _("指标"): columns[one.indicator].title, _("指标代码"): one.indicator, _("口径版本"): one.version,
            _("开始"): question.span.start, _("结束"): question.span.end,
            dimension_labels().get(by, _("分组")): group_label(by, one.group.get(by), names) if by in one.group
            else _("合计"),
            _("数值"): None if one.suppressed else one.value, _("单位"): one.unit, "n": one.n,
            _("区间下限"): None if one.suppressed else one.low, _("区间上限"): None if one.suppressed else one.high,
            _("分档"): None if one.suppressed or one.band is None else f"{one.band} {labels[one.band]}",
            _("可能的分档"): "" if one.suppressed else " ".join(str(band) for band in one.bands_possible),
            _("目标"): one.target, _("未满观察期"): one.immature, _("样本不足"): one.small,
            _("不予显示"): one.suppressed,
            _("含义"): in_language(columns[one.indicator].passport.sentence),
        }
        for one in results
    ]
    return pa.Table.from_pylist(lines)


def taken_by(actor: User) -> str:
    """Return who takes a file and when, for its first sheet."""
    return f"{actor} {timezone.localtime(timezone.now(), workspace.zone()):%Y-%m-%d %H:%M}"


def span_text(span: Span) -> str:
    """Return the days of a span for a file name or a heading."""

    def text(day: date | None, none: str) -> str:
        return day.isoformat() if day else none

    if span.start is None and span.end is None:
        return _("全部时间")
    return f"{text(span.start, _('最早'))} – {text(span.end, _('最新'))}"


def export_rows(
    *, name: str, state: BoardState, group: Group, columns: tuple[str, ...], actor: User, form: str,
    watermark: Watermark | None = None,
) -> Export | None:
    """Return all rows behind a number as a file, with the marks that make them add up; None for an unknown name.

    Raises ApprovalNeeded for more rows than one person may take; with the ``watermark`` of an approval it does not.
    """
    require(actor, "evaluate.export")
    require(actor, "evaluate.view_rows")
    question = rows_question(name, state, group, actor, purpose="evaluate.export")
    if question is None:
        return None
    table, span = _in_words(all_rows(question, columns)), span_of(state, engine.today())
    title = in_language(question.passport.title)
    what = _("{title}明细").format(title=title)
    if watermark is None:
        _may_leave(table.num_rows, f"{what} {span_text(span)}", actor)
    sums = sums_of(question)
    audit.record(
        "evaluate.rows_exported", ("indicator", name), actor=actor, format=audit.plain(form), rows=table.num_rows,
        address=write_state(state), group=[f"{key}={value}" for key, value in group],
    )
    return as_export(
        table, file_headings(table.column_names), form,
        name=what, span=span, watermark=watermark or watermark_now(actor, what), about=[
            (_("指标"), title), (_("含义"), in_language(question.passport.sentence)),
            (_("口径版本"), f"{question.passport.version} {question.passport.definition_hash}"),
            (_("周期"), span_text(span)), (_("筛选条件"), question.query.where or _("无")),
            (_("分组"), _group_said(question)),
            (_("行数"), str(table.num_rows)), (_("计入分母"), str(sums.denominator)), (_("数值"), sums.equation),
            (_("时区"), workspace.zone().key), (_("导出人"), taken_by(actor)),
        ],
    )


def _group_said(question: RowsQuestion) -> str:
    """Return the group of a number in the words of the screen: 渠道：电话."""
    return _("，").join(named(*line) for line in group_words(question.group, question.scope)) or _("合计")


def _said(value: str | None) -> str | None:
    return others_label() if value == OTHERS else value


def _in_words(table: pa.Table) -> pa.Table:
    """Return rows for a file with the words for people who may not be named."""
    for name in WHO:
        if name in table.column_names:
            column = pa.array([_said(value) for value in table[name].to_pylist()], pa.string())
            table = table.set_column(table.column_names.index(name), name, column)
    return table


def take_rows(*, name: str, before: int, rows: int, actor: User) -> None:
    """Note that a program takes a page of rows; ``before`` it took as many already.

    Raises privacy's Refused where the page goes beyond what one person may take.
    """
    require(actor, "evaluate.export")
    may_export_now(rows=before + rows, is_personal=False, actor=actor)
    audit.record("evaluate.rows_taken", ("indicator", name), actor=actor, rows=rows, before=before)


def _may_leave(rows: int, title: str, actor: User) -> None:
    try:
        may_export_now(rows=rows, is_personal=False, actor=actor)
    except Refused as refused:
        if refused.code == "approval_needed":
            raise ApprovalNeeded(rows, title) from None
        raise ExportError(str(refused)) from None
