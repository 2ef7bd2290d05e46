"""What crosses this room's border: the words of verdicts, and how often one change may be looked at."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REVIEW_PARTS: dict[str, Any] = {"waiting": _("等待复评"), "due": _("到期未评"), "unsigned": _("有结论，待确认")}
EFFECTIVE, NO_EFFECT, WORSE, CANNOT_TELL = "effective", "no_effect_shown", "worse", "cannot_tell"
WORDS: dict[str, Any] = {
    EFFECTIVE: pgettext_lazy("verdict", "有效"), NO_EFFECT: _("未见效果"), WORSE: _("变差"), CANNOT_TELL: _("无法判断"),
}
# Each look at a change without an effect is falsely called effective in at most 2.5 %: two looks keep within 5 %.
MOST_LOOKS = 2
# Why a verdict cannot tell that no wait mends: more data after the change say nothing of the time before it.
NO_WAIT = ("points_before", "between_waves", "no_variation")
# The longest that a second look may wait for more data.
LONGEST_MORE_WEEKS = 104
