"""Requests of customers: their term, their identity, what is done, and what is left afterwards."""

import io
import json
import re
import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry, Job, Role
from bihuan.core.privacy import services
from bihuan.core.privacy.days import is_working_day, working_days_after
from bihuan.core.privacy.errors import Refused
from bihuan.core.privacy.models import Reveal, SubjectRequest
from bihuan.core.privacy.queries.proofs import PLACES, proof_lines
from bihuan.core.privacy.services.files import own_data
from bihuan.core.rights import NotAllowed, forget_grants
from bihuan.engine.facts import store
from bihuan.engine.facts.backup import write_backup
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.engine.facts.privacy.leaks import files_with
from bihuan.engine.facts.privacy.vault import open_vault

from .conftest import NAME, PHONE

SHANGHAI = ZoneInfo("Asia/Shanghai")


def verified(officer, kind, customer="K1", **more):
    found = services.open_request(customer=customer, kind=kind, actor=officer, **more)
    return services.verify_identity(request=found, how="回拨预留号码", actor=officer)


class TestTerm:
    @pytest.mark.parametrize("start, days, end", [
        # State Council's arrangement of 2026: 中秋 25-27 September, 国庆 1-7 October, 补班 20 September and 10 October.
        (date(2026, 9, 18), 1, date(2026, 9, 20)), (date(2026, 9, 24), 3, date(2026, 9, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)), (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2026, 6, 1), 5, date(2026, 6, 8)),
    ])
    def test_working_days_follow_the_arranged_holidays(self, start, days, end):
        assert working_days_after(start, days) == end

    def test_a_year_not_yet_arranged_knows_weekends(self):
        assert is_working_day(date(2040, 1, 2)) and not is_working_day(date(2040, 1, 1))

    def test_the_term_counts_from_the_day_of_the_workspaces_zone(self, officer):
        late_evening = datetime(2026, 5, 31, 17, tzinfo=ZoneInfo("UTC"))     # 1 June, 01:00 in Shanghai
        found = services.open_request(customer="K1", kind="access", received_at=late_evening, actor=officer)
        assert found.due_on == working_days_after(date(2026, 6, 1), 15)


class TestWay:
    def test_nothing_is_done_before_the_identity_is_known(self, officer):
        found = services.open_request(customer="K1", kind="block", actor=officer)
        with pytest.raises(Refused) as refused:
            services.answer_request(request=found, actor=officer)
        assert refused.value.code == "identity_needed"
        with pytest.raises(Refused):
            services.verify_identity(request=found, how=" ", actor=officer)

    def test_a_refusal_says_why_and_ends_it(self, officer):
        found = services.open_request(customer="K1", kind="delete", detail=f"我是{NAME}，{PHONE}", actor=officer)
        assert PHONE not in found.detail and NAME not in found.detail
        with pytest.raises(Refused):
            services.refuse_request(request=found, reason="", actor=officer)
        services.refuse_request(request=found, reason="法定保存期未满", actor=officer)
        with pytest.raises(Refused) as refused:
            services.answer_request(request=found, actor=officer)
        assert refused.value.code == "request_closed"

    def test_only_those_who_handle_requests_may(self, cast):
        with pytest.raises(NotAllowed):
            services.open_request(customer="K1", kind="delete", actor=cast.admin)


class TestAccess:
    def test_the_customer_gets_everything_that_is_held(self, records, officer):
        open_vault(records).put("K1", {"email": "k1@example.com"})
        services.answer_request(request=verified(officer, "access"), outcome="已提供", actor=officer)
        with zipfile.ZipFile(io.BytesIO(own_data("K1"))) as archive:
            told = json.loads(archive.read("data.json"))
            assert set(archive.namelist()) == {
                "data.json", "customers.csv", "cases.csv", "messages.csv", "identifiers.csv"}
        assert told["customers"][0]["phone"] == PHONE and told["identifiers"] == [{"email": "k1@example.com"}]
        assert [row["id"] for row in told["messages"]] == ["m1"] and "K2" not in json.dumps(told)


class TestCorrection:
    def test_the_record_gets_a_new_version(self, records, officer):
        found = services.answer_request(request=verified(officer, "correct"), corrections={"phone": "13700137000"},
                                        actor=officer)
        with store.connect(records) as con:
            assert con.sql("SELECT name, phone, tier FROM customers WHERE id = 'K1'").fetchall() == [
                (NAME, "13700137000", "VIP")]
        assert found.state == "done" and found.proof["fields"] == ["phone"]

    def test_nothing_to_correct_is_refused(self, records, officer):
        with pytest.raises(Refused):
            services.answer_request(request=verified(officer, "correct"), corrections={"name": " "}, actor=officer)


class TestBlocking:
    def test_a_block_is_set_and_lifted(self, records, officer):
        services.answer_request(request=verified(officer, "block"), actor=officer)
        assert blocked_customers(records) == {"K1"}
        with pytest.raises(Refused) as refused:
            services.reveal_customer(customer="K1", reason="核实地址", actor=officer)
        assert refused.value.code == "blocked"
        services.answer_request(request=verified(officer, "unblock"), actor=officer)
        assert not blocked_customers(records)


class TestDeletion:
    def test_afterwards_the_value_is_in_no_file_old_version_or_backup(self, records, officer, tmp_path, settings):
        open_vault(records).put("K1", {"name": NAME, "phone": PHONE})
        store.append(records, "customers", pa.table({"id": ["K1"], "name": [NAME], "phone": [PHONE]}))
        (records.uploads / "old.csv").write_text(f"客户,电话\nK1,{PHONE}\n", encoding="gb18030")
        assert files_with(records.path, PHONE)
        services.answer_request(request=verified(officer, "delete"), outcome="已删除", actor=officer)
        assert run_pending() == 1
        done = SubjectRequest.objects.get()
        assert done.state == "done", Job.objects.get(kind="privacy.delete").error_text
        assert done.proof["records"]["rows"] == {"customers": 2, "cases": 1, "messages": 1}
        assert done.proof["records"]["uploads"] == 1 and done.proof["vault"]["had_key"]
        assert set(done.proof) <= set(PLACES) and not re.search("[a-z]", str(proof_lines(done.proof)))
        for value in (PHONE, NAME):
            assert files_with(records.path, value) == []
        write_backup(records, tmp_path / "after.tar.gz")
        assert files_with(tmp_path, PHONE) == []

    def test_the_numbers_of_the_past_stay(self, records, officer):
        services.answer_request(request=verified(officer, "delete"), actor=officer)
        run_pending()
        with store.connect(records) as con:
            assert con.sql("SELECT id, customer, subject FROM cases ORDER BY id").fetchall() == [
                ("s:1", "K1", None), ("s:2", "K2", "咨询")]
            assert con.sql("SELECT id, sender, text FROM messages ORDER BY id").fetchall() == [
                ("m1", None, None), ("m2", "a1", "您好")]
            assert con.sql("SELECT phone FROM customers WHERE id = 'K2'").fetchall() == [("13900139000",)]

    def test_it_may_be_run_again_after_a_crash(self, records, officer, monkeypatch):
        from bihuan.core.privacy import stores

        services.answer_request(request=verified(officer, "delete"), actor=officer)
        calls = []

        def breaks(customer):
            calls.append(customer)
            raise RuntimeError("disk")

        with monkeypatch.context() as once:
            once.setattr(stores, "erase_vault", breaks)
            run_pending()
        assert calls and SubjectRequest.objects.get().state == "verified"
        services.answer_request(request=SubjectRequest.objects.get(), actor=officer)
        run_pending()
        assert SubjectRequest.objects.get().state == "done" and open_vault(records).is_destroyed("K1")

    def test_the_person_cannot_be_corrected_back(self, records, officer):
        services.answer_request(request=verified(officer, "delete"), actor=officer)
        run_pending()
        with pytest.raises(Refused) as refused:
            services.answer_request(request=verified(officer, "correct"), corrections={"name": NAME}, actor=officer)
        assert refused.value.code == "subject_deleted"


class TestReveal:
    def test_a_reveal_needs_a_right_a_reason_and_leaves_a_line(self, records, officer, cast):
        with pytest.raises(NotAllowed):
            services.reveal_customer(customer="K1", reason="好奇想看看", actor=cast.leader)
        with pytest.raises(Refused) as refused:
            services.reveal_customer(customer="K1", reason="看看", actor=officer)
        assert refused.value.code == "reason_needed" and not Reveal.objects.exists()
        shown = services.reveal_customer(customer="K1", reason=f"回访{PHONE}核实", actor=officer)
        assert shown.values == {"name": NAME, "phone": PHONE}
        line = Reveal.objects.get()
        assert line.reason == "回访〔手机号〕核实" and line.fields == ["name", "phone"]
        entry = AuditEntry.objects.get(action="privacy.personal_revealed")
        assert entry.object_id == "K1" and PHONE not in str(entry.data)

    def test_a_closed_field_is_not_shown_for_any_reason(self, records, officer):
        """In a text each personal field may stand, so that no text is shown either."""
        Role.objects.filter(key="complaint_officer").update(closed_fields=["phone"])
        forget_grants(officer)
        told = {"reason": "回访核实地址", "actor": officer}
        assert services.reveal_customer(customer="K1", **told).values == {"name": NAME}
        for closed in (lambda: services.find_customers(field="phone", value=PHONE, **told),
                       lambda: services.record_reveal(obj=("case", "1"), fields=["text"], **told)):
            with pytest.raises(Refused) as refused:
                closed()
            assert refused.value.code == "field_closed"

    def test_a_caller_is_found_by_their_number(self, records, officer):
        open_vault(records).put("K1", {"phone": PHONE})
        found = services.find_customers(field="phone", value="+86 138 0013 8000", reason="来电核身", actor=officer)
        assert found == ["K1"]
        assert Reveal.objects.get().fields == ["find:phone"]

    def test_a_caller_is_found_in_records_that_came_in_the_clear(self, records, officer):
        store.append(records, "customers", pa.table({
            "id": ["K7", "K8"], "name": ["赵 丽", "赵丽娜"], "phone": ["+86 137-0013-7000", "013700137000"],
            "email": ["Zhao@Example.com", None]}))
        found = {(field, value): services.find_customers(field=field, value=value, reason="来电核身", actor=officer)
                 for field, value in [("phone", "137 0013 7000"), ("email", "zhao@example.COM "), ("name", "赵丽"),
                                      ("phone", "—")]}
        assert list(found.values()) == [["K7"], ["K7"], ["K7"], []]
        assert Reveal.objects.count() == 4
