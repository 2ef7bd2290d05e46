"""Exports: four eyes, a mark inside, a link that ends."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry, Role
from bihuan.core.privacy import services
from bihuan.core.privacy.contracts import Watermark
from bihuan.core.privacy.errors import Refused
from bihuan.core.privacy.models import Export
from bihuan.core.privacy.services.exports import end_exports
from bihuan.core.privacy.services.files import marked_csv, marked_workbook, typst_mark
from bihuan.core.rights import NotAllowed
from bihuan.core.services import assign_role
from bihuan.core.tests.cast import SYSTEM
from bihuan.engine.facts.privacy.leaks import scan_text

from .conftest import NAME, PHONE

MARK = Watermark("孙专员", "2026-09-01 10:00", "回访 & 核实", "客服总监")


@pytest.fixture
def asked(records, officer):
    return services.ask_export(
        kind="privacy.contacts", title="回访名单", purpose="三季度回访", rows=2, is_personal=True, actor=officer,
        args={"customers": ["K1", "K2", "K-404"], "channel": "phone"})


def made(asked, approver):
    services.approve_export(export=asked, note="同意", actor=approver)
    run_pending()
    asked.refresh_from_db()
    return asked


class TestFourEyes:
    @pytest.mark.parametrize("rows, is_personal, refused", [
        (100_000, False, False), (100_001, False, True), (1, True, True)])
    def test_many_rows_or_personal_data_need_a_second_person(self, cast, rows, is_personal, refused):
        if not refused:
            return services.may_export_now(rows=rows, is_personal=is_personal, actor=cast.director)
        with pytest.raises(Refused) as raised:
            services.may_export_now(rows=rows, is_personal=is_personal, actor=cast.director)
        assert raised.value.code == "approval_needed"

    def test_nobody_approves_their_own(self, asked, officer):
        assign_role(user=officer, role=Role.objects.get(key="quality_manager"), actor=SYSTEM)
        with pytest.raises(Refused) as refused:
            services.approve_export(export=asked, actor=officer)
        assert refused.value.code == "export_own"

    def test_who_may_not_approve_cannot(self, asked, cast):
        with pytest.raises(NotAllowed):
            services.approve_export(export=asked, actor=cast.leader)

    def test_it_is_decided_once(self, asked, cast):
        with pytest.raises(Refused):
            services.refuse_export(export=asked, note=" ", actor=cast.director)
        services.refuse_export(export=asked, note="范围过大", actor=cast.director)
        with pytest.raises(Refused):
            services.approve_export(export=asked, actor=cast.director)
        assert run_pending() == 0

    def test_a_purpose_is_needed(self, officer, records):
        with pytest.raises(Refused):
            services.ask_export(kind="privacy.contacts", title="x", args={}, purpose="x", rows=1, is_personal=True,
                                actor=officer)

    def test_an_unknown_kind_is_a_mistake_of_the_caller(self, officer, records):
        with pytest.raises(ValueError, match="everything"):
            services.ask_export(kind="everything", title="x", args={}, purpose="xxxx", rows=1, is_personal=True,
                                actor=officer)


class TestFile:
    def test_the_file_carries_who_when_and_why_and_leaves_out_who_refused(self, asked, cast, officer):
        services.refuse_contact(customer="K2", channel="phone", actor=cast.admin)
        export = made(asked, cast.director)
        path = services.take_export(export=export, actor=officer)
        book = openpyxl.load_workbook(path)
        assert [[cell.value for cell in row] for row in book["明细"].rows][1:] == [["K1", NAME, PHONE, None]]
        for sheet in book:
            assert "孙专员" in sheet.oddHeader.center.text and "三季度回访" in sheet.oddFooter.center.text
            assert sheet.protection.sheet, "cells are locked"
        assert "director" in book.properties.description
        assert path.stat().st_mode & 0o077 == 0

    def test_what_a_role_keeps_closed_is_not_in_the_file_nor_asked_for(self, asked, cast, officer):
        Role.objects.filter(key="complaint_officer").update(closed_fields=["phone"])
        book = openpyxl.load_workbook(services.take_export(export=made(asked, cast.director), actor=officer))
        assert [cell.value for cell in list(book["明细"].rows)[1]] == ["K1", NAME, None]
        with pytest.raises(Refused) as refused:
            services.ask_export(kind="privacy.contacts", title="x", args={}, purpose="三季度回访", rows=1,
                                is_personal=True, actor=type(officer).objects.get(pk=officer.pk))
        assert refused.value.code == "field_closed"

    def test_only_the_one_who_asked_takes_it_and_each_time_is_noted(self, asked, cast, officer):
        with pytest.raises(Refused) as refused:
            services.take_export(export=asked, actor=officer)
        assert refused.value.code == "export_not_ready"
        export = made(asked, cast.director)
        with pytest.raises(NotAllowed):
            services.take_export(export=export, actor=cast.director)
        services.take_export(export=export, actor=officer)
        export.refresh_from_db()
        assert export.taken == 1 and AuditEntry.objects.filter(action="privacy.export_taken").count() == 1

    def test_the_link_ends_and_the_file_goes(self, asked, cast, officer):
        export = made(asked, cast.director)
        path = services.take_export(export=export, actor=officer)
        Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        export.refresh_from_db()
        with pytest.raises(Refused) as refused:
            services.take_export(export=export, actor=officer)
        assert refused.value.code == "export_expired"
        assert end_exports() == 1 and not path.exists() and Export.objects.get().state == "ended"

    def test_marks_of_the_other_formats(self):
        text = marked_csv(["a"], [["1"]], MARK).decode("utf-8-sig")
        assert text.splitlines()[0].startswith("# ") and "回访 & 核实" in text.splitlines()[0]
        crafted = Watermark('王班长,=HYPERLINK("http://evil.example"),', "2026-09-01", "一\n=1+1")
        told = csv.reader(io.StringIO(marked_csv(["a"], [["1"]], crafted).decode("utf-8-sig"), newline=""))
        assert [len(row) for row in told] == [1, 1, 1], "no name makes a cell or a row of its own"
        assert typst_mark(MARK).startswith("#set page(background:")
        book = openpyxl.load_workbook(io.BytesIO(marked_workbook(["a"], [["=1+1"]], MARK)))
        assert book["明细"]["A2"].value == "=1+1" and book["明细"]["A2"].data_type == "s"


def test_a_masked_export_shows_nothing(records):
    """The scan that looks for leaks in exports finds none in masked texts and all in raw ones."""
    from bihuan.engine.facts.privacy import mask_text

    raw = f"客户{NAME}，电话{PHONE}"
    assert scan_text(mask_text(raw)) == [] and {leak.kind for leak in scan_text(raw)} == {"name", "mobile"}
