"""Feedback: what anybody may send, what the receipt shows, and what staff do with it (59, 60)."""

import re
import shutil
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice, Receipt
from bihuan.core.privacy.models import Reveal
from bihuan.engine.facts import importing, store
from bihuan.engine.home import open_home
from bihuan.loop.collect.conversations.models import Tag
from bihuan.loop.collect.voices import receipts, services
from bihuan.loop.collect.voices.models import Attachment, Feedback, FeedbackForm
from bihuan.loop.collect.voices.services import feedback as work
from bihuan.loop.collect.voices.services.files import file_of
from bihuan.loop.collect.voices.tests.conftest import OPENED, person, refused

TEXT = "我上周申请退款到现在还没有到账，打了三次电话每次都说再等三天，我的手机是13800138007"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def at(name, *args):
    return reverse(f"voices:{name}", args=args)


@pytest.fixture
def form(cast):
    made = FeedbackForm(name="官网", title="意见与建议", notice="{company}怎样使用您的信息")
    return services.save_form(form=made, unit_code="north", actor=cast.manager)


@pytest.fixture
def officer(cast):
    """Handles all feedback and may see personal data."""
    return person("officer", "complaint_officer")


def field(page):
    return re.search(r'name="_form" value="([^"]+)"', page.content.decode())[1]


def send(client, form, *, wait=True, files=(), **typed):
    """Fill in the public form as a person does; returns the answer."""
    shown = field(client.get(at("give", form.token)))
    if wait:
        shown = _older(form)
    return client.post(at("give", form.token), {
        "_form": shown, "kind": "complaint", "text": TEXT, "files": list(files), **typed})


def _older(form, seconds=60):
    from django.core import signing

    return signing.dumps([form.token, receipts.secrets.token_hex(8), int(timezone.now().timestamp()) - seconds],
                         salt=receipts.SALT)


def receipt_of(answer):
    return re.search(r'id="receipt">([^<]+)<', answer.content.decode())[1]


class TestThePublicForm:
    def test_it_is_kept_sealed_and_follows_nobody(self, client, form):
        answer = send(client, form, contact="13800138007", name="王七")
        assert answer.status_code == 200 and not answer.cookies and receipt_of(answer).startswith("FB")
        found = Feedback.objects.get()
        assert (found.channel, found.source, found.unit_code, found.is_suspect) == ("online", "form", "north", False)
        kept = " ".join(str(value) for value in Feedback.objects.values().get().values())
        assert "退款" not in kept and "13800138007" not in kept and receipt_of(answer)[-4:] not in found.secret_hash

    def test_those_who_handle_it_are_told_without_its_words(self, client, form, officer, cast):
        send(client, form, text="退款太慢，13800138007", website="")
        notice = Notice.objects.get(event="feedback_new")
        assert notice.title == f"收到客户反馈 {Feedback.objects.get().number}" and notice.text == ""
        told = set(Receipt.objects.filter(notice=notice).values_list("user__username", flat=True))
        assert officer.username in told and not {"outsider", "nobody", "vendor"} & told
        send(client, form, website="x.example")
        assert Notice.objects.filter(event="feedback_new").count() == 1

    def test_looking_creates_nothing_and_a_form_counts_once(self, client, form):
        for _ in range(20):
            shown = field(client.get(at("give", form.token)))
        typed = {"_form": shown, "kind": "praise", "text": "很好"}
        client.post(at("give", form.token), typed)
        again = client.post(at("give", form.token), typed)
        assert Feedback.objects.count() == 1 and "之前已经收到" in again.content.decode()

    def test_a_field_of_another_form_or_none_keeps_what_was_typed(self, client, form):
        page = client.post(at("give", form.token), {"kind": "praise", "text": "服务周到"})
        assert page.status_code == 422 and "服务周到" in page.content.decode() and not Feedback.objects.exists()

    @pytest.mark.parametrize("typed", [
        {"website": "x.example"}, {"text": "http://a http://b http://c"}, {"wait": False}])
    def test_what_looks_like_a_machine_is_kept_apart(self, client, form, officer, typed):
        assert send(client, form, **typed).status_code == 200
        assert Feedback.objects.get().is_suspect
        client.force_login(officer)
        assert "这里没有反馈" in client.get(at("inbox")).content.decode()
        assert "疑似垃圾" in client.get(at("inbox"), {"state": "suspect"}).content.decode()

    def test_so_many_a_moment_and_a_day(self, client, form, monkeypatch):
        monkeypatch.setattr(work, "AT_ONCE", 1)
        send(client, form)
        assert send(client, form).status_code == 422
        monkeypatch.setattr(work, "AT_ONCE", 1000)
        monkeypatch.setattr(work, "A_DAY", 1)
        assert "提交的人太多" in send(client, form).content.decode() and Feedback.objects.count() == 1

    def test_only_named_websites_embed_it_and_an_idle_one_takes_nothing(self, client, form, cast):
        assert client.get(at("give", form.token))["X-Frame-Options"] == "DENY"
        services.save_form(form=form, origins=["https://www.example.com"], actor=cast.manager)
        page = client.get(at("give", form.token))
        assert "frame-ancestors https://www.example.com" in page["Content-Security-Policy"]
        services.save_form(form=form, is_active=False, actor=cast.manager)
        assert send_to_idle(client, form) == 410 and client.get(at("give", "nothing")).status_code == 404

    @pytest.mark.parametrize("name,content,told", [
        ("a.exe", PNG, "不是可以接收的文件"), ("a.png", b"<script>", "不是可以接收的文件"),
        ("a.png", PNG + b"0" * 5_300_000, "超过")])
    def test_files_are_what_they_are_called_and_not_too_large(self, client, form, name, content, told):
        page = send(client, form, files=[SimpleUploadedFile(name, content)])
        assert page.status_code == 422 and told in page.content.decode()
        assert not Feedback.objects.exists() and not Attachment.objects.exists()

    def test_a_file_is_kept_with_its_hash_and_its_opening_noted(self, client, form, officer):
        send(client, form, files=[SimpleUploadedFile("13800138007.png", PNG)])
        one = Attachment.objects.get()
        assert (one.media, one.size) == ("image/png", len(PNG)) and "13800138007" not in one.name
        client.force_login(officer)
        there = client.get(at("feedback_attachment", one.feedback_id, one.pk))
        assert b"".join(there.streaming_content) == PNG and there["Content-Disposition"].startswith("attachment")
        assert AuditEntry.objects.filter(action="collect.voice_file_opened").count() == 1


def send_to_idle(client, form):
    return client.post(at("give", form.token), {"_form": _older(form), "kind": "praise", "text": "好"}).status_code


class TestTheReceipt:
    def test_who_holds_it_follows_and_nobody_else(self, client, form, officer):
        code = receipt_of(send(client, form))
        assert client.post(at("follow"), {"receipt": code[:-1] + "?"}).status_code == 422
        wrong = code[:-4] + ("AAAA" if not code.endswith("AAAA") else "BBBB")
        assert "没有这个回执号" in client.post(at("follow"), {"receipt": wrong}).content.decode()
        shown = client.post(at("follow"), {"receipt": code.lower().replace("-", "")}).content.decode()
        assert "待办理" in shown and "退款" not in shown
        services.answer_feedback(feedback=Feedback.objects.get(), reply="款项已于今日退回", actor=officer)
        assert "款项已于今日退回" in client.post(at("follow"), {"receipt": code}).content.decode()

    def test_taking_it_back_deletes_words_and_files(self, client, form):
        code = receipt_of(send(client, form, contact="13800138007", files=[SimpleUploadedFile("a.png", PNG)]))
        where = file_of(Attachment.objects.get())
        assert where.exists()
        assert "已撤回" in client.post(at("follow"), {"receipt": code, "act": "withdraw"}).content.decode()
        found = Feedback.objects.get()
        assert (found.sealed, found.sketch, found.contact_mark, found.state) == (None, [], "", "withdrawn")
        assert not where.exists()

    def test_what_was_kept_long_enough_goes_by_itself(self, client, form):
        send(client, form)
        Feedback.objects.update(received_at=timezone.now() - timedelta(days=24 * 31))
        assert services.sweep_feedback() == 1 and Feedback.objects.get().sealed is None


class TestTheInbox:
    def test_words_are_masked_until_somebody_gives_a_reason(self, client, form, officer):
        send(client, form, contact="13800138007")
        client.force_login(officer)
        found = Feedback.objects.get()
        for page in (client.get(at("inbox")), client.get(at("feedback", found.pk))):
            assert "退款" in page.content.decode() and "13800138007" not in page.content.decode()
        shown = client.post(at("feedback_reveal", found.pk), {"reason": "联系客户核实"})
        assert "13800138007" in shown.content.decode() and Reveal.objects.get().object_id == found.number

    def test_what_is_said_again_is_shown_beside_it(self, client, form, officer):
        for text, contact in ((TEXT, ""), (TEXT + "，请尽快", ""), ("包装破了", "a@b.example"),
                              ("发票开错", "A@b.example")):
            send(client, form, text=text, contact=contact)
        client.force_login(officer)
        rows = list(Feedback.objects.order_by("pk"))
        page = client.get(at("feedback", rows[1].pk)).content.decode()
        assert rows[0].number in page and rows[2].number not in page
        assert "同一联系方式" in client.get(at("feedback", rows[3].pk)).content.decode()
        client.post(at("feedback_file", rows[1].pk), {"duplicate": rows[0].number})
        rows[1].refresh_from_db()
        assert (rows[1].state, rows[1].duplicate_of) == ("filed", rows[0])
        client.post(at("feedback_reopen", rows[1].pk))
        rows[1].refresh_from_db()
        assert (rows[1].state, rows[1].duplicate_of) == ("new", None)

    def test_staff_enter_what_they_heard_with_its_channel(self, client, officer):
        client.force_login(officer)
        page = client.post(at("feedback_new"), {
            "channel": "social", "kind": "complaint", "text": "微博上说客服推诿", "received_at": "2026-11-01T10:00",
            "unit_code": "north"}, follow=True)
        assert "回执号：FB" in page.content.decode()
        found = Feedback.objects.get()
        assert (found.channel, found.source, found.entered_by) == ("social", "staff", officer)
        assert found.number in client.get(at("inbox"), {"state": "new", "channel": "social"}).content.decode()
        assert found.number not in client.get(at("inbox"), {"state": "new", "channel": "phone"}).content.decode()

    def test_filing_needs_a_reason_and_tags_are_those_of_conversations(self, client, form, officer):
        send(client, form)
        found, tag = Feedback.objects.get(), Tag.objects.create(name="等待过久")
        client.force_login(officer)
        assert client.post(at("feedback_file", found.pk), {}).status_code == 422
        client.post(at("feedback_tag", found.pk), {"kind": "question", "tags": [tag.pk]})
        assert "等待过久" in client.get(at("inbox"), {"state": "new", "tag": tag.pk}).content.decode()
        client.post(at("feedback_file", found.pk), {"spam": "on"})
        found.refresh_from_db()
        assert (found.state, found.kind) == ("spam", "question")
        with refused("feedback_closed"):
            services.answer_feedback(feedback=found, reply="x", actor=officer)

    def test_outsiders_find_nothing(self, client, form, cast, officer):
        send(client, form)
        pk = Feedback.objects.get().pk
        south = person("south_manager", "manager", "south")
        for user in (cast.outsider, cast.agent, cast.nobody, south):
            client.force_login(user)
            assert client.get(at("feedback", pk)).status_code == 404
            for act in ("reveal", "case", "answer", "tag", "file", "reopen"):
                assert client.post(at(f"feedback_{act}", pk)).status_code == 404
            for page in ("form_edit", "form_code"):
                assert client.get(at(page, form.pk)).status_code == 404
        assert "这里没有反馈" in _as(south, at("inbox"))
        for user in (cast.outsider, cast.nobody):
            client.force_login(user)
            for page in ("inbox", "feedback_new", "form_list", "form_new"):
                assert client.get(at(page)).status_code == 404

    def test_the_keeper_makes_a_form(self, client, cast):
        client.force_login(cast.manager)
        typed = {"name": "门店", "title": "说两句", "notice": "告知", "unit_code": "north", "kept_months": 12,
                 "is_active": "on", "origins": "http://a.example"}
        assert client.post(at("form_new"), typed).status_code == 422
        assert client.post(at("form_new"), {**typed, "origins": "https://a.example"}).status_code == 302
        made = FeedbackForm.objects.get()
        assert made.token in client.get(at("form_list")).content.decode()
        assert b"<svg" in client.get(at("form_code", made.pk)).content
        assert client.post(at("form_new"), {**typed, "origins": "", "unit_code": "south"}).status_code == 422


def _as(user, address):
    other = Client()
    other.force_login(user)
    return other.get(address).content.decode()


class TestTheRecords:
    @pytest.fixture
    def place(self, built, tmp_path, settings):
        """A workspace of one's own: these tests write into it."""
        shutil.copytree(built.path, tmp_path / "home")
        settings.BIHUAN_HOME = tmp_path / "home"
        return open_home(settings.BIHUAN_HOME)

    def test_feedback_becomes_a_case_by_the_normal_import(self, client, form, officer, place):
        send(client, form)
        found = Feedback.objects.get()
        client.force_login(officer)
        typed = {"kind": "complaint", "topic": "退款", "customer": "K3", "unit_code": "north"}
        assert client.post(at("feedback_case", found.pk), typed).status_code == 302
        found.refresh_from_db()
        with store.connect(place) as con:
            row = con.execute("SELECT customer, kind, topic, unit, channel FROM cases WHERE id = ?",
                              [found.case]).fetchone()
            said = con.execute('SELECT text, sender_kind FROM messages WHERE "case" = ?', [found.case]).fetchone()
        assert row == ("K3", "complaint", "退款", "north", "online")
        assert said == (TEXT, "customer")
        assert found.state == "case" and found.case_written_at and services.write_cases() == 0
        with refused("is_case"):
            services.withdraw_feedback(feedback=found)

    def test_comments_of_surveys_come_in_once_and_their_words_stay_in_the_records(self, cast, officer, place):
        assert services.gather_comments() == 0
        importing.import_rows(place, "answers", [
            {"id": f"t:{at}#{name}", "case": f"t:{at}", "customer": f"K{at}", "question": name, "metric": "other",
             "text": text, "at": OPENED, "channel": "phone", "status": status}
            for at, name, text, status in (
                (3, "open", "回电慢了一天", "valid"), (3, "overall", "一直没人回", "valid"),
                (4, "_device", "abcdefgh", "valid"),
                (5, "open", "试一试而已", "test"), (6, "open", "好", "valid"))], source="t", actor="test")
        assert services.gather_comments() == 1 and services.gather_comments() == 0
        found = Feedback.objects.get()
        assert (found.source, found.channel, found.unit_code, found.sealed) == ("answer", "phone", "n1", None)
        inbox = _as(officer, at("inbox"))
        assert "回电慢了一天" in inbox and "一直没人回" in inbox
        with refused("answer_no_case"):
            services.make_case(feedback=found, kind="complaint", topic="", unit_code="", customer="", actor=officer)
