"""Answers collected elsewhere, from the page: columns, dry run, import, undo; and what 问卷星 pushes."""

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bihuan.core.jobs import run_pending
from bihuan.core.models import AuditEntry
from bihuan.engine.facts import store
from bihuan.loop.collect.answering import services, waves
from bihuan.loop.collect.answering.models import ColumnPlan, Invitation
from bihuan.loop.collect.answering.tests.conftest import answers_in
from bihuan.loop.collect.intake.schemes import wjx_sign
from bihuan.loop.collect.intake.services.hooks import create_hook
from bihuan.loop.collect.intake.services.writing import flush
from bihuan.loop.collect.records.models import Upload
from bihuan.loop.collect.surveys.models import Wave

FILE = """序号,提交答卷时间,所用时间,链接参数,1、总体满意吗？,2、通过什么渠道联系？
1,2024/3/1 9:30:12,75秒,K1,满意,电话
2,2024/3/1 10:02:40,65秒,K8,0,在线
3,2024/3/2 21:15:00,310秒,,9,传真
"""


@pytest.fixture
def manager(client, cast):
    client.force_login(cast.manager)
    return client


def chosen(page, **changes):
    """What the form of the columns holds, with changes."""
    form = page.context["form"]
    return {**{field.html_name: field.value() or "" for field in form}, **changes}


def checked(client, wave, text=FILE, **changes):
    """Send a file, take the columns as proposed and run it dry; returns the upload."""
    file = SimpleUploadedFile("问卷.csv", text.encode())
    sent = client.post(reverse("answering:elsewhere", args=[wave.pk]), {"file": file})
    page = client.get(sent["Location"])
    answer = client.post(sent["Location"], chosen(page, **changes))
    assert answer.status_code == 302, answer.content.decode()
    run_pending()
    return Upload.objects.latest("created_at")


def at(name, wave, upload):
    return reverse(f"answering:elsewhere_{name}", args=[wave.pk, upload.pk])


def test_a_file_goes_from_its_columns_over_a_dry_run_into_the_wave_and_back(
        manager, wave, invite, cast, workspace_home):
    invite(wave, "K1")
    upload = checked(manager, wave)
    page = manager.get(at("check", wave, upload))
    told = {(cell["row"], cell["column"], cell["value"], cell["code"]) for cell in page.context["found"]["cells"]}
    assert told == {(3, "链接参数", "K8", "not_invited"), (3, "1、总体满意吗？", "0", "unknown_code"),
                    (4, "1、总体满意吗？", "9", "unknown_code"), (4, "2、通过什么渠道联系？", "传真", "unknown_code")}
    assert page.context["unmatched"] == 1 and "可用" in page.content.decode() and answers_in(workspace_home) == {}
    fax = next(one for one in page.context["unknown"] if one.code == "传真")
    phone = next(value for value, words in fax.meanings if words == "电话")
    manager.post(at("missing", wave, upload), {"code": ["0", "9", "传真"], "means": ["-", "-", f"={phone}"]})
    run_pending()
    found = manager.get(at("check", wave, upload)).context["found"]
    assert (found["read"], found["accepted"], found["cell_count"]) == (3, 3, 1)
    manager.post(at("import", wave, upload))
    run_pending()
    upload.refresh_from_db()
    answers = answers_in(workspace_home)
    assert answers["care.1.wjx:1", "overall"] == (4.0, None, "valid")
    assert answers["care.1.wjx:3", "channel"] == (None, "电话", "valid")
    assert answers["care.1.wjx:2", "channel"] == (None, "在线", "valid") and ("care.1.wjx:2", "overall") not in answers
    page = manager.get(reverse("answering:elsewhere", args=[wave.pk]))
    assert [(one.source, one.responses) for one in page.context["came"]] == [("care.1.wjx", 3)]
    assert page.context["page"].object_list[0].batch.id == upload.batch
    services.note_answered()
    assert Invitation.objects.get(customer="K1").finished_at is not None
    assert AuditEntry.objects.filter(action="collect.columns_decided").exists()
    manager.post(reverse("records:batch_undo", args=[upload.batch]), {"reason": "试一试"})
    assert answers_in(workspace_home) == {}
    services.note_answered()
    assert Invitation.objects.get(customer="K1").finished_at is None


def test_what_was_answered_after_the_deadline_is_late(manager, wave, workspace_home):
    """Row 3 was submitted at 21:15 on 2 March in Shanghai, an hour after the wave closed."""
    Wave.objects.filter(pk=wave.pk).update(closes_at=datetime(2024, 3, 2, 12, 15, tzinfo=UTC))
    waves.forget()
    manager.post(at("import", wave, checked(manager, wave, missing="0 9")))
    run_pending()
    assert {key[0]: found[2] for key, found in answers_in(workspace_home).items()} == {
        "care.1.wjx:1": "valid", "care.1.wjx:2": "valid", "care.1.wjx:3": "late"}


def test_the_same_file_again_adds_nothing_and_needs_no_matching(manager, wave, workspace_home):
    upload = checked(manager, wave, missing="0 9")
    manager.post(at("import", wave, upload))
    run_pending()
    assert ColumnPlan.objects.get().plan["missing"] == ["0", "9"]
    again = checked(manager, wave)
    assert again.check_result["accepted"] == 0 and again.check_result["unchanged"] == 3


def test_a_file_without_numbers_or_questions_is_refused_with_a_reason(manager, wave):
    file = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    sent = manager.post(reverse("answering:elsewhere", args=[wave.pk]), {"file": file})
    for columns, words in (({}, "答卷编号"), ({"c0": "@id"}, "提交时间"), ({"c0": "@id", "c1": "@at"}, "至少对应一题")):
        answer = manager.post(sent["Location"], columns)
        assert answer.status_code == 422 and words in answer.content.decode(), words


def test_another_persons_file_is_unknown(client, cast, wave, manager):
    upload = checked(manager, wave)
    pages = {at(name, wave, upload): ask for name, ask in (
        ("columns", client.get), ("check", client.get), ("missing", client.post), ("import", client.post))}
    for user in (cast.outsider, cast.director, cast.nobody):
        client.force_login(user)
        assert {page: ask(page).status_code for page, ask in pages.items()} == dict.fromkeys(pages, 404)
    client.logout()
    assert {page: ask(page).status_code for page, ask in pages.items()} == dict.fromkeys(pages, 302)


def test_what_wenjuanxing_pushes_lands_in_the_wave_once(manager, wave, invite, cast, workspace_home, client):
    address = reverse("answering:elsewhere_push", args=[wave.pk])
    assert manager.post(address, chosen(manager.get(address))).status_code == 302
    hook, _secret = create_hook(name="问卷星", scheme="wjx", table="answers", mapping=f"wave-{wave.pk}-push",
                                source="care.1.wjx", secret="k", actor=cast.admin)
    body = {"activity": "77", "name": "满意度", "index": "5", "submittime": "2024-03-01 10:00:00", "timetaken": "62",
            "sojumpparm": "K1", "q1": "2", "q2": "1"}
    push(client, hook, body)
    push(client, hook, body)
    push(client, hook, {**body, "q1": "5"})        # the same answer again: its signature is the same
    forged = client.post(f"/hooks/{hook.address}/", json.dumps({**body, "sign": "0" * 40}),
                         content_type="application/json")
    assert forged.status_code == 401
    flush()
    answers = answers_in(workspace_home)
    assert answers["care.1.wjx:5", "overall"] == (2.0, None, "valid")
    assert answers["care.1.wjx:5", "channel"] == (None, "电话", "valid")
    assert len({respondent for respondent, _question in answers}) == 1
    # K1 is nobody's number as long as nobody invited it.
    assert customers(workspace_home) == {None}
    invite(wave, "K1")
    services.refresh_pushes()
    push(client, hook, {**body, "index": "6"})
    flush()
    assert customers(workspace_home) == {None, "K1"}


def push(client, hook, body):
    signed = {**body, "sign": wjx_sign(body["activity"], body["index"], "k")}
    answer = client.post(f"/hooks/{hook.address}/", json.dumps(signed), content_type="application/json")
    assert answer.status_code == 200, answer.content


def customers(home):
    with store.connect(home) as con:
        return {row[0] for row in con.execute("SELECT DISTINCT customer FROM answers").fetchall()}


def test_the_lines_with_which_qualtrics_explains_its_columns_are_no_answers(manager, wave, workspace_home):
    text = ('StartDate,RecordedDate,ResponseId,Status,Q1\nStart,Recorded,Response,Type,总体满意吗？\n'
            '"{""ImportId"":""a""}","{""ImportId"":""b""}","{""ImportId"":""c""}","{""ImportId"":""d""}",'
            '"{""ImportId"":""QID1""}"\n2024-03-01 09:00:00,2024-03-01 09:02:06,R_1,IP Address,5\n'
            '2024-03-01 09:00:00,2024-03-01 09:03:06,R_2,Survey Preview,1\n')
    upload = checked(manager, wave, text)
    assert (upload.check_result["read"], upload.check_result["cell_count"]) == (2, 0)
    manager.post(at("import", wave, upload))
    run_pending()
    answers = answers_in(workspace_home)
    assert answers["care.1.qualtrics:R_1", "overall"] == (5.0, None, "valid")
    assert answers["care.1.qualtrics:R_2", "overall"] == (1.0, None, "test")
