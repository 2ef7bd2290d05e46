"""What an editor of a questionnaire does on its pages."""

from __future__ import annotations

from django.urls import reverse

from bihuan.engine.survey.questionnaire import read


def at(name, survey, *more):
    return reverse(f"surveys:{name}", args=[survey.pk, *more])


def names(survey):
    return read(survey.versions.first().document).names


def act(client, survey, do, base=None, status=200, **told):
    version = survey.versions.first()
    answer = client.post(at("act", survey, version.number), {
        "do": do, "base": version.edits if base is None else base, **told}, headers={"HX-Request": "true"})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def item_form(survey, name, **more):
    item = read(survey.versions.first().document).item(name)
    told = {"base": survey.versions.first().edits, "name": name, "title": item.title.default, "role": item.role}
    if item.type == "rating":
        told |= {"metric": item.metric or "rating", "low": item.low, "high": item.high,
                 "low_text": item.low_text.default, "high_text": item.high_text.default}
    return {**told, **more}
