"""A vendor's month: points by the rule table, no deduction from few rows, the others at equal mix, and an answer."""

import json
import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.core import workspace
from bihuan.core.notifications.models import Notice
from bihuan.core.rights import NotAllowed

from .. import services
from ..contracts import Item, Terms
from ..deadlines import watch_sheets
from ..models import Contract, Sheet
from ..queries.sheets import rows_of_sheet
from .conftest import SAID, TERMS

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def url(name, *args):
    return reverse(f"vendors:{name}", args=args)


def row(sheet, name):
    return next(one for one in sheet.rows if one["indicator"] == name)


def test_points_follow_from_the_rule_table_and_the_coefficient_from_them(sheet):
    """60 answers of 5, 4, 3, 2 and 20 of 5, 5, 4, 4: mean (15 * 14 + 5 * 18) / 80 = 3.75, satisfied 50 of 80."""
    mean, share = row(sheet, "csat_mean"), row(sheet, "csat")
    assert (mean["result"]["value"], mean["result"]["n"], mean["points"]) == (3.75, 80, 80)
    assert (share["result"]["value"], share["points"]) == (0.625, 60)
    assert (sheet.score, sheet.coefficient) == ((80 * 60 + 60 * 40) / 100, 0.9)


def test_a_deduction_within_the_interval_is_marked_and_the_better_end_is_shown(sheet):
    """The 95 % interval of 50 of 80 by Wilson is 51.5 % to 72.3 %: one step."""
    share = row(sheet, "csat")
    assert (round(share["result"]["low"], 3), round(share["result"]["high"], 3)) == (0.515, 0.723)
    assert share["mark"] == ""
    changed = Terms((Item("csat", 100, ((0.7, 100), (0.6, 80))),), ((90, 1.0), (0, 0.8)))
    contract = sheet.contract
    Sheet.objects.all().delete()
    contract.versions.update(terms=changed.as_json())
    other = services.make_sheet(contract=contract, month=date(2026, 1, 1), actor=sheet.contract.owner)
    one = row(other, "csat")
    assert (one["points"], one["worst"], one["best"], one["mark"]) == (80, 0, 100, "unsure")
    assert (other.coefficient, other.best_coefficient) == (0.8, 1.0)


def test_few_rows_never_take_points_away(contract, cast):
    sheet = services.make_sheet(contract=contract, month=date(2026, 2, 1), actor=cast.director)
    assert [(one["mark"], one["points"]) for one in sheet.rows] == [("small", None), ("small", None)]
    assert (sheet.score, sheet.coefficient) == (None, None)
    assert dict(sheet.marks)["样本不足，不计分也不扣分"] == 2


def test_the_comparison_is_at_the_vendors_own_mix(sheet):
    """Of the others, 退款 has a mean of 2.5 and 物流 of 5; the vendor has 60 and 20 rows of them: 3.125 expected."""
    adjusted = row(sheet, "csat_mean")["adjusted"]
    assert adjusted["expected"] == pytest.approx((60 * 2.5 + 20 * 5) / 80)
    assert adjusted["difference"] == pytest.approx(3.75 - 3.125)
    assert adjusted["low"] < adjusted["difference"] < adjusted["high"] and adjusted["covered"] == 1.0
    assert (adjusted["n"], adjusted["n_reference"]) == (80, sum(len(s) * t for _topic, s, t in SAID["n1"]))


def test_beside_few_others_the_vendor_is_not_told_what_they_had(sheet, cast):
    assert row(sheet, "csat_mean")["adjusted"]["peers"] == 1
    mine, theirs = (rows_of_sheet(sheet, person)[0] for person in (cast.director, cast.vendor))
    assert mine.adjusted and mine.difference
    assert theirs.withheld and not mine.withheld
    assert theirs.result == mine.result and (theirs.adjusted, theirs.difference, theirs.expected) == (None, "", "")


def test_a_month_is_made_once_when_it_is_over_and_only_within_the_contract(contract, cast):
    assert services.make_due_sheets() == 2
    assert services.make_due_sheets() == 0
    for month in (date(2026, 1, 1), date(2025, 12, 1), date(2026, 3, 1)):
        with pytest.raises(services.VendorError):
            services.make_sheet(contract=contract, month=month, actor=cast.director)


def test_rules_are_versions_and_never_change_a_month_already_made(sheet, cast):
    contract = sheet.contract
    told = {"contract": contract, "terms": TERMS, "actor": cast.director}
    with pytest.raises(services.VendorError, match="出过考核单"):
        services.change_terms(**told, valid_from=date(2026, 1, 5), note="改")
    with pytest.raises(services.VendorError, match="原因"):
        services.change_terms(**told, valid_from=date(2026, 2, 5), note=" ")
    version = services.change_terms(**told, valid_from=date(2026, 2, 5), note="补充协议二")
    assert (version.number, version.valid_from) == (2, date(2026, 2, 1))
    assert services.make_sheet(contract=contract, month=date(2026, 2, 1), actor=cast.director).version == version


@pytest.mark.parametrize("terms", [
    Terms((), TERMS.coefficients), Terms((Item("contact_volume", 1, ((1, 100),)),), TERMS.coefficients),
    Terms((Item("csat", 1, ((0.5, 60), (0.8, 100))),), TERMS.coefficients), Terms(TERMS.items, ((90, 1.0),)),
    Terms((Item("csat", 0, ((0.5, 60),)),), TERMS.coefficients), Terms(TERMS.items, ((0, 5.0),))])
def test_a_rule_table_that_makes_no_sense_is_refused(cast, terms):
    with pytest.raises(services.VendorError):
        services.save_contract(unit_code="v", title="x", starts_on=date(2026, 1, 1), ends_on=None, terms=terms,
                               owner=cast.director, actor=cast.director)


def test_the_vendor_sees_its_own_sheet_once_sent_confirms_or_appeals(sheet, cast, client):
    client.force_login(cast.vendor)
    assert client.get(url("sheet", sheet.pk)).status_code == 404          # a draft
    client.force_login(cast.director)
    assert client.post(url("sheet_send", sheet.pk)).status_code == 302
    assert client.post(url("sheet_confirm", sheet.pk)).status_code == 404 # who makes it does not confirm it
    client.force_login(cast.vendor)
    assert "外包甲客服合同" in client.get(url("vendor_list")).content.decode()
    assert client.get(url("sheet", sheet.pk)).status_code == 200
    assert client.post(url("sheet_appeal", sheet.pk), {"appeal": "不对"}).status_code == 422
    told = {"appeal": "满意度里有三件不是我方受理的工单。"}
    assert client.post(url("sheet_appeal", sheet.pk), told).status_code == 302
    assert client.post(url("sheet_settle", sheet.pk), {"reply": "同意"}).status_code == 404
    client.force_login(cast.director)
    beyond = client.post(url("sheet_settle", sheet.pk), {"reply": "剔除三件", "coefficient": "1.4"})
    assert beyond.status_code == 422 and "规则表" in beyond.content.decode()
    assert client.post(url("sheet_settle", sheet.pk), {"reply": "剔除三件", "coefficient": "1.0"}).status_code == 302
    kept = Sheet.objects.get()
    assert (kept.state, kept.coefficient, kept.settled, kept.final) == ("settled", 0.9, 1.0, 1.0)
    assert "剔除三件" in client.get(url("sheet", sheet.pk)).content.decode()


def test_a_sheet_left_unanswered_is_told_of_and_then_counts_as_confirmed(sheet, cast, client):
    """Ten days from the day it is sent; told three days before; whom nobody told in time gets three days from then."""
    client.force_login(cast.director)
    address = url("contract_deadline", sheet.contract_id)
    assert client.post(address, {"confirm_days": "0"}).status_code == 422
    assert client.post(address, {"confirm_days": "10"}).status_code == 302
    sheet = services.send_sheet(sheet=Sheet.objects.get(), actor=cast.director)
    last = sheet.answer_by
    assert (last - workspace.day_of(sheet.sent_at)).days == 10
    assert watch_sheets(on=last - timedelta(days=4)) == {"warned": 0, "deemed": 0}
    assert watch_sheets(on=last - timedelta(days=3)) == {"warned": 1, "deemed": 0}
    assert watch_sheets(on=last) == {"warned": 0, "deemed": 0}
    client.force_login(cast.vendor)
    assert str(last) in client.get(url("sheet", sheet.pk)).content.decode()
    assert watch_sheets(on=last + timedelta(days=1)) == watch_sheets(on=last + timedelta(days=1)) | {"deemed": 1}
    kept = Sheet.objects.get()
    assert (kept.state, kept.deemed, kept.answered_by, kept.final) == ("confirmed", True, None, 0.9)
    assert "按合同视为确认" in client.get(url("sheet", sheet.pk)).content.decode()
    assert Notice.objects.filter(event="vendor_sheet", key__endswith=":deemed").count() == 1
    Sheet.objects.update(state="sent", deemed=False, warned_on=None)
    late = last + timedelta(days=20)
    assert watch_sheets(on=late) == {"warned": 1, "deemed": 0}
    assert Sheet.objects.get().answer_by == late + timedelta(days=3)
    client.force_login(cast.vendor)
    assert client.post(address, {"confirm_days": "60"}).status_code == 404


def test_a_confirmed_sheet_takes_no_second_answer(sheet, cast):
    services.send_sheet(sheet=sheet, actor=cast.director)
    services.answer_sheet(sheet=sheet, appeal="", actor=cast.vendor)
    with pytest.raises(services.VendorError, match="已确认"):
        services.answer_sheet(sheet=sheet, appeal="再申诉一次，理由如下。", actor=cast.vendor)


def test_the_file_holds_every_number(sheet, cast, client):
    client.force_login(cast.director)
    book = load_workbook(BytesIO(client.get(url("sheet_file", sheet.pk)).content))
    cells = [[cell.value for cell in line] for line in book.worksheets[0].iter_rows()]
    assert [sheet.rows_hash] == [line[1] for line in cells if line[0] == "校验值"]
    assert [3.75, 80] in [line[2:4] for line in cells]


def cells(*items, coefficients=(("90", "1.0"), ("0", "0.9"))):
    """The rule table as a page sends it: (indicator, weight, limit, points, limit, points ...) a row."""
    found = {}
    for place, (name, weight, *steps) in enumerate(items):
        found |= {f"items-{place}-indicator": name, f"items-{place}-weight": weight}
        for step, text in enumerate(steps):
            found[f"items-{place}-{('limit', 'points')[step % 2]}_{step // 2}"] = text
    for place, (least, one) in enumerate(coefficients):
        found |= {f"coefficients-{place}-least": least, f"coefficients-{place}-coefficient": one}
    return found


GOOD = ("csat", "100", "80%", "100", "0.5", "60")


@pytest.fixture
def typed(cast, client):
    client.force_login(cast.director)
    return {"title": "合同甲", "unit_code": "v", "starts_on": "2026-01-01", "owner": cast.director.pk}


@pytest.mark.parametrize(("table", "cell"), [
    (cells(("csat", "很多", "0.8", "100")), "items-0-weight"), (cells(("csat", "nan", "0.8", "100")), "items-0-weight"),
    (cells(("csat", "100", "nan", "100")), "items-0-limit_0"), (cells(("csat", "100", "inf", "1")), "items-0-limit_0"),
    (cells(("csat", "100", "85", "100")), "items-0-limit_0"), (cells(("", "100", "0.8", "1")), "items-0-indicator"),
    (cells(GOOD, ("csat", "1", "0.8", "100")), "items-1-indicator"), (cells(), "items-0-indicator"),
    (cells(("csat", "1", "", "", "0.5", "60", "0.8", "40")), "items-0-limit_2"),
    (cells(("csat", "1", "0.8", "60", "0.5", "80")), "items-0-points_1"),
    (cells(("csat", "1", "0.8", "")), "items-0-points_0"),
    (cells(("no_such", "1", "0.8", "100")), "items-0-indicator"), (cells(("csat", "1")), "items-0-limit_0"),
    (cells(GOOD, coefficients=[("nan", "1.0"), ("0", "0.9")]), "coefficients-0-least"),
    (cells(GOOD, coefficients=[("90", "1.0"), ("80", "0.9")]), "coefficients-1-least"),
    (cells(GOOD, coefficients=[("", ""), ("0", "9")]), "coefficients-1-coefficient")])
def test_a_bad_cell_is_told_at_the_cell_and_nothing_typed_is_lost(typed, client, table, cell):
    answer = client.post(url("contract_new"), typed | table)
    text = answer.content.decode()
    assert (answer.status_code, Contract.objects.count()) == (422, 0)
    assert re.findall(r'<ul class="field-errors" id="id_([a-z0-9_-]+)_error"', text) == [cell]
    assert all(f'value="{value}"' in text for value in (*table.values(), "合同甲") if value)


def test_rows_come_and_go_without_a_word_about_what_is_not_finished(typed, client):
    table = cells(("csat", "很多", "0.8", "100"), ("fcr", "40"))
    for press, rows in (({"add": "items"}, 3), ({"remove": "items-0"}, 1), ({"add": "coefficients"}, 2)):
        answer = client.post(url("contract_new"), typed | table | press)
        text = answer.content.decode()
        assert (answer.status_code, text.count("field-errors"), text.count('-indicator" ')) == (200, 0, rows), press
        assert ('value="很多"' in text, 'value="合同甲"' in text) == (press != {"remove": "items-0"}, True)
    more = client.post(url("contract_new"), typed | table | {"add": "steps"}).content.decode()
    assert 'name="items-0-limit_3"' in more and 'name="items-0-limit_4"' not in more
    # htmx does not send the button that was pressed: each says what it asks for by itself.
    pressed = re.findall(r'name="(add|remove)" value="([\w-]+)" formnovalidate hx-vals=\'{"(\w+)": "([\w-]+)"}\'', more)
    assert len(pressed) == more.count("formnovalidate") == 7 and all(one[:2] == one[2:] for one in pressed)


def test_a_contract_is_entered_and_changed_on_its_pages(typed, client):
    assert client.post(url("contract_new"), typed | cells(GOOD)).status_code == 302
    made = Contract.objects.get()
    assert made.versions.get().terms["items"] == [["csat", 100.0, [[0.8, 100.0], [0.5, 60.0]]]]
    page = client.get(url("contract", made.pk)).content.decode()
    shown = page[page.index("考核规则"):page.index("生成考核单")]
    assert "不低于 80.0%" in shown and "90 分及以上 1" in shown and "csat" not in shown
    assert 'value="80%"' in page                                  # the form begins with the rules that hold
    change = {"valid_from": "2026-02-01", "note": "二期"} | cells(GOOD, coefficients=[("90", "1.1"), ("0", "0.9")])
    assert client.post(url("contract_terms", made.pk), change | {"add": "items"}).status_code == 200
    assert client.post(url("contract_terms", made.pk), change | {"items-0-weight": "0"}).status_code == 422
    assert client.post(url("contract_terms", made.pk), change).status_code == 302
    assert client.post(url("sheet_make", made.pk), {"month": "2026-01-15"}).status_code == 302
    assert client.post(url("sheet_make", made.pk), {"month": "2026-01-15"}).status_code == 422
    assert (made.versions.count(), made.sheets.count()) == (2, 1)


def test_the_outsider_gets_404(sheet, cast, client):
    services.send_sheet(sheet=sheet, actor=cast.director)
    for name in ("outsider", "nobody", "agent", "leader", "manager"):
        client.force_login(getattr(cast, name))
        for view, pk in (("contract", sheet.contract_id), ("sheet", sheet.pk), ("sheet_file", sheet.pk)):
            assert client.get(url(view, pk)).status_code == 404, (name, view)
        assert client.get(url("contract_new")).status_code == 404
        for view, pk in (("contract_terms", sheet.contract_id), ("sheet_make", sheet.contract_id),
                         ("sheet_send", sheet.pk), ("sheet_confirm", sheet.pk), ("sheet_appeal", sheet.pk),
                         ("sheet_settle", sheet.pk)):
            assert client.post(url(view, pk)).status_code == 404, (name, view)
    with pytest.raises(NotAllowed):
        services.make_sheet(contract=sheet.contract, month=date(2026, 2, 1), actor=cast.vendor)


def test_the_list_asks_as_many_questions_as_pinned(sheet, cast, client):
    client.force_login(cast.director)
    client.get(url("vendor_list"))
    with CaptureQueriesContext(connection) as asked:
        client.get(url("vendor_list"))
    assert len(asked) == COUNTS["vendor_list"]
