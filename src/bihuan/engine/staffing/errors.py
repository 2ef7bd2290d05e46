"""What can be wrong with a staffing question: a code, and a sentence in Chinese and English with the way out."""

from __future__ import annotations

from ..errors import CodedError

SENTENCES: dict[str, tuple[str, str]] = {
    "queue": ("排队参数不成立：联系量不能为负，时长必须大于 0，人数在 1 到 {most} 之间。",
              "Not a queue: contacts must not be negative, times must be above 0, people between 1 and {most}."),
    "patience": ("平均耐心时长必须大于 0 秒，实际是 {value}。", "The mean patience must be above 0 s, it is {value}."),
    "share": ("服务水平、占用率上限和损耗率都是 0 到 1 之间的比例，实际是 {value}。",
              "Service level, occupancy and shrinkage are shares between 0 and 1, they are {value}."),
    "too_many": ("超过 {most} 人仍达不到目标。请放宽目标或缩短统计区间。",
                 "More than {most} people would not reach the target. Ask for less, or for a shorter interval."),
    "no_contacts": ("所选期间没有进入排队的联系，无法回放。请换一个期间或渠道。",
                    "No contact was offered in this period: nothing to replay. Choose another period or channel."),
    "no_roster": ("所选期间没有坐席状态，也没有接起记录，看不出谁在岗。请先导入坐席状态。",
                  "Nobody's presence is on record in this period. Import agent states first."),
    "hours": ("时段从 {first} 点到 {last} 点不成立：应在 0 到 24 点之间，先早后晚。",
              "The hours {first} to {last} are no stretch of a day: 0 to 24, the earlier first."),
    "changes_nothing": ("这个方案与现状相同。请改人数、处理时长或分流比例中的至少一项。",
                        "This plan changes nothing. Change people, handling time or the share that others take."),
}


class StaffingError(CodedError):
    """A question that has no answer; ``code`` names the reason and ``text`` is the sentence for the person."""

    sentences = SENTENCES
