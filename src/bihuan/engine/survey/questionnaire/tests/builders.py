"""Small documents for tests."""

from typing import Any

from bihuan.engine.survey.questionnaire import Questionnaire, read


def rating(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "rating", "name": name, "title": f"题 {name}", **more}


def single(name: str, *choices: Any, **more: Any) -> dict[str, Any]:
    return {"type": "radiogroup", "name": name, "title": f"题 {name}", "choices": list(choices) or ["a", "b"], **more}


def document(*pages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"title": "调查", "pages": [{"name": f"p{place}", "elements": elements}
                                     for place, elements in enumerate(pages, 1)], **more}


def questionnaire(*elements: dict[str, Any], **more: Any) -> Questionnaire:
    return read(document(list(elements), **more))


FULL = document(
    [rating("overall", metric="csat", role="overall", isRequired=True, reasonBelow=3,
            minRateDescription="非常不满意", maxRateDescription={"default": "非常满意", "en": "Very satisfied"}),
     rating("speed", dimension="response_speed", role="dimension", notApplicable=True),
     rating("speed_wish", expects="speed", dimension="response_speed"),
     rating("effort", metric="ces", rateMin=1, rateMax=7), rating("nps", metric="nps", rateMin=0, rateMax=10),
     rating("waits", dimension="convenience", reversed=True)],
    [single("kind", {"value": "new", "text": {"default": "新客户", "zh-tw": "新客戶", "en": "New"}}, "old",
            showOtherItem=True),
     {"type": "checkbox", "name": "used", "title": "用过？", "choices": ["phone", "chat", "mail"],
      "maxSelectedChoices": 2, "showNoneItem": True, "noneText": "都没用过"},
     {"type": "dropdown", "name": "city", "title": "城市", "choices": ["沪", "京"], "visibleIf": "{kind} = 'new'"},
     {"type": "matrix", "name": "staff", "title": "人员", "columns": [1, 2, 3, 4, 5], "notApplicable": "没接触过",
      "rows": [{"value": "polite", "text": "礼貌", "dimension": "professionalism"}, {"value": "quick", "text": "快"}]},
     {"type": "ranking", "name": "order", "title": "排序", "choices": ["x", "y", "z"]}],
    [{"type": "html", "name": "note", "html": "<b>谢谢</b>您"},
     {"type": "panel", "name": "group", "title": "关于您", "visibleIf": "{overall} notempty", "elements": [
         {"type": "text", "name": "years", "title": "用了几年", "inputType": "number"},
         {"type": "text", "name": "last", "title": "上次", "inputType": "date"},
         {"type": "text", "name": "mail", "title": "邮箱", "inputType": "email"}]},
     {"type": "comment", "name": "why", "title": "您给了 {overall} 分，为什么？", "role": "open"}],
    description="我们想改进服务。", completedHtml="谢谢", consent="我同意", reward="10 积分", locale="zh-cn",
    quotas=[{"name": "新客户", "expression": "{kind} = 'new'", "limit": 50}],
    triggers=[{"type": "skip", "expression": "{overall} = 5", "gotoName": "kind"}],
    variables=[{"name": "product", "sample": "宽带"}])
