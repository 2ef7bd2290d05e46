"""One click files a closed verdict: five parts, nobody's personal data, found in Chinese, whole until deleted."""

import csv
import hashlib
import io
import json
import os
import zipfile
from dataclasses import asdict
from datetime import date, timedelta

import pytest
import xlsxwriter

from bihuan.core.jobs import cancel, run_pending
from bihuan.core.models import AuditEntry, Job
from bihuan.core.privacy.errors import Refused as PrivacyRefused
from bihuan.core.rights import NotAllowed, SystemActor
from bihuan.engine.effects.bundle import PARTS, check_bundle
from bihuan.engine.effects.courses import Beside, Moved
from bihuan.engine.home import publish
from bihuan.engine.text.folding import fold
from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.services import add_evidence
from bihuan.loop.learn.archives import services
from bihuan.loop.learn.archives.errors import Refused
from bihuan.loop.learn.archives.models import Archive
from bihuan.loop.learn.archives.queries.lists import Filters, found_for, shown_excerpt
from bihuan.loop.learn.archives.services.making import folder, strays
from bihuan.loop.learn.archives.services.parts import Parts, questionnaires, write_questionnaires
from bihuan.loop.verify.callbacks.models import Round, Target

from .world import closed_verdict

SYSTEM = SystemActor("test")
RULE = {"indicator": "fcr_flag", "version": "1", "where": "unit = n1", "against": "unit = n2", "start": "2025-06-01",
        "end": "2025-07-06", "failing": {"code": "missed", "limit": None}}
NOBODY = asdict(Beside(*[Moved(0, 0, 0, None, None, None, 0, True)] * 2, None, None, None, "none", True)) | {
    "version": "1", "days": 28}
RESULT = {"recurrence": NOBODY, "churn": NOBODY, "score": {
    "verdict": "cannot_tell", "effect": 2.0, "low": 1.5, "high": 2.5, "reason": "no_comparators", "n_touched": 12,
    "n_others": 0, "need": None}}


def contents(archive):
    with zipfile.ZipFile(folder() / archive.file) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def table(raw):
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_bundle_has_the_five_parts_and_gives_the_verdict_again(filed, closed):
    assert filed.state == "ready" and filed.word == "effective"
    held = contents(filed)
    assert {name.split("/")[0] for name in held} == {*PARTS, "manifest.json"}
    found = check_bundle(folder() / filed.file, filed.fingerprint)
    assert found.intact and found.equal
    assert [found.found[name] for name in ("verdict", "effect", "low", "high")] == [
        closed.result[name] for name in ("verdict", "effect", "low", "high")]
    manifest = json.loads(held["manifest.json"])
    assert manifest["measure"] == "M-0001" and set(manifest["definitions"]) == {"fcr_flag"}
    series = table(held["数据统计表/分期数值.csv"])
    told = closed.evidence
    assert len(series) - 1 == len(told["series"]["starts"]) + len(told["against"]["starts"])
    assert "M-0001" in held["改进措施清单/改进措施.csv"].decode("utf-8-sig")
    assert "签到表.txt" in held["执行记录/证明材料.csv"].decode("utf-8-sig")
    report = held["效果评估报告/效果评估报告.txt"].decode()
    assert "有效" in report and "个百分点" in report and "照此保持" in report


def test_answers_come_without_identity_and_words(closed, answers, cast):
    made = services.start_archive(verdict=closed, actor=cast.manager)
    run_pending()
    held = contents(Archive.objects.get(pk=made.pk))
    name = "原始问卷/after_call/答卷.csv"
    rows = table(held[name])
    assert len(rows) == 7 and {row[0] for row in rows[1:]} == {f"R{number:06d}" for number in range(1, 7)}
    assert sorted(row[3] for row in rows[1:])[-1] == str(len("还有可能是定期检修，请拨 13800138000"))
    for raw in held.values():
        assert b"13800138000" not in raw and "定期检修".encode() not in raw
    assert "P3" not in held[name].decode() and "C7" not in held[name].decode()


def test_few_answers_are_not_kept(closed, answers, cast, world, tmp_path):
    publish(world, workspace={"minimum_n": 10})
    parts = Parts(tmp_path / "parts", closed, cast.director)
    write_questionnaires(parts)
    assert [path.name for path in (tmp_path / "parts").rglob("*.*")] == ["说明.txt"]
    assert "不足 10 份" in parts.texts[0]


def test_of_an_anonymous_wave_a_response_says_its_answers_alone():
    lines = [{"respondent": f"P{number}", "question": name, "value": 4.0, "letters": None, "day": "2025-06-02",
              "channel": "qr" if number == 3 else "link", "status": "late" if number == 6 else "valid"}
             for number in range(7) for name in ("overall", "_seconds")]
    told = questionnaires._nameless(lines, 5)
    assert [row["respondent"] for row in told] == [f"P{number}" for number in range(6)]
    assert {(row["question"], row["day"], row["channel"]) for row in told} == {("overall", None, None)}
    assert not questionnaires._nameless(lines, 7)


def test_what_people_wrote_is_masked(closed, cast):
    Measure.objects.filter(pk=closed.measure_id).update(plan="先回电 13912345678 再演练", outcome="=1+1")
    closed.measure.refresh_from_db()
    made = services.start_archive(verdict=closed, actor=cast.manager)
    run_pending()
    row = Archive.objects.get(pk=made.pk)
    assert "再演练" in row.text and "13912345678" not in row.text
    assert all(b"13912345678" not in raw for raw in contents(row).values())


@pytest.fixture
def proofs(closed, cast, world, tmp_path):
    """One proof of each kind: clean, with a telephone, a sheet with one, a picture confirmed and one not."""
    with xlsxwriter.Workbook(tmp_path / "s.xlsx") as book:
        book.add_worksheet().write(0, 0, "请拨 13912345678")
    Measure.objects.filter(pk=closed.measure_id).update(state="done")
    made = {}
    for name, raw, is_free in (("a.txt", "培训四次".encode(), False), ("b.csv", "客户电话 13912345678".encode(), False),
                               ("s.xlsx", (tmp_path / "s.xlsx").read_bytes(), False), ("p.jpg", b"\xff\xd8", True),
                               ("q.pdf", b"%PDF 13912345678", False)):
        made[name] = add_evidence(measure=closed.measure, kind="other", name=name, parts=[raw], is_free=is_free,
                                  actor=cast.manager)
    return made


def test_proof_comes_as_it_is_masked_or_not_at_all(closed, cast, proofs):
    made = services.start_archive(verdict=closed, actor=cast.manager)
    run_pending()
    row = Archive.objects.get(pk=made.pk)
    held = contents(row)
    told = {line[1]: line for line in table(held["执行记录/证明材料.csv"])[1:]}
    assert [told[name][5][:4] for name in ("a.txt", "b.csv", "s.xlsx", "p.jpg", "q.pdf")] == [
        "原样装入", "遮蔽后装", "未装入：", "原样装入", "未装入："]
    for name in ("a.txt", "b.csv", "p.jpg"):
        raw = held[f"执行记录/{told[name][6]}"]
        assert hashlib.sha256(raw).hexdigest() == told[name][7] and told[name][3] == proofs[name].sha256
        assert (told[name][7] == told[name][3]) == (name != "b.csv")
    assert all(b"13912345678" not in raw for raw in held.values())
    found = check_bundle(folder() / row.file, row.fingerprint)
    assert found.intact and found.equal
    with pytest.raises(PrivacyRefused):     # a picture rests on somebody's word: a second person has to agree
        services.take_archive(archive=row, actor=cast.director)
    assert services.take_archive(archive=row, actor=cast.director, approved=True).is_file()


def test_what_customers_said_when_called_comes_without_who_they_are(closed, cast):
    row = Round.objects.create(
        measure=closed.measure, unit_code="n1", state="concluded", opened_by=cast.manager, rule=RULE, result=RESULT)
    for number in range(12):
        Target.objects.create(round=row, customer=f"CUSTOMER-{number}", group="affected", state="done", score_before=2,
                              score=4, improve="yes", opinion="不要再打", first_at=closed.accepted_at)
    made = services.start_archive(verdict=closed, actor=cast.manager)
    run_pending()
    held = contents(Archive.objects.get(pk=made.pk))
    marks = table(held[f"效果评估报告/回访评分-{row.number}.csv"])
    assert len(marks) == 13 and marks[1][1:] == ["受影响客户", "2.0", "4", "是", "4"]
    shown = table(held["效果评估报告/客户回访.csv"])
    assert [line[2] for line in shown[1:3]] == ["受影响客户", "对照客户"] and "不足" in shown[2][4]
    assert all(b"CUSTOMER-" not in raw and "不要再打".encode() not in raw for raw in held.values())


def test_two_characters_inside_a_sentence_are_found(filed, cast):
    """EXPECTATIONS R15: 可能 finds 还有可能是定期检修; 測試 and 测试 find each other."""
    text = "该时段还有可能是定期检修，fcr 测试"
    Archive.objects.filter(pk=filed.pk).update(text=text, folded=fold(text))
    filed.refresh_from_db()
    for asked in ("可能", "還有可能", "还有可能 检修", "ＦＣＲ", "測試"):
        assert [one.pk for one in found_for(cast.manager, Filters(words=asked))] == [filed.pk], asked
        assert any(hit for _, hit in shown_excerpt(filed, asked)), asked
    assert not found_for(cast.manager, Filters(words="没有这个词"))


def test_it_is_filed_by_quarter_and_line_and_may_be_moved(filed, closed, cast):
    """The work ended in July 2025; the verdict was closed, and filed, long after."""
    assert filed.line == "北方中心" and filed.quarter == "2025-Q3" and closed.accepted_at.year > 2025
    services.file_under(archive=filed, quarter="2025-Q4", line="在线", actor=cast.manager)
    assert found_for(cast.manager, Filters(quarter="2025-Q4", line="在线", word="effective")).count() == 1
    with pytest.raises(Refused, match="2026-Q4"):
        services.file_under(archive=filed, quarter="2025Q3", line="在线", actor=cast.manager)
    with pytest.raises(NotAllowed):
        services.file_under(archive=filed, quarter="2025-Q3", line="在线", actor=cast.leader)


def test_only_a_closed_verdict_is_filed_and_only_once(closed, cast):
    services.start_archive(verdict=closed, actor=cast.manager)
    with pytest.raises(Refused, match="已经归档"):
        services.start_archive(verdict=closed, actor=cast.manager)
    with pytest.raises(Refused, match="请先在效果结论页关闭"):
        services.start_archive(verdict=closed_verdict(cast, number=2, accepted=False), actor=cast.manager)
    with pytest.raises(NotAllowed):
        services.start_archive(verdict=closed, actor=cast.leader)


def test_a_cancelled_job_leaves_nothing_and_may_be_asked_for_again(closed, cast, monkeypatch):
    first = services.start_archive(verdict=closed, actor=cast.manager)
    cancel(job=Job.objects.get(pk=first.job), actor=cast.manager)
    again = services.start_archive(verdict=closed, actor=cast.manager)
    assert again.pk == first.pk and again.job != first.job
    monkeypatch.setattr("bihuan.core.jobs.handle.JobHandle.cancelled", lambda self: True)
    run_pending()
    again.refresh_from_db()
    assert again.state == "failed" and not list(folder().glob("*.zip"))
    monkeypatch.undo()
    late = services.start_archive(verdict=closed, actor=cast.manager)
    run_pending()
    services.make_archive(archive=late, progress=lambda *_: None)  # a worker that was given up comes to its end
    assert Archive.objects.filter(state="ready").count() == 1 and len(list(folder().iterdir())) == 1


def test_damage_is_noticed_told_and_not_handed_out(filed, cast):
    path = folder() / filed.file
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as bundle, zipfile.ZipFile(path.with_suffix(".new"), "w") as other:
        for name in bundle.namelist():
            other.writestr(name, bundle.read(name) + (b" " if name.startswith("执行记录/实施") else b""))
    path.with_suffix(".new").replace(path)
    services.check_archive(archive=filed, actor=cast.manager)
    filed.refresh_from_db()
    assert filed.faults == [{"file": "执行记录/实施情况.txt", "fault": "changed"}]
    with pytest.raises(Refused, match="不符"):
        services.take_archive(archive=filed, actor=cast.manager)
    assert [one.pk for one in services.verify_all(actor=SYSTEM, progress=lambda *_: None)] == [filed.pk]
    path.write_bytes(raw)
    assert services.check_archive(archive=filed, actor=cast.manager).faults == []
    path.unlink()
    assert services.check_archive(archive=filed, actor=cast.manager).faults[0]["fault"] == "gone"


def test_its_time_passes_and_leaves_a_proof(filed, cast):
    with pytest.raises(NotAllowed):
        services.save_rule(kept=1, actor=cast.manager)
    services.save_rule(kept=12, actor=cast.director)
    filed.refresh_from_db()
    assert filed.keep_until > date.today() + timedelta(days=350)
    assert services.delete_expired(actor=SYSTEM) == 0
    Archive.objects.filter(pk=filed.pk).update(keep_until=date(2026, 1, 1))
    for left in (filed.file, "left.zip"):
        (folder() / left).touch()
        os.utime(folder() / left, (0, 0))
    assert services.delete_expired(actor=SYSTEM) == 1
    filed.refresh_from_db()
    assert filed.state == "deleted" and filed.sha256 and not filed.text and not list(folder().glob("*.zip"))
    swept = AuditEntry.objects.filter(action="learn.archive_strays_swept")
    assert [path.name for path in strays().iterdir()] == ["left.zip"] and swept.get().data["files"] == 1
    os.utime(strays() / "left.zip", (0, 0))     # nobody wanted it back within its month
    assert services.delete_expired(actor=SYSTEM) == 0 and not list(strays().iterdir())
    assert swept.latest("seq").data == {"files": 0, "removed": 1}
    entry = AuditEntry.objects.get(action="learn.archives_deleted")
    assert entry.seq == filed.audit_seq and entry.merkle_root
    assert services.start_archive(verdict=filed.verdict, actor=cast.manager).pk != filed.pk
