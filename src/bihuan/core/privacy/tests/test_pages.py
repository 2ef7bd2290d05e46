"""Every page of personal data protection: open to those who may, unknown to those who may not."""

import io
import json
import logging
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry
from bihuan.core.privacy import services
from bihuan.core.privacy.models import (
    Agreement,
    ContactRefusal,
    DataSet,
    Export,
    ImpactAssessment,
    Incident,
    SubjectRequest,
)
from bihuan.core.privacy.registers import REGISTERS
from bihuan.core.privacy.urls import urlpatterns
from bihuan.engine.facts.privacy import load_rules
from bihuan.engine.facts.privacy.blocking import blocked_customers

from .conftest import NAME, PHONE

EVERYBODY = ("admin", "director", "officer", "leader", "agent", "outsider", "nobody")
READ, RULES, HANDLE, REVEAL = ("admin", "director", "officer"), ("admin",), ("officer",), ("officer",)
ASK = ("director", "officer", "leader", "outsider")
PAGES = {
    "/settings/privacy/": READ, "/settings/privacy/masking/": RULES, "/settings/privacy/limits/": RULES,
    "/settings/privacy/reveal/": REVEAL, "/settings/privacy/reveals/": READ,
    "/settings/privacy/requests/": HANDLE, "/settings/privacy/requests/new/": HANDLE,
    "/settings/privacy/requests/{request}/": HANDLE,
    "/settings/privacy/consents/": READ, "/settings/privacy/refusals/": READ,
    "/settings/privacy/registers/incidents/": READ, "/settings/privacy/registers/incidents/new/": ("admin",),
    "/settings/privacy/registers/incidents/{incident}/": READ,
    "/settings/privacy/incidents/{incident}/notice/": READ,
    "/exports/": ASK, "/exports/new/": REVEAL, "/exports/ask/?what={asked}": ASK,
    "/exports/{export}/": ("director", "officer"),
}
ACTS = {
    "/settings/privacy/masking/trial/": "director", "/settings/privacy/keys/rotate/": "director",
    "/settings/privacy/sweep/": "director",
    "/settings/privacy/requests/{request}/verify/": "admin", "/settings/privacy/requests/{request}/answer/": "admin",
    "/settings/privacy/requests/{request}/refuse/": "admin", "/settings/privacy/requests/{request}/data/": "admin",
    "/settings/privacy/consents/{consent}/withdraw/": "director",
    "/settings/privacy/refusals/{refusal}/lift/": "director",
    "/settings/privacy/assessments/1/approve/": "director", "/settings/privacy/assessments/1/discard/": "director",
    "/exports/{export}/decide/": "officer", "/exports/{export}/file/": "outsider",
}
COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


@pytest.fixture
def people(cast, officer):
    return lambda name: officer if name == "officer" else getattr(cast, name)


@pytest.fixture
def address(cast, officer):
    incident = services.record_entry(entry=Incident(), actor=cast.admin, values={
        "title": "误发邮件", "holds": "邮箱", "cause": "手误", "harm": "骚扰", "remedies": "撤回",
        "advice": "警惕", "contact": "400"})
    request = services.open_request(customer="K1", kind="access", actor=officer)
    consent = services.give_consent(customer="K1", purpose="survey", wording="v1", evidence="x", actor=cast.admin)
    refusal = services.refuse_contact(customer="K1", actor=cast.admin)
    export = services.ask_export(kind="privacy.contacts", title="名单", purpose="三季度回访", rows=1, is_personal=True,
                                 args={"customers": ["K1"], "channel": "phone"}, actor=officer)
    asked = services.ask_address(kind="privacy.contacts", title="名单", args={}, rows=1).partition("?what=")[2]
    return lambda path: path.format(asked=asked, incident=incident.pk, request=request.pk, consent=consent.pk,
                                    refusal=refusal.pk, export=export.pk)


@pytest.mark.parametrize("name", EVERYBODY)
def test_pages_open_for_those_who_may_and_nobody_else(client, people, address, name):
    client.force_login(people(name))
    for path in PAGES:
        assert client.get(address(path)).status_code == (200 if name in PAGES[path] else 404), path


def test_acts_are_refused_to_those_who_may_not(client, people, address):
    for name in EVERYBODY:
        client.force_login(people(name))
        for path in (one for one in ACTS if name in ("nobody", "outsider", ACTS[one])):
            assert client.post(address(path)).status_code == 404, (name, path)


def test_strangers_are_sent_to_the_log_in(client, address):
    for path in (*PAGES, *ACTS):
        answer = client.post(address(path)) if path in ACTS else client.get(address(path))
        assert answer.status_code == 302 and answer["Location"].startswith("/account/login/"), path


def test_every_address_stands_in_one_of_the_tables():
    assert len(urlpatterns) - 1 == len(PAGES) + len(ACTS), "the stop page is open to everybody"


def test_a_list_takes_as_many_statements_as_agreed_however_long_it_is(client, cast, officer, address):
    for batch in range(2):
        for number in range(3):
            fill(cast, officer, f"{batch}-{number}")
        counts = {}
        for path in COUNTS:
            client.force_login(officer if "requests" in path or "exports" in path else cast.admin)
            with CaptureQueriesContext(connection) as statements:
                assert client.get(path).status_code == 200
            counts[path] = len(statements)
        assert counts == COUNTS


def fill(cast, officer, name):
    """One more line in every list."""
    services.record_entry(entry=DataSet(), actor=cast.admin, values={
        "code": f"d{name}", "name": "x", "holds": "x", "purposes": ["service"], "keeper": "x"})
    services.open_request(customer=f"K{name}", kind="access", actor=officer)
    services.refuse_contact(customer=f"K{name}", actor=cast.admin)
    services.give_consent(customer=f"K{name}", purpose="survey", wording="v1", evidence="x", actor=cast.admin)
    services.record_reveal(obj=("case", "1"), reason="核实地址", actor=officer)
    services.ask_export(kind="privacy.contacts", title="名单", purpose="三季度回访", rows=1, is_personal=True,
                        args={"customers": ["K1"], "channel": "phone"}, actor=officer)


class TestMaskingPage:
    FORM = {"kinds": ["mobile", "name"], "own": "会员号 = 会员号[:：]?(M\\d{6})", "never": "400-888-9999"}

    def test_rules_are_put_in_force(self, client, cast, workspace_home):
        client.force_login(cast.admin)
        assert client.post("/settings/privacy/masking/", self.FORM).status_code == 302
        rules = load_rules(workspace_home)
        assert rules.kinds == {"mobile", "name"} and rules.own[0].label == "会员号" and not rules.on_import
        assert "会员号 = 会员号" in client.get("/settings/privacy/masking/").content.decode()

    @pytest.mark.parametrize("own, words", [
        ("会员号", "第 1 行"), ("会员号 = (", "不能使用"), ("会员号 = a*", "匹配空文本"),
        ("好 = ab\n太长的名称超过十二个字了啊 = a", "第 2 行")])
    def test_a_pattern_that_cannot_be_used_is_refused_with_its_reason(self, client, cast, workspace_home, own, words):
        client.force_login(cast.admin)
        page = client.post("/settings/privacy/masking/", {**self.FORM, "own": own})
        assert page.status_code == 422 and words in page.content.decode()
        assert not load_rules(workspace_home).own

    def test_a_text_is_tried_and_stored_nowhere(self, client, cast, workspace_home):
        client.force_login(cast.admin)
        before = AuditEntry.objects.count()
        page = client.post("/settings/privacy/masking/trial/", {"text": f"我是{NAME}，电话{PHONE}"}).content.decode()
        assert "我是〔姓名〕，电话〔手机号〕" in page and "138****8000" in page
        assert AuditEntry.objects.count() == before
        assert client.post("/settings/privacy/masking/trial/", {"text": ""}).status_code == 422


class TestRegisterPages:
    @pytest.mark.parametrize("key", REGISTERS)
    def test_each_register_has_its_list_and_form(self, client, cast, key):
        client.force_login(cast.admin)
        assert client.get(f"/settings/privacy/registers/{key}/").status_code == 200
        assert client.get(f"/settings/privacy/registers/{key}/new/").status_code == 200
        assert client.post(f"/settings/privacy/registers/{key}/new/", {}).status_code == 422

    def test_an_unknown_register_is_not_there(self, client, cast):
        client.force_login(cast.admin)
        assert client.get("/settings/privacy/registers/everything/").status_code == 404

    def test_from_assessment_to_agreement(self, client, cast, second_admin, officer):
        client.force_login(cast.admin)
        until = (date.today() + timedelta(days=90)).isoformat()
        agreement = {"party": "甲公司", "kind": "entrust", "purpose": "回访", "holds": "电话", "protection": "加密",
                     "starts_on": date.today().isoformat(), "expires_on": until, "accounts": [officer.pk]}
        page = client.post("/settings/privacy/registers/agreements/new/", agreement)
        assert page.status_code == 422 and "影响评估" in page.content.decode() and not Agreement.objects.exists()
        client.post("/settings/privacy/registers/assessments/new/", {
            "title": "委托甲公司回访", "trigger": "entrust", "covers": "甲公司", "lawfulness": "必要", "impact": "低",
            "measures": "加密", "risk": "low", "valid_until": until})
        found = ImpactAssessment.objects.get()
        client.post(f"/settings/privacy/assessments/{found.pk}/approve/")
        found.refresh_from_db()
        assert found.approved_at is None, "not by the one who wrote it"
        client.force_login(second_admin)
        client.post(f"/settings/privacy/assessments/{found.pk}/approve/")
        saved = client.post("/settings/privacy/registers/agreements/new/", agreement)
        assert saved.status_code == 302 and list(Agreement.objects.get().accounts.all()) == [officer]
        page = client.get(saved["Location"]).content.decode()
        assert "登记处理协议" in page and "second" in page, "the history names who"
        assert client.post(f"/settings/privacy/assessments/{found.pk}/discard/", follow=True).status_code == 200
        assert ImpactAssessment.objects.exists()

    def test_the_notice_has_what_the_law_asks_for(self, client, cast, address):
        """art. 57: kinds, cause, possible harm; remedies and what people can do; contact."""
        client.force_login(cast.director)
        page = client.get(address("/settings/privacy/incidents/{incident}/notice/")).content.decode()
        for words in ("第五十七条", "邮箱", "手误", "骚扰", "撤回", "警惕", "400"):
            assert words in page

    def test_reading_is_not_writing(self, client, cast, address):
        client.force_login(cast.director)
        path = address("/settings/privacy/registers/incidents/{incident}/")
        assert client.post(path, {"title": "x"}).status_code == 404

    def test_consents_and_refusals(self, client, cast):
        client.force_login(cast.admin)
        client.post("/settings/privacy/consents/", {
            "customer": "K7", "purpose": "recording", "channel": "phone", "given_at": "2026-09-01T10:00",
            "wording": "v2", "evidence": "工单 1"})
        assert services.has_consent("K7", "recording")
        from bihuan.core.privacy.models import Consent

        client.post(f"/settings/privacy/consents/{Consent.objects.get().pk}/withdraw/")
        assert not services.has_consent("K7", "recording")
        client.post("/settings/privacy/refusals/", {"customer": "K7", "channel": "phone", "source": "visit"})
        found = ContactRefusal.objects.get()
        assert "K7" in client.get("/settings/privacy/refusals/?words=K7").content.decode()
        client.post(f"/settings/privacy/refusals/{found.pk}/lift/")
        found.refresh_from_db()
        assert found.lifted_at


class TestRequestPages:
    def test_a_block_from_page_to_lake(self, client, officer, records):
        client.force_login(officer)
        opened = client.post("/settings/privacy/requests/new/", {
            "customer": "K1", "kind": "block", "channel": "电话", "detail": "", "received_at": "2026-09-01T10:00"})
        path = opened["Location"]
        assert client.post(f"{path}answer/", {"outcome": "x"}).status_code == 422
        client.post(f"{path}verify/", {"how": "回拨预留号码"})
        client.post(f"{path}answer/", {"outcome": "已停止处理"})
        assert blocked_customers(records) == {"K1"} and SubjectRequest.objects.get().state == "done"
        page = client.get(path).content.decode()
        assert "已停止处理" in page and "办结个人信息请求" in page and "privacy.request_closed" not in page

    def test_a_number_nobody_has_is_told(self, client, officer, records):
        client.force_login(officer)
        told = {"kind": "delete", "channel": "电话", "detail": "", "received_at": "2026-09-01T10:00"}
        for number, warned in (("K1", False), ("K1O", True)):
            page = client.post("/settings/privacy/requests/new/", {**told, "customer": number}, follow=True)
            assert ("请先核对编号" in page.content.decode()) is warned

    def test_the_customers_data_is_handed_over_with_a_line(self, client, officer, records):
        client.force_login(officer)
        found = services.verify_identity(request=services.open_request(customer="K1", kind="access", actor=officer),
                                         how="回拨", actor=officer)
        answer = client.post(f"/settings/privacy/requests/{found.pk}/data/")
        assert answer["Cache-Control"] == "no-store" and zipfile.is_zipfile(io.BytesIO(answer.content))
        assert AuditEntry.objects.filter(action="privacy.personal_revealed").count() == 1

    def test_a_customer_is_shown_for_a_reason(self, client, officer, records):
        client.force_login(officer)
        sent = {"by": "customer", "value": "K1", "reason": "回访核实地址"}
        assert PHONE in client.post("/settings/privacy/reveal/", sent).content.decode()
        page = client.post("/settings/privacy/reveal/", {**sent, "reason": "看"})
        assert page.status_code == 422 and PHONE not in page.content.decode()
        assert "回访核实地址" in client.get("/settings/privacy/reveals/").content.decode()


class TestExportPages:
    def test_asked_by_one_approved_by_another_taken_by_the_first(self, client, officer, cast, records):
        client.force_login(officer)
        client.post("/exports/new/", {
            "title": "名单", "customers": "K1\nK2\nK1", "channel": "phone", "use": "survey",
            "purpose": "三季度回访"})
        export = Export.objects.get()
        assert export.rows == 2
        assert client.post(f"/exports/{export.pk}/file/", follow=True).redirect_chain[-1][0] == f"/exports/{export.pk}/"
        client.force_login(cast.director)
        client.post(f"/exports/{export.pk}/decide/", {"decision": "approve", "note": "同意"})
        run_pending()
        client.force_login(officer)
        answer = client.post(f"/exports/{export.pk}/file/")
        assert b"".join(answer.streaming_content)[:2] == b"PK"
        client.force_login(cast.outsider)
        assert client.get(f"/exports/{export.pk}/").status_code == 404


def test_the_products_own_log_is_masked():
    """Settings put the filter on the one handler that everything is written through."""
    handlers = settings.LOGGING["handlers"]
    assert all("masking" in handler["filters"] for handler in handlers.values())
    assert settings.LOGGING["root"]["handlers"] == list(handlers) and logging.getLogger()


def test_sweep_and_rotation_run_as_jobs(client, cast, workspace_home):
    client.force_login(cast.admin)
    for act in ("keys/rotate", "sweep"):
        assert client.post(f"/settings/privacy/{act}/").status_code == 302
    assert run_pending() == 2
    assert AuditEntry.objects.filter(action__in=("privacy.master_key_rotated", "privacy.swept")).count() == 2


def test_limits_are_saved(client, cast):
    client.force_login(cast.admin)
    sent = {"contact_from": "10:00", "contact_until": "18:00", "request_days": 10, "export_rows": 50, "link_hours": 24}
    assert client.post("/settings/privacy/limits/", sent).status_code == 302
    assert services.preferences().request_days == 10
    assert client.post("/settings/privacy/limits/", {**sent, "contact_until": "09:00"}).status_code == 422
