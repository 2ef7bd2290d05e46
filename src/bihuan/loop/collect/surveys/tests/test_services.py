"""Surveys, versions and waves: who may change them, what is frozen, what comes by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from bihuan.core.models import AuditEntry
from bihuan.core.notifications.models import Notice
from bihuan.core.rights import NotAllowed
from bihuan.core.tests.cast import SYSTEM

from ..contracts import Kind, Mode
from ..errors import SurveyRefused
from ..models import Dimension, Survey, Version, Wave
from ..queries import due_waves, questionnaire_of, wave_info, waves_for
from ..services import (
    archive_survey,
    change_survey,
    change_wave,
    close_wave,
    copy_survey,
    create_survey,
    draft_due_waves,
    draft_of,
    drop_draft,
    load_dimensions,
    move_dimension,
    open_due_waves,
    open_wave,
    plan_wave,
    publish_version,
    save_dimension,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def published(survey, actor):
    return publish_version(version=draft_of(survey=survey, actor=actor), actor=actor)


def test_a_survey_begins_with_a_draft_and_leaves_a_line(survey, cast):
    assert survey.code == f"s{timezone.localtime().year}-1"
    assert survey.versions.get().is_draft and survey.made_by == cast.manager
    assert create_survey(actor=SYSTEM, title="x").code.endswith("-2")
    assert AuditEntry.objects.filter(action="collect.survey_created").count() == 2


def test_nobody_makes_or_changes_a_survey_beyond_their_reach(survey, cast):
    for person in (cast.outsider, cast.leader, cast.agent, cast.nobody):
        with pytest.raises(NotAllowed):
            create_survey(actor=person, title="x", unit_code="n1")
        with pytest.raises(NotAllowed):
            change_survey(survey=survey, actor=person, title="y")
    with pytest.raises(NotAllowed):
        create_survey(actor=cast.manager, title="x", unit_code="s1")
    with pytest.raises(NotAllowed):
        change_survey(survey=survey, actor=cast.manager, unit_code="south")
    with pytest.raises(NotAllowed):
        create_survey(actor=cast.manager, title="x")  # without a unit it is the whole organisation's


def test_an_anonymous_survey_has_no_rule_by_person_or_device(survey, cast):
    changed = change_survey(survey=survey, actor=cast.manager, mode=Mode.ANONYMOUS,
                            rules={"fastest_s": 20, "one_per_device": True, "minimum_n": 8})
    assert changed.rules == {"fastest_s": 20, "one_per_device": False, "one_per_customer": False, "minimum_n": 8}
    assert changed.minimum_n == 8


def test_the_promise_of_identity_cannot_change_after_opening(survey, cast):
    published(survey, cast.manager)
    open_wave(wave=plan_wave(survey=survey, actor=cast.manager), actor=cast.manager)
    with pytest.raises(SurveyRefused, match="原来的承诺"):
        change_survey(survey=survey, actor=cast.manager, mode=Mode.NAMED)
    assert change_survey(survey=survey, actor=cast.manager, title="改名").title == "改名"


def test_a_published_version_is_frozen_and_a_change_begins_a_new_one(survey, cast):
    first = published(survey, cast.manager)
    assert len(first.content_hash) == 64 and first.published_by == cast.manager
    assert publish_version(version=first, actor=cast.manager).published_at == first.published_at
    draft = draft_of(survey=survey, actor=cast.manager)
    assert (draft.number, draft.is_draft, draft.document) == (2, True, first.document)
    assert draft_of(survey=survey, actor=cast.manager) == draft
    assert published(survey, cast.manager).content_hash == first.content_hash
    assert questionnaire_of(first.pk).names == ("q1", "q2")


def test_what_cannot_be_asked_is_not_published(survey, cast):
    draft = survey.versions.get()
    draft.document["pages"][0]["elements"][0]["visibleIf"] = "{q2} = 'x'"
    draft.save()
    with pytest.raises(SurveyRefused) as refused:
        publish_version(version=draft, actor=cast.manager)
    assert [problem.code for problem in refused.value.problems] == ["later"]
    assert survey.versions.get().is_draft


def test_a_draft_can_be_thrown_away_but_not_the_only_version(survey, cast):
    with pytest.raises(SurveyRefused):
        drop_draft(version=survey.versions.get(), actor=cast.manager)
    published(survey, cast.manager)
    drop_draft(version=draft_of(survey=survey, actor=cast.manager), actor=cast.manager)
    assert survey.versions.get().number == 1


def test_waves_are_numbered_and_follow_each_other(survey, cast):
    version = published(survey, cast.manager)
    first = plan_wave(survey=survey, actor=cast.manager, opens_at=NOW, closes_at=NOW + timedelta(days=7))
    second = plan_wave(survey=survey, actor=cast.manager, name="第二季度")
    assert (first.code, second.code, second.previous) == (f"{survey.code}.1", f"{survey.code}.2", first)
    info = wave_info(second.code)
    assert (info, info.previous_code, info.version_id) == (wave_info(second.pk), first.code, version.pk)
    assert (info.title, info.mode, info.minimum_n, info.unit_code) == ("客户满意度调查", "confidential", 5, "north")
    assert wave_info("none.1") is None and wave_info(0) is None


def test_a_diagnostic_survey_is_asked_once(survey, cast):
    change_survey(survey=survey, actor=cast.manager, kind=Kind.DIAGNOSTIC, about="3月2日大面积断网")
    plan_wave(survey=survey, actor=cast.manager)
    with pytest.raises(SurveyRefused, match="只做一次"):
        plan_wave(survey=survey, actor=cast.manager)


@pytest.mark.parametrize(("stored", "opens", "closes", "draft", "state"), [
    ("planned", None, None, False, "planned"), ("planned", 1, None, False, "planned"),
    ("planned", -1, None, False, "open"), ("planned", -1, None, True, "planned"), ("planned", 0, 1, False, "open"),
    ("open", None, None, False, "open"), ("open", -2, 1, False, "open"), ("open", -2, 0, False, "closed"),
    ("planned", -2, -1, False, "closed"), ("closed", None, None, False, "closed"), ("closed", 1, 2, False, "closed")])
def test_a_wave_opens_and_closes_by_itself(stored, opens, closes, draft, state):
    def day(offset):
        return None if offset is None else NOW + timedelta(days=offset)

    wave = Wave(state=stored, opens_at=day(opens), closes_at=day(closes),
                version=Version(state="draft" if draft else "published"))
    assert wave.state_at(NOW) == state


def test_what_opened_by_itself_is_written_down(survey, cast):
    published(survey, cast.manager)
    now = timezone.now()
    wave = plan_wave(survey=survey, actor=cast.manager, opens_at=now - timedelta(hours=1),
                     closes_at=now + timedelta(hours=1))
    assert wave_info(wave.pk).state == "open" and Wave.objects.get().state == "planned"
    assert (open_due_waves(), open_due_waves()) == (1, 0)
    assert Wave.objects.get().state == "open" and due_waves(now) == []
    assert due_waves(now + timedelta(hours=2)) == [wave]


def test_a_wave_is_opened_only_with_a_published_wording_and_closed_for_good(survey, cast):
    wave = plan_wave(survey=survey, actor=cast.manager)
    with pytest.raises(SurveyRefused, match="草稿"):
        open_wave(wave=wave, actor=cast.manager)
    version = published(survey, cast.manager)
    assert open_wave(wave=wave, actor=cast.manager).opens_at is not None
    with pytest.raises(SurveyRefused, match="已发布"):
        change_wave(wave=wave, actor=cast.manager, version=draft_of(survey=survey, actor=cast.manager), name="x",
                    opens_at=None, closes_at=None)
    closed = close_wave(wave=wave, actor=cast.manager)
    assert closed.closes_at is not None and close_wave(wave=wave.pk, actor=cast.manager).closes_at == closed.closes_at
    for act in (lambda: open_wave(wave=wave, actor=cast.manager),
                lambda: change_wave(wave=wave, actor=cast.manager, version=version, name="x", opens_at=None,
                                    closes_at=None)):
        with pytest.raises(SurveyRefused, match="已截止"):
            act()


def test_dates_must_follow_each_other(survey, cast):
    with pytest.raises(SurveyRefused, match="晚于"):
        plan_wave(survey=survey, actor=cast.manager, opens_at=NOW, closes_at=NOW)


def test_a_copy_takes_the_questions_and_leaves_the_waves(survey, cast):
    published(survey, cast.manager)
    plan_wave(survey=survey, actor=cast.manager)
    copy = copy_survey(survey=survey, actor=cast.manager, title="另一份")
    assert (copy.title, copy.unit_code, copy.purpose) == ("另一份", "north", survey.purpose)
    assert copy.waves.count() == 0 and copy.versions.get().document["pages"] == survey.versions.get().document["pages"]
    assert copy.versions.get().is_draft and copy.code != survey.code


def test_an_archived_survey_comes_back(survey, cast):
    assert archive_survey(survey=survey, actor=cast.manager).archived_at
    assert archive_survey(survey=survey, actor=cast.manager).archived_at is None


def test_waves_are_listed_within_reach(survey, cast):
    plan_wave(survey=survey, actor=cast.manager)
    assert [wave.code for wave in waves_for(cast.manager, "collect.write_surveys")] == [f"{survey.code}.1"]
    assert waves_for(cast.outsider, "collect.write_surveys") == []
    assert len(waves_for(SYSTEM, "collect.write_surveys")) == 1


def test_the_bank_has_the_six_dimensions_and_takes_others(cast):
    assert (load_dimensions(actor=SYSTEM), load_dimensions(actor=SYSTEM)) == (6, 0)
    assert [one.name for one in Dimension.objects.all()] == [
        "产品质量", "服务响应速度", "人员专业度", "性价比", "售后保障", "沟通便捷性"]
    save_dimension(code="network", name="网络质量", actor=cast.manager)
    with pytest.raises(SurveyRefused, match="已有"):
        save_dimension(code="other", name="网络质量", actor=cast.manager)
    move_dimension(dimension=Dimension.objects.get(code="network"), up=True, actor=cast.manager)
    assert [one.code for one in Dimension.objects.all()][-2:] == ["network", "convenience"]
    save_dimension(code="network", name="网络质量", active=False, actor=cast.manager)
    assert Dimension.objects.filter(active=False).get().code == "network"
    with pytest.raises(NotAllowed):
        save_dimension(code="x", name="y", actor=cast.leader)


class TestRecurring:
    def due(self, cast, survey, day, **more):
        change_survey(survey=survey, actor=cast.manager, **more)
        return draft_due_waves(today=day)

    def test_the_next_wave_is_drafted_two_weeks_ahead_and_its_owner_told(self, survey, cast):
        publish_version(version=survey.versions.get(), actor=cast.manager)
        first = plan_wave(survey=survey, actor=cast.manager, opens_at=datetime(2022, 1, 31, 2, tzinfo=UTC))
        assert self.due(cast, survey, date(2022, 4, 15), every="quarter") == 0
        assert draft_due_waves(today=date(2022, 4, 16)) == 1
        wave = survey.waves.first()
        assert (wave.name, wave.due_on, wave.opens_at, wave.previous) == (
            "2022年第2季度", date(2022, 4, 30), None, first)
        assert draft_due_waves(today=date(2022, 4, 30)) == 0        # the draft waits for a person
        told = Notice.objects.get(event="survey_wave")
        assert told.url == f"/collect/surveys/waves/{wave.pk}/" and "2022-04-30" in told.title
        assert list(told.receipts.values_list("user", flat=True)) == [cast.manager.pk]
        open_wave(wave=wave, actor=cast.manager)
        assert draft_due_waves(today=date(2022, 7, 20)) == 1
        assert survey.waves.first().due_on == date(2022, 7, 30)     # counted from the day it was due, not opened

    def test_what_passed_is_left_out_and_an_own_interval_has_days(self, survey, cast):
        publish_version(version=survey.versions.get(), actor=cast.manager)
        plan_wave(survey=survey, actor=cast.manager, opens_at=datetime(2021, 1, 1, 2, tzinfo=UTC))
        with pytest.raises(SurveyRefused, match="间隔天数"):
            self.due(cast, survey, date(2022, 1, 1), every="own")
        assert self.due(cast, survey, date(2022, 2, 20), every="own", every_days=10) == 1
        wave = survey.waves.first()
        assert (wave.due_on, wave.name) == (date(2022, 2, 25), "第2期")
        assert survey.often == "" and Survey.objects.get().often == "每 10 天"

    def test_a_survey_that_does_not_come_round_or_never_began_is_left_alone(self, survey, cast):
        assert self.due(cast, survey, date(2023, 1, 1), every="year") == 0          # no wave yet
        change_survey(survey=survey, actor=cast.manager, kind="diagnostic", every="year")
        assert Survey.objects.get().every == ""
