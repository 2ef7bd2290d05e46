"""What can be wrong with a questionnaire's document: a code, what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

# code -> (what, advice) in Chinese and in English
SENTENCES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "not_a_document": (
        ("问卷文件不是 JSON 对象。", "请导入以 {{ 开头的 SurveyJS JSON 文件。"),
        ("The file is no JSON object.", "Import a SurveyJS JSON file, which begins with {{."),
    ),
    "not_a_list": (
        ("“{key}”应是列表。", "请把内容放进方括号。"),
        ("“{key}” must be a list.", "Put its content in brackets."),
    ),
    "not_a_text": (
        ("“{key}”应是文字，或按语言分列的文字。", "请写成 \"文字\" 或 {{\"default\": \"文字\"}}。"),
        ("“{key}” must be a text, or texts by language.", "Write \"text\" or {{\"default\": \"text\"}}."),
    ),
    "not_a_number": (
        ("“{key}”应是数字，现为“{value}”。", "请改成数字。"),
        ("“{key}” must be a number; it is “{value}”.", "Make it a number."),
    ),
    "bad_name": (
        ("“{name}”不能作为题目编号。", "请用字母开头的字母、数字、下划线，最多40个字符，如 q1。"),
        ("“{name}” cannot name an item.", "Use letters, digits and underscores, a letter first, at most 40, as in q1."),
    ),
    "same_name": (
        ("编号“{name}”用了不止一次。", "请给其中一个换一个编号。"),
        ("“{name}” names more than one thing.", "Rename one of them."),
    ),
    "unknown_type": (
        ("缺少题型。", "请写明 type，如 rating。"),
        ("The type is missing.", "State a type, such as rating."),
    ),
    "no_choices": (
        ("“{name}”没有选项。", "请至少给出两个选项。"),
        ("“{name}” has no choices.", "Give at least two."),
    ),
    "bad_choice": (
        ("“{name}”的选项值“{value}”不能用。", "请用不重复的短文字或数字，不含 # 号，最多60个字符。"),
        ("The choice “{value}” of “{name}” cannot be used.", "Use short texts or numbers without #, each once."),
    ),
    "bad_scale": (
        ("“{name}”的分值范围不对：{low} 到 {high}。", "请用整数，最低分小于最高分，最多11级。"),
        ("The scale of “{name}” is wrong: {low} to {high}.", "Use whole numbers, lowest first, at most 11 steps."),
    ),
    "metric_scale": (
        ("“{name}”的指标是 {metric}，分值范围必须是 {low} 到 {high}。", "请改分值范围，或把指标改为“评分”。"),
        ("“{name}” counts as {metric}: its scale must be {low} to {high}.",
         "Change the scale, or count it as a rating."),
    ),
    "metric_reversed": (
        ("“{name}”的指标是 {metric}，必须是分数越高越好。", "请取消“分数越低越好”，或把指标改为“评分”。"),
        ("“{name}” counts as {metric}: high must be good.", "Let high be good, or count it as a rating."),
    ),
    "unknown_value": (
        ("“{key}”不能是“{value}”。", "可用：{values}。"),
        ("“{key}” cannot be “{value}”.", "It can be: {values}."),
    ),
    "bad_expression": (
        ("条件“{text}”在第 {position} 个字符处读不懂。", "写法如 {{q1}} <= 3 and {{q2}} = 'a'。"),
        ("The condition “{text}” cannot be read at character {position}.",
         "Write it as in {{q1}} <= 3 and {{q2}} = 'a'."),
    ),
    "unknown_item": (
        ("条件或文字里的 {{{name}}} 不是本问卷的题目。", "请改成已有题目的编号，或删去。"),
        ("{{{name}}} in a condition or text is no item of this questionnaire.",
         "Name an item that exists, or drop it."),
    ),
    "unknown_target": (
        ("跳题的目标“{name}”不存在。", "请改成已有的题目或页。"),
        ("There is no item or page “{name}” to skip to.", "Name one that exists."),
    ),
    "bad_quota": (
        ("配额“{name}”不完整。", "请给出名称、条件和大于0的上限。"),
        ("The quota “{name}” is not complete.", "Give it a name, a condition and a limit above 0."),
    ),
    "too_deep": (
        ("分组套得太深。", "分组里不能再放分组。"),
        ("Groups are nested too deeply.", "A group cannot hold another group."),
    ),
    "too_many": (
        ("内容太多：{count}。", "一份问卷最多 {limit} 道题。"),
        ("There is too much: {count}.", "A questionnaire has at most {limit} items."),
    ),
    # Not wrong as a document, but it cannot be asked like this.
    "empty": (
        ("问卷还没有题目。", "请添加题目。"),
        ("The questionnaire has no items.", "Add some."),
    ),
    "no_title": (
        ("{name} 没有题目文字。", "请填写题目。"),
        ("{name} has no words.", "Write the question."),
    ),
    "later": (
        ("{name} 的条件或文字用到了排在它后面的 {other}。", "请把 {other} 移到前面，或改条件。"),
        ("{name} speaks of {other}, which comes after it.", "Move {other} up, or change the condition."),
    ),
    "skip_back": (
        ("跳题规则“{text}”的目标 {name} 排在条件题目之前。", "只能往后跳。"),
        ("The skip “{text}” leads back to {name}.", "Skips lead forward only."),
    ),
    "expects_nothing": (
        ("期望题 {name} 对应的 {other} 不存在，或不是同一量表的评分题。", "请选择一道同样分值范围的评分题。"),
        ("{name} asks what is expected of {other}, which is no rating on the same scale.",
         "Choose a rating on the same scale."),
    ),
    "still_used": (
        ("{name} 还被用到：{other} 的条件、文字、跳题、配额或期望对应。", "请先改掉那里，再删除。"),
        ("{name} is still spoken of by {other}.", "Change that first."),
    ),
    "page_used": (
        ("页 {name} 里还有题目、有跳题指向它，或它是唯一的一页。", "请先移走题目或改掉跳题。"),
        ("Page {name} holds items, is skipped to, or is the only one.", "Move them away first."),
    ),
    "no_title_text": (
        ("问卷没有标题。", "请填写问卷标题。"),
        ("The questionnaire has no title.", "Give it one."),
    ),
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong at ``path``, such as ``pages[0].elements[2]``; ``item`` names the item, if one is meant.

    >>> Problem("pages", "not_a_list", params={"key": "pages"}).what("en")
    '“pages” must be a list.'
    """

    path: str
    code: str
    item: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def what(self, language: str = "zh") -> str:
        return self._told(language, 0)

    def advice(self, language: str = "zh") -> str:
        return self._told(language, 1)

    def _told(self, language: str, which: int) -> str:
        return SENTENCES[self.code][0 if language.startswith("zh") else 1][which].format(**self.params)


class QuestionnaireError(Exception):
    """A document that is no questionnaire; ``problems`` lists everything that is wrong with it."""

    code = "questionnaire"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.path}: {one.code}" for one in problems))
        self.problems = tuple(problems)

    def text(self, language: str = "zh") -> str:
        return " ".join(f"{one.what(language)}{one.advice(language)}" for one in self.problems[:5])

    def __str__(self) -> str:
        return self.text("en")
