"""Contracts get rule tables in versions; each month becomes a sheet that the vendor confirms or appeals."""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import Unit, User
from bihuan.core.notifications.services import notify
from bihuan.core.privacy.services import marked_excel, may_export_now, watermark_now
from bihuan.core.rights import Actor, SystemActor, require
from bihuan.engine.indicators.contracts import Passport
from bihuan.engine.indicators.periods import is_over
from bihuan.loop.evaluate.indicators.queries import engine

from .contracts import MOST_CONFIRM_DAYS, MOST_ITEMS, Item, Terms, coefficient_of, terms_from, weighted
from .deadlines import answer_by_of
from .models import Contract, ContractVersion, Sheet
from .queries.scoring import score_month
from .queries.sheets import about_sheet, sheet_file, sheet_name
from .rights import ANSWER, require_answer, require_manage

SYSTEM = SystemActor("evaluate.vendors")
MOST_COEFFICIENT = 3.0
EXPORT = "evaluate.export"


class VendorError(ValueError):
    """What was refused, in a sentence; ``field`` names the field it is about.

    In a rule table it names row, cell and, of a step, which: "items-2-limit-1", "coefficients-0-least".
    """

    code = "vendor_refused"

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def save_contract(
    *, unit_code: str, title: str, starts_on: date, ends_on: date | None, terms: Terms, owner: User, actor: User,
    confirm_days: int | None = None,
) -> Contract:
    """Enter a vendor's contract with its first rule table. Raises VendorError."""
    contract = Contract(unit_code=unit_code, title=title.strip(), starts_on=starts_on.replace(day=1),
                        ends_on=ends_on, owner=owner, confirm_days=confirm_days)
    require_manage(actor, contract)
    if not Unit.objects.filter(code=unit_code, kind=Unit.Kind.VENDOR).exists():
        raise VendorError(_("请选择外包商。"), field="unit_code")
    if not contract.title or Contract.objects.filter(title=contract.title).exists():
        raise VendorError(_("请写合同名称，且不与已有的重复。"), field="title")
    if ends_on is not None and ends_on < starts_on:
        raise VendorError(_("结束应在开始之后。"), field="ends_on")
    contract.save()
    _add_version(contract, contract.starts_on, terms, "", actor)
    audit.record("evaluate.vendor_contract_saved", contract, actor=actor, unit=audit.plain(unit_code))
    return contract


@transaction.atomic
def set_confirm_days(*, contract: Contract, days: int | None, actor: User) -> Contract:
    """Set how long a vendor may take to answer a sheet; sheets already sent keep their day. Raises VendorError."""
    require_manage(actor, contract)
    if days is not None and not 1 <= days <= MOST_CONFIRM_DAYS:
        text = _("确认期限在 1 至 {n} 天之间；不设则留空。")
        raise VendorError(text.format(n=MOST_CONFIRM_DAYS), field="confirm_days")
    contract.confirm_days = days
    contract.save(update_fields=["confirm_days"])
    audit.record("evaluate.vendor_deadline_set", contract, actor=actor, days=days)
    return contract


@transaction.atomic
def change_terms(*, contract: Contract, valid_from: date, terms: Terms, note: str, actor: User) -> ContractVersion:
    """Add a rule table that holds from a month on which no sheet was made yet. Raises VendorError."""
    require_manage(actor, contract)
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    first = valid_from.replace(day=1)
    if not note.strip():
        raise VendorError(_("修改规则需要写明原因。"), field="note")
    if contract.sheets.filter(month__gte=first).exists() or first < contract.starts_on:
        raise VendorError(_("这个月已经出过考核单，或在合同开始之前：规则只能从之后的月份起改。"), field="valid_from")
    version = _add_version(contract, first, terms, note.strip(), actor)
    audit.record("evaluate.vendor_terms_changed", contract, actor=actor, version=version.number)
    return version


def _add_version(contract: Contract, first: date, terms: Terms, note: str, actor: User) -> ContractVersion:
    _check(terms)
    last = contract.versions.first()
    return ContractVersion.objects.create(contract=contract, number=last.number + 1 if last else 1, valid_from=first,
                                          terms=terms.as_json(), note=note, created_by=actor)


def _check(terms: Terms) -> None:
    known = engine.passports()
    if not 0 < len(terms.items) <= MOST_ITEMS:
        raise VendorError(_("请列 1 至 {n} 个指标，每个一行。").format(n=MOST_ITEMS), field="items-0-indicator")
    for place, item in enumerate(terms.items):
        passport = known.get(item.indicator)
        if passport is None or passport.direction not in ("up", "down"):
            raise VendorError(_("请从列表里选一个分好坏的指标。"), field=f"items-{place}-indicator")
        if item.indicator in [one.indicator for one in terms.items[:place]]:
            raise VendorError(_("这个指标上面已经有一行。"), field=f"items-{place}-indicator")
        if item.weight <= 0:
            raise VendorError(_("权重应大于 0。"), field=f"items-{place}-weight")
        if not item.steps:
            raise VendorError(_("请至少写一档门槛和得分。"), field=f"items-{place}-indicator")
        _check_steps(place, item, passport)
    _check_coefficients(terms)


def _check_steps(place: int, item: Item, passport: Passport) -> None:
    is_up = passport.direction == "up"
    for step, (limit, points) in enumerate(item.steps):
        cell = f"items-{place}-{{}}-{step}"
        if passport.unit == "%" and passport.aggregation == "rate" and not 0 <= limit <= 1:
            raise VendorError(_("率在 0 至 1 之间，或写成百分比，如 85%。"), field=cell.format("limit"))
        if not 0 <= points <= 100:
            raise VendorError(_("得分在 0 至 100 之间。"), field=cell.format("points"))
        if step and (limit > item.steps[step - 1][0] if is_up else limit < item.steps[step - 1][0]):
            raise VendorError(_("门槛从好到差：这个指标越高越好，后面的应更低。") if is_up else _(
                "门槛从好到差：这个指标越低越好，后面的应更高。"), field=cell.format("limit"))
        if step and points > item.steps[step - 1][1]:
            raise VendorError(_("得分从高到低，后面的应更低。"), field=cell.format("points"))


def _check_coefficients(terms: Terms) -> None:
    if not terms.coefficients:
        raise VendorError(_("请写结算系数，最后一行从 0 分起。"), field="coefficients-0-least")
    for place, (least, coefficient) in enumerate(terms.coefficients):
        if not 0 <= coefficient <= MOST_COEFFICIENT:
            raise VendorError(_("系数应在 0 至 3 之间。"), field=f"coefficients-{place}-coefficient")
        if place and least >= terms.coefficients[place - 1][0]:
            raise VendorError(_("从高分到低分列，这一行应更低。"), field=f"coefficients-{place}-least")
    if terms.coefficients[-1][0] != 0:
        raise VendorError(_("最后一行从 0 分起。"), field=f"coefficients-{len(terms.coefficients) - 1}-least")


def make_sheet(*, contract: Contract, month: date, actor: Actor) -> Sheet:
    """Score one whole month of a contract from the data, once. Raises VendorError."""
    require_manage(actor, contract)
    first = month.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    version = contract.versions.filter(valid_from__lte=first).order_by("-valid_from", "-number").first()
    if version is None or first < contract.starts_on or (contract.ends_on and first > contract.ends_on):
        raise VendorError(_("这个月不在合同期内。"), field="month")
    terms = terms_from(version.terms)
    if not is_over(last + timedelta(days=_ripening(terms)), engine.today()):
        raise VendorError(_("这个月的数据还没有到齐，或还在指标的观察期内。"), field="month")
    return _keep(contract, version, first, terms, score_month(contract.unit_code, terms, first, last), actor)


def _ripening(terms: Terms) -> int:
    """How many days after the month its last rows count: the longest window of its indicators has to pass."""
    known = engine.passports()
    windows = [known[one.indicator].window or 0 for one in terms.items if one.indicator in known]
    return -(-max(windows, default=0) // 86_400)


@transaction.atomic
def _keep(contract: Contract, version: ContractVersion, month: date, terms: Terms, rows: list[dict[str, Any]],
          actor: Actor) -> Sheet:
    score = weighted([(one["points"], one["weight"]) for one in rows])
    best = weighted([(one["best"], one["weight"]) for one in rows])
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str)
    sheet, made = Sheet.objects.get_or_create(contract=contract, month=month, defaults={
        "version": version, "rows": rows, "rows_hash": hashlib.sha256(text.encode()).hexdigest(), "score": score,
        "coefficient": coefficient_of(score, terms), "best_coefficient": coefficient_of(best, terms),
        "known_at": timezone.now()})
    if not made:
        raise VendorError(_("这个月已经出过考核单。"), field="month")
    audit.record("evaluate.vendor_sheet_made", sheet, actor=actor, rows=audit.plain(sheet.rows_hash))
    return sheet


def make_due_sheets() -> int:
    """Make the sheets of every month that is over, the oldest first; returns how many. No month is made twice."""
    made, reached = 0, engine.today()
    for contract in Contract.objects.select_related("owner").order_by("pk"):
        month, have = contract.starts_on, set(contract.sheets.values_list("month", flat=True))
        while month < reached.replace(day=1) and (contract.ends_on is None or month <= contract.ends_on):
            if month not in have:
                try:
                    sheet = make_sheet(contract=contract, month=month, actor=SYSTEM)
                except (VendorError, IntegrityError):
                    break               # another worker was faster, or the table does not hold yet
                made += 1
                notify("vendor_sheet", title=partial(_made, sheet),
                       to=[contract.owner], about=about_sheet(sheet), key=f"vendor:{sheet.pk}:made")
            month = (month + timedelta(days=32)).replace(day=1)
    return made


def _made(sheet: Sheet) -> str:
    return _("{sheet} 考核单已生成").format(sheet=sheet_name(sheet))


@transaction.atomic
def send_sheet(*, sheet: Sheet, actor: User) -> Sheet:
    """Show a sheet to its vendor, whose people are told."""
    require_manage(actor, sheet.contract)
    sheet = _locked(sheet, Sheet.State.DRAFT)
    sheet.state, sheet.sent_at = Sheet.State.SENT, timezone.now()
    sheet.answer_by = answer_by_of(sheet, timezone.localdate(sheet.sent_at, workspace.zone()))
    sheet.save(update_fields=["state", "sent_at", "answer_by"])
    audit.record("evaluate.vendor_sheet_sent", sheet, actor=actor, answer_by=sheet.answer_by)
    notify("vendor_sheet", title=lambda: _("{sheet} 考核单请确认").format(sheet=sheet_name(sheet)), right=ANSWER,
           text=lambda: _("请于 {day}（含当日）前确认或申诉；到期未答复，按合同视为确认。").format(
               day=sheet.answer_by) if sheet.answer_by else "", about=about_sheet(sheet), key=f"vendor:{sheet.pk}:sent")
    return sheet


@transaction.atomic
def answer_sheet(*, sheet: Sheet, appeal: str, actor: User) -> Sheet:
    """The vendor confirms a sheet, or appeals with its reason."""
    require_answer(actor, sheet)
    sheet = _locked(sheet, Sheet.State.SENT)
    text = appeal.strip()
    if text and len(text) < 10:
        raise VendorError(_("请写明哪一项、为什么不对。"), field="appeal")
    sheet.state, sheet.appeal = Sheet.State.APPEALED if text else Sheet.State.CONFIRMED, text
    sheet.answered_by, sheet.answered_at = actor, timezone.now()
    sheet.save(update_fields=["state", "appeal", "answered_by", "answered_at"])
    audit.record("evaluate.vendor_sheet_appealed" if text else "evaluate.vendor_sheet_confirmed", sheet, actor=actor)
    if text:
        notify("vendor_sheet", title=lambda: _("{sheet} 考核单有申诉").format(sheet=sheet_name(sheet)),
               to=[sheet.contract.owner], about=about_sheet(sheet), key=f"vendor:{sheet.pk}:appealed")
    return sheet


@transaction.atomic
def settle_appeal(*, sheet: Sheet, coefficient: float | None, reply: str, actor: User) -> Sheet:
    """Answer an appeal; ``coefficient`` None lets the computed one hold. The computed one stays beside another."""
    require_manage(actor, sheet.contract)
    sheet = _locked(sheet, Sheet.State.APPEALED)
    if len(reply.strip()) < 4:
        raise VendorError(_("请写明处理意见。"), field="reply")
    agreed = [one for _least, one in terms_from(sheet.version.terms).coefficients]
    if coefficient is not None and not min(agreed) <= coefficient <= max(agreed):
        raise VendorError(_("系数应在合同规则表的 {low} 至 {high} 之间。").format(low=min(agreed), high=max(agreed)),
                          field="coefficient")
    sheet.state, sheet.settled, sheet.reply = Sheet.State.SETTLED, coefficient, reply.strip()
    sheet.replied_by = actor
    sheet.save(update_fields=["state", "settled", "reply", "replied_by"])
    audit.record("evaluate.vendor_appeal_settled", sheet, actor=actor, changed=audit.plain(
        "no" if coefficient is None else "yes"))
    notify("vendor_sheet", title=lambda: _("{sheet} 考核单的申诉已处理").format(sheet=sheet_name(sheet)),
           right=ANSWER, about=about_sheet(sheet), key=f"vendor:{sheet.pk}:settled")
    return sheet


def _locked(sheet: Sheet, state: str) -> Sheet:
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("contract__owner").get(pk=sheet.pk)
    if sheet.state != state:
        raise VendorError(_("考核单已经是“{state}”，请刷新页面。").format(state=sheet.get_state_display()))
    return sheet


def export_sheet(*, sheet: Sheet, actor: User) -> bytes:
    """Return a sheet as Excel, with the audit chain's head in it. Raises privacy's Refused without an agreement."""
    require(actor, EXPORT, sheet.contract)
    may_export_now(rows=len(sheet.rows), is_personal=False, actor=actor)
    entry = audit.record("evaluate.vendor_sheet_exported", sheet, actor=actor)
    made = sheet_file(sheet, actor, f"{entry.seq} {entry.hash}")
    return marked_excel(made, watermark_now(actor, sheet_name(sheet)))
