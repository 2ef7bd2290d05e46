"""Themes are found in the background, corrected by people, and the corrections hold for the next wave."""

import zlib
from unittest import mock

import pytest
from django.urls import reverse
from django.utils.translation import override

from bihuan.core import jobs, workspace
from bihuan.core.models import AuditEntry
from bihuan.core.tests.kept import kept
from bihuan.engine.facts import store
from bihuan.engine.survey.seen import EVERYBODY
from bihuan.loop.plan.goals.services import create_scope

from ..models import ThemeCorrection, ThemeRun
from ..queries import themes as queries
from ..queries.themes import counted
from ..services import ask_due_themes


@pytest.fixture
def found(client, cast):
    client.force_login(cast.manager)
    kept("themes", (ThemeRun,), lambda: ask(client))
    return client


def ask(client):
    for code in ("care.1", "care.2"):
        assert client.post(reverse("opinions:themes_ask", args=[code])).status_code == 302
    jobs.run_pending()


def page_of(client, code="care.2"):
    return client.get(reverse("opinions:themes", args=[code])).context["page"]


def correct(client, line, code="care.2", other=None, **given):
    given |= {"place": line.place, "theme": line.name} | ({"other": other.name} if other else {})
    return client.post(reverse("opinions:theme_correct", args=[code]), given)


def test_themes_have_counts_shares_scores_change_and_masked_quotes(found):
    page = page_of(found)
    assert page.run.state == "ready" and page.texts == 240 and page.before.code == "care.1"
    logistics = next(line for line in page.lines if {"物流", "快递"} & set(line.terms))
    assert logistics.share.numerator / 240 == logistics.share.value and logistics.share.low < logistics.share.value
    assert logistics.score is not None and logistics.score.value < 5
    assert all("13800000000" not in quote.text and quote.text for line in page.lines for quote in line.quotes)
    assert all(quote.passage in quote.text for line in page.lines for quote in line.quotes)
    with override("en"):
        assert {line.name: line.label for line in page.lines}["物流快递"] == "Shipping"
    assert not any(line.name in line.words for line in page.lines)


def test_a_wave_that_came_to_rest_gets_its_themes_without_being_asked(client, cast):
    """Once: the next look finds nothing new in it."""
    assert ask_due_themes() == 2
    jobs.run_pending()
    assert {(run.survey, run.state, run.created_by) for run in ThemeRun.objects.all()} == {
        ("care.1", "ready", None), ("care.2", "ready", None)}
    assert ask_due_themes() == 0


def test_no_text_is_kept_with_the_themes(found):
    content = zlib.decompress(bytes(ThemeRun.objects.filter(survey="care.2").first().content)).decode()
    assert "等了五天" not in content and "13800000000" not in content


def test_a_name_given_in_one_wave_stands_in_the_next(found):
    first = next(line for line in page_of(found, "care.1").lines if {"物流", "快递"} & set(line.terms))
    assert correct(found, first, "care.1", kind="rename", name="配送").status_code == 302
    assert any(line.name == "配送" and line.named for line in page_of(found, "care.2").lines)
    assert AuditEntry.objects.filter(action="evaluate.themes_corrected").count() == 1


def test_themes_are_merged_split_flagged_and_the_correction_undone(found):
    before = page_of(found)
    one, other, *_rest = before.lines
    assert correct(found, one, other=other, kind="merge", name="合在一起").status_code == 302
    merged = page_of(found)
    assert len(merged.lines) < len(before.lines)
    whole = next(line for line in merged.lines if line.name == "合在一起")
    assert max(before.lines[0].share.numerator, before.lines[1].share.numerator) <= whole.share.numerator
    assert correct(found, whole, kind="flag", name="合在一起").status_code == 302
    assert any(line.flagged for line in page_of(found).lines)
    for row in ThemeCorrection.objects.all():
        assert found.post(reverse("opinions:theme_undo", args=["care.2", row.pk])).status_code == 302
    assert [line.name for line in page_of(found).lines] == [line.name for line in before.lines]


def test_within_a_scope_only_its_comments_count_and_the_report_has_them(found, cast):
    """Every fourth case of the north is urgent: 60 of 240 answers; of so few outside or inside nothing is told."""
    urgent, most = (create_scope(name=name, values=values, period_kind="quarter", actor=cast.manager).versions.get().pk
                    for name, values in (("紧急件", {"priority": ["high"], "unit": ["north"]}),
                                         ("全部北区", {"unit": ["north"]})))
    whole = {line.name: line for line in page_of(found).lines}
    shown = found.get(reverse("opinions:themes", args=["care.2"]), {"f.@within": f"scope:{urgent}"})
    page = shown.context["page"]
    assert (page.texts, page.people, page.before.code) == (60, 60, "care.1") and not shown.context["may_edit"]
    with store.connect(workspace.home()) as con:
        inside = {row[0] for row in con.sql("""SELECT split_part(a.id, '#', 1) FROM answers a JOIN cases c
            ON c.id = a."case" WHERE c.priority = 'high' AND a.survey = 'care.2'""").fetchall()}
    themes, comments = counted_by_hand()
    for line in page.lines:
        assert line.share.numerator == len({comments[at] for at in themes[line.name]} & inside) and line.share.n == 60
        assert line.share.numerator <= whole[line.name].share.numerator
    report = found.get(reverse("opinions:report", args=["care.2"]), {"f.@within": f"scope:{urgent}"}).context["report"]
    assert [(name, share.numerator) for name, share in report.themes] == [
        (line.name, line.share.numerator) for line in page.lines]
    everything = page_of_scope(found, most)
    assert everything.texts == 240 and not everything.withheld


def counted_by_hand():
    run = ThemeRun.objects.filter(survey="care.2").first()
    comments, found = counted(run, EVERYBODY, ())
    return {one.theme.name: one.theme.members for one in found}, [one.respondent for one in comments]


def page_of_scope(client, number):
    return client.get(reverse("opinions:themes", args=["care.2"]), {"f.@within": f"scope:{number}"}).context["page"]


def test_a_quote_is_moved(found):
    lines = page_of(found).lines
    quote = lines[0].quotes[0]
    assert correct(found, lines[0], other=lines[1], kind="move", answer=quote.answer).status_code == 302
    moved = {line.name: [one.answer for one in line.quotes] for line in page_of(found).lines}
    assert quote.answer not in moved.get(lines[0].name, [])


def test_all_quotes_of_a_theme_are_opened_searched_paged_and_moved(found, client, cast):
    lines = page_of(found).lines
    own, other = (next(line for line in lines if word in line.terms) for word in ("安装", "快递"))
    address = reverse("opinions:theme_quotes", args=["care.2"])
    shown = found.get(address, {"theme": own.name, "page": 2})
    quotes = shown.context["found"]
    assert quotes.whole > 60 and len(quotes.page) == 30 and "13800000000" not in shown.content.decode()
    word = quotes.page[0].text[:4]
    assert 0 < found.get(address, {"theme": own.name, "q": word}).context["found"].page.paginator.count <= quotes.whole
    moved = [quote.answer for quote in quotes.page][:2]
    given = {"theme": own.name, "to": other.name, "answer": moved}
    assert found.post(reverse("opinions:theme_move", args=["care.2"]), given).status_code == 302
    assert ThemeCorrection.objects.count() == 2
    joined = found.get(address, {"theme": other.name}).context["found"]
    assert joined.whole >= other.share.numerator + 2
    assert found.post(reverse("opinions:theme_move", args=["care.2"]), given | {"answer": ["none"]}).status_code == 404
    for name, status in (("outsider", 404), ("leader", 404), ("director", 200)):
        client.force_login(getattr(cast, name))
        assert client.get(address, {"theme": other.name}).status_code == status, name
        assert client.get(address, {"theme": "没有"}).status_code == 404


def test_a_dropped_theme_is_left_out_and_said_so_and_a_second_click_drops_no_other(found):
    """The second click means the theme that is gone, not the one now in its place."""
    before = page_of(found)
    gone, *rest = before.lines
    assert correct(found, gone, kind="drop", name="x").status_code == 302
    shown = correct(found, gone, kind="drop", name="x")
    page, words = shown.context["page"], shown.content.decode()
    assert shown.status_code == 422 and [line.name for line in page.lines] == [line.name for line in rest]
    assert (page.without, page.too_small, page.dropped) == (before.without, before.too_small, 1)
    assert "另有 1 个主题已设为不再显示。" in words and "→ x" not in words
    (row,) = shown.context["dropped"]
    with mock.patch.object(queries, "NEWEST", 0):
        assert queries.correction_rows(shown.context["wave"]) == [row], "however old, while it holds"
    quotes = found.get(reverse("opinions:theme_quotes", args=["care.2"]), {"theme": gone.name})
    assert row.change["name"] == "" and quotes.status_code == 404
    assert found.post(reverse("opinions:theme_undo", args=["care.2", row.pk])).status_code == 302
    assert queries.corrections_of(row.family) == ()


def test_who_may_not_see_or_edit_gets_404(found, client, cast):
    for name in ("outsider", "nobody"):
        client.force_login(getattr(cast, name))
        assert client.get(reverse("opinions:themes", args=["care.2"])).status_code == 404
    client.force_login(cast.leader)
    assert page_of(client).lines, "a leader sees the themes of the team's answers"
    for view, args in (("themes_ask", []), ("theme_correct", []), ("theme_undo", [1])):
        assert client.post(reverse(f"opinions:{view}", args=["care.2", *args])).status_code == 404
    client.force_login(cast.manager)
    assert client.post(reverse("opinions:theme_undo", args=["care.2", 10**6])).status_code == 404
