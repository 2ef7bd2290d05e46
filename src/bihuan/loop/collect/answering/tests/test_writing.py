"""Killed at any point, no answer is lost and none is in the lake twice; and what was taken back is gone from it."""

import pytest
from django.test import Client

from bihuan.core.jobs import JobRetry
from bihuan.core.models import AuditEntry
from bihuan.engine.facts import importing, journal, store
from bihuan.loop.collect.answering import services
from bihuan.loop.collect.answering.models import Dispatch, Draft, Response, Reward, Writing
from bihuan.loop.collect.answering.sealing import unseal
from bihuan.loop.collect.answering.services import erase_customer, flush, retry_failed
from bihuan.loop.collect.answering.tests.conftest import ALL, answers_in, hidden

WRITING = "bihuan.loop.collect.answering.services.writing"


class Killed(BaseException):
    """Stands for kill -9 at one place: nothing of the product catches it."""


@pytest.fixture
def answered(walk, wave, site):
    """Five responses that wait."""
    token = site(wave).token
    for number in range(5):
        walk(token, {"overall": "4", "channel": "online"}, {"open": f"回答 {number}"}, using=Client())
    return wave


@pytest.mark.parametrize("seam", ["before the import", "written, facts not derived", "written, not marked",
                                  "marked in part"])
def test_the_next_run_does_what_is_left(answered, workspace_home, monkeypatch, seam):
    with monkeypatch.context() as patch:
        def die(*args, **more):
            raise Killed

        patch.setattr({"before the import": "bihuan.engine.facts.importing.import_rows",
                       "written, facts not derived": "bihuan.engine.facts.freshness.derive.refresh",
                       "written, not marked": f"{WRITING}._mark",
                       "marked in part": "bihuan.core.audit.record"}[seam], die)
        with pytest.raises(Killed):
            flush()
    assert Response.objects.filter(state="writing").count() == 5 and Writing.objects.filter(ended_at=None).count() == 1
    flush()
    found = answers_in(workspace_home)
    assert len({key[0] for key in found}) == 5 and len(journal.batches(workspace_home)) == 1
    assert set(Response.objects.values_list("state", flat=True)) == {"stored"}
    assert AuditEntry.objects.filter(action="collect.responses_stored").count() == 1
    assert flush() == {"responses": 0, "batches": 0}


def test_a_bad_response_does_not_hold_up_the_others(cast, answered, workspace_home, monkeypatch):
    real, bad = importing.import_rows, str(Response.objects.first().pk)

    def stumble(home, table, rows, **more):
        if any(bad in row["id"] for row in rows):
            raise ZeroDivisionError("what somebody answered")
        return real(home, table, rows, **more)

    monkeypatch.setattr(importing, "import_rows", stumble)
    for _ in range(6):
        flush()
    assert sorted(Response.objects.values_list("state", flat=True)) == ["failed", *["stored"] * 4]
    assert "answered" not in Response.objects.get(pk=bad).problem
    monkeypatch.setattr(importing, "import_rows", real)
    assert retry_failed(wave=answered.pk, actor=cast.manager) == 1
    flush()
    assert len({key[0] for key in answers_in(workspace_home)}) == 5


def test_a_full_disk_costs_no_attempt(answered, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(importing, "import_rows", lambda *args, **more: (_ for _ in ()).throw(OSError(28, "no space")))
        for _ in range(6):
            with pytest.raises(JobRetry):
                flush()
    assert set(Response.objects.values_list("attempts", flat=True)) == {0}
    assert flush()["responses"] == 5


def test_answers_are_sealed_in_the_database(answered):
    response = Response.objects.first()
    assert "回答".encode() not in bytes(response.sealed) and "回答" in str(unseal(response.sealed))


def test_a_customer_takes_their_answers_back(client, walk, wave, invite, workspace_home):
    token = invite(wave)
    walk(token, {"overall": "1", "channel": "online", "overall-Comment": "张三很慢"}, {"open": "太慢"})
    flush()
    page = client.get(f"/a/{token}/")
    assert "撤回我的答案" in page.content.decode()
    field = page.content.decode().split('name="_form" value="')[1].split('"')[0]
    assert client.post(f"/a/{token}/withdraw/", {"_form": "forged"}).status_code == 404
    assert "已撤回" in client.post(f"/a/{token}/withdraw/", {"_form": field}).content.decode()
    assert Response.objects.get().status == "withdrawn" and flush()["responses"] == 1
    assert set(answers_in(workspace_home).values()) == {(None, None, "withdrawn")}
    assert "已撤回" in client.get(f"/a/{token}/").content.decode()


def test_what_was_taken_back_while_it_was_written_is_written_over(walk, wave, invite, workspace_home, monkeypatch):
    walk(invite(wave), *ALL)
    real = importing.import_rows

    def meanwhile(*args, **more):
        done = real(*args, **more)
        services.withdraw(invitation=Response.objects.get().invitation_id)
        return done

    with monkeypatch.context() as patch:
        patch.setattr(importing, "import_rows", meanwhile)
        flush()
    flush()
    assert set(answers_in(workspace_home).values()) == {(None, None, "withdrawn")}


def test_a_deleted_customer_leaves_no_answer_here(walk, wave, invite, workspace_home):
    walk(invite(wave, "K1"), *ALL)
    walk(invite(wave, "K2"), ALL[0])
    flush()
    assert erase_customer("K1") == {"responses": 1, "drafts": 0, "unsent": 0}
    assert erase_customer("K2") == {"responses": 0, "drafts": 1, "unsent": 0}
    assert not Draft.objects.exists() and Response.objects.get().status == "withdrawn"
    flush()
    assert {row[:2] for row in answers_in(workspace_home).values()} == {(None, None)}


def test_rewards_of_named_customers_are_in_the_ledger_and_lead_to_no_answer(cast, walk, wave, invite):
    Dispatch.objects.create(wave=wave, reward=True)
    text = walk(invite(wave, "K1"), *ALL).content.decode()
    code = text.split('class="code">')[1].split("<")[0]
    flush()
    line = Reward.objects.get()
    assert (line.customer, line.state) == ("K1", "promised")
    assert services.give_reward(wave=wave.pk, code=code, actor=cast.manager) == line
    assert Reward.objects.get().state == "given"


def test_an_answer_entered_for_a_customer_says_by_whom(cast, wave, workspace_home):
    """R10."""
    response = services.submit_for(
        wave=wave.pk, customer="K1", answers={"overall": 4, "channel": "phone"}, actor=cast.manager, case="desk:1",
        agent="a1", permission="collect.send_surveys")
    assert response.entered_by == f"user:{cast.manager.pk}" and response.channel == "phone"
    flush()
    with store.connect(workspace_home) as con:
        assert con.execute("SELECT DISTINCT entered_by, channel, \"case\" FROM answers").fetchall() == [
            (f"user:{cast.manager.pk}", "phone", "desk:1")]
    with pytest.raises(services.Refused, match="已经答过"):
        services.submit_for(wave=wave.pk, customer="K1", answers={"overall": 4, "channel": "phone"}, case="desk:1",
                            actor=cast.manager, permission="collect.send_surveys")


def test_nobody_rates_their_own_case(cast, wave):
    cast.manager.agent_id = "a1"
    with pytest.raises(services.Refused, match="自己"):
        services.submit_for(wave=wave.pk, customer="K1", answers={"overall": 5, "channel": "phone"}, agent="a1",
                            actor=cast.manager, permission="collect.send_surveys")


def test_the_form_is_not_lost_by_a_second_tab(client, walk, wave, site):
    token = site(wave).token
    one, other = client.get(f"/a/{token}/"), client.get(f"/a/{token}/")
    assert hidden(one)["_form"] != hidden(other)["_form"]
