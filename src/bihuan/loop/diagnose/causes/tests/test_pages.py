"""Pages of causes: who opens them, files of the drawing, stating and confirming."""

import json
from pathlib import Path

from django.urls import reverse

from bihuan.loop.diagnose.causes.models import Cause, CauseNode, FindingCause

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def url(name, *args):
    return reverse(f"causes:{name}", args=args)


def test_outsiders_get_404_everywhere(client, cast, finding):
    node = CauseNode.objects.create(finding=finding, tool="whys", text="少人")
    stated = FindingCause.objects.create(finding=finding, text="少人")
    pages = [url("diagram", finding.pk, "whys"), url("picture", finding.pk, "whys"),
             url("file", finding.pk, "whys", "svg"), url("panel") + f"?finding={finding.pk}"]
    acts = [url("node_add", finding.pk, "whys"), url("node_change", node.pk), url("node_remove", node.pk),
            url("node_stop", node.pk), url("state", finding.pk), url("confirm", stated.pk), url("withdraw", stated.pk)]
    for person in (cast.outsider, cast.vendor, cast.agent, cast.nobody):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [404] * len(pages)
        assert [client.post(act).status_code for act in acts] == [404] * len(acts)
    client.force_login(cast.nobody)
    assert client.get(url("cause_list")).status_code == 404
    client.force_login(cast.leader)
    cause = Cause.objects.first()
    assert client.get(url("cause_new")).status_code == 404
    assert client.get(url("cause_edit", cause.pk)).status_code == 404
    assert client.get(url("diagram", finding.pk, "mindmap")).status_code == 404


def test_a_cause_is_added_on_the_page_and_drawn(client, cast, finding):
    client.force_login(cast.leader)
    sent = {"text": "晚间少排两人", "evidence": "班表", "cause": "", "family": "people", "parent": ""}
    assert client.post(url("node_add", finding.pk, "fishbone"), sent).status_code == 302
    assert "晚间少排两人" in client.get(url("diagram", finding.pk, "fishbone")).content.decode()
    assert "晚间少排两人" in client.get(url("picture", finding.pk, "fishbone")).content.decode()
    assert client.post(url("node_add", finding.pk, "fishbone"), {**sent, "text": "x"}).status_code == 422


def test_the_drawing_comes_as_svg_and_png(client, cast, finding):
    client.force_login(cast.inspector)
    svg, png = (client.get(url("file", finding.pk, "fishbone", form)) for form in ("svg", "png"))
    assert svg["Content-Type"] == "image/svg+xml" and svg.content.startswith(b"<svg")
    assert png.content.startswith(b"\x89PNG")


def test_a_cause_without_evidence_is_a_guess_and_with_it_diagnoses_the_finding(client, cast, finding):
    client.force_login(cast.leader)
    cause = Cause.objects.get(code="staff_short")
    client.post(url("state", finding.pk), {"text": "晚间少排两人", "evidence": "", "cause": cause.pk})
    row = FindingCause.objects.get()
    client.post(url("confirm", row.pk))
    row.refresh_from_db()
    assert row.confirmed_at is None
    FindingCause.objects.update(evidence="9 月班表")
    client.post(url("confirm", row.pk))
    row.refresh_from_db()
    finding.refresh_from_db()
    assert row.confirmed_by == cast.leader and finding.state == "diagnosed"
    assert "已确认" in client.get(url("panel") + f"?finding={finding.pk}").content.decode()


def test_the_taxonomy_is_edited_and_a_code_stays(client, cast, finding, django_assert_num_queries):
    client.force_login(cast.director)
    sent = {"code": "new_one", "name": "新原因", "name_en": "", "family": "people", "active": "on"}
    assert client.post(url("cause_new"), sent).status_code == 302
    assert client.post(url("cause_new"), sent).status_code == 422
    cause = Cause.objects.get(code="new_one")
    assert client.post(url("cause_edit", cause.pk), {"name": "改名", "family": "system"}).status_code == 302
    cause.refresh_from_db()
    assert (cause.code, cause.name, cause.active) == ("new_one", "改名", False)
    with django_assert_num_queries(COUNTS["/diagnose/causes/"]):
        client.get(url("cause_list"))
