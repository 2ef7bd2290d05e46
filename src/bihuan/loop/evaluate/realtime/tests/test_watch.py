"""Sources that fell silent and indicators that left their course are told to those who can do something about it."""

from datetime import timedelta

import pytest

from bihuan.core.notifications.models import Notice, Receipt
from bihuan.engine.facts import journal
from bihuan.loop.evaluate.realtime.services import watch

from .desk import NOW

DAY = timedelta(days=1)


@pytest.fixture
def imports(monkeypatch):
    """Batches as the journal would tell them: a daily source and one that came twice."""
    def batch(name, source, at):
        return journal.Batch(name, "cli", at, at, source=source)

    batches = [batch(f"d{n}", "呼叫中心", NOW - (10 - n) * DAY) for n in range(8)]
    batches += [batch("x1", "问卷", NOW - 9 * DAY), batch("x2", "问卷", NOW - 8 * DAY)]
    monkeypatch.setattr(watch.journal, "batches", lambda home: batches)
    return batches


@pytest.mark.django_db
class TestSources:
    def test_a_source_is_silent_after_twice_its_usual_gap(self, cast, imports):
        """The last import lies three days back, the usual gap is one."""
        assert watch.watch_sources(now=NOW - DAY) == 0
        assert watch.watch_sources(now=NOW) == 1
        assert watch.watch_sources(now=NOW + timedelta(hours=1)) == 0, "told once"
        notice = Notice.objects.get()
        assert (notice.event, notice.title) == ("source_silent", "来源“呼叫中心”已 3 天没有导入")
        assert "manager" in set(Receipt.objects.values_list("user__username", flat=True))

    def test_a_source_that_was_given_up_is_no_news(self, cast, imports):
        assert watch.watch_sources(now=NOW + 70 * DAY) == 0

    def test_a_rhythm_needs_some_imports(self):
        assert watch.usual_gap([NOW, NOW + DAY]) is None
        assert watch.usual_gap([NOW + n * DAY for n in range(5)]) == DAY


@pytest.mark.django_db
class TestIndicators:
    def test_a_missed_target_is_told_once_the_next_morning(self, cast, desk, monkeypatch):
        looked = []
        monkeypatch.setattr(watch, "_look", lambda day, unit, people, now: looked.append(
            (str(day), unit, sorted(one.username for one in people))) or 0)
        watch.watch_indicators(now=NOW - timedelta(hours=3))
        assert looked == [], "it is seven in the morning"
        watch.watch_indicators(now=NOW)
        watch.watch_indicators(now=NOW)
        assert looked == [("2026-03-01", "", ["director"]), ("2026-03-01", "north", ["manager"])]

    def test_days_that_the_data_do_not_reach_are_not_judged(self, cast, desk, monkeypatch):
        monkeypatch.setattr(watch, "_look", lambda *args: pytest.fail("there is nothing to look at"))
        assert watch.watch_indicators(now=NOW + 3 * DAY) == 0

    def test_what_is_wrong_is_said_with_its_number(self, cast, desk, monkeypatch):
        from bihuan.engine.indicators.contracts import Result

        passport = watch.engine.passports()["response_compliance"]
        result = Result(indicator="response_compliance", version=1, period="all", group=(), value=0.5, n=200,
                        numerator=100, low=0.43, high=0.57, unit="%", target=0.95)
        assert watch._tell_indicator(passport, result, NOW.date(), "", [cast.director], NOW)
        notice = Notice.objects.get()
        assert "未达目标 ≥ 95.0%" in notice.title and "50.0%（n = 200）" in notice.text
