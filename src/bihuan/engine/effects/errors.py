"""What can be wrong with a question about an effect: a code, and a sentence in Chinese and English with the way out."""

from __future__ import annotations

from ..errors import CodedError

SENTENCES: dict[str, tuple[str, str]] = {
    "what_to_judge": ("请用 --indicator 和 --change，或用 --yardstick 给出标尺文件。",
                      "Give --indicator and --change, or a file with --yardstick."),
    "no_direction": (
        "指标“{name}”没有规定越高越好还是越低越好，不能判断改进是否有效。请先在口径里写明方向。",
        "Indicator “{name}” does not say which way is better. State its direction in the definition first."),
    "no_worthwhile": (
        "指标“{name}”没有最小有意义变化。请用 --worthwhile 写明，例如 0.05（5 个百分点）。",
        "Indicator “{name}” has no smallest worthwhile change. Give one with --worthwhile, e.g. 0.05."),
    "no_failing_rows": (
        "指标“{name}”的单条记录谈不上好坏（没有目标值，或由两类记录相除），不能据此找出受影响的客户。",
        "No single row of indicator “{name}” is good or bad by itself (no target, or a ratio of two kinds of rows); "
        "affected customers cannot be found by it."),
    "no_donor_field": (
        "对照不能按“{name}”逐个区分，可用：{known}。", "Others cannot be told apart by “{name}”; use one of {known}."),
    "donors_without_others": (
        "逐个加权要先用 --against 写明对照。", "Say with --against who was not touched before telling them apart."),
    "worthwhile_positive": ("最小有意义变化必须大于 0，实际是 {value}。",
                            "The smallest worthwhile change must be above 0, it is {value}."),
    "ramp_weeks": ("逐步见效的周数应在 0 至 {most} 之间，实际是 {weeks}。",
                   "A change may grow over 0 to {most} weeks, not {weeks}."),
    "until_before_change": ("截止日 {until} 早于变更日 {change}。",
                            "The last day {until} lies before the change {change}."),
    "yardstick_unreadable": ("标尺文件 {file} 读不出来：{reason}。", "The yardstick {file} cannot be read: {reason}."),
    "yardstick_changed": (
        "标尺内容与其校验值不符（记载 {told}，算得 {found}）。标尺在批准之后被改过，不能用来判定。",
        "The yardstick does not have the hash it states ({told}, computed {found}): it was changed after approval."),
    "no_bundle": ("{file} 不是归档包。", "{file} is no bundle of an archive."),
    "bundle_unreadable": ("归档包 {file} 读不出来，已拒绝：{reason}。",
                          "The bundle {file} cannot be read and is refused: {reason}."),
    "definition_changed": (
        "指标“{name}”的口径已不是批准时的版本（批准时 {told}，现在 {found}）。请用批准时的口径判定。",
        "Indicator “{name}” is no longer the version agreed upon ({told}, now {found}). Judge by the version of then."),
}


class EffectError(CodedError):
    """A verdict that cannot be asked for; ``code`` names the reason and ``text`` is the sentence for the person."""

    sentences = SENTENCES
