"""What staff fill in."""

from .elsewhere import ColumnsForm, FileForm
from .sending import (
    DispatchForm,
    GroupForm,
    ListForm,
    ReasonForm,
    RewardForm,
    RuleForm,
    SiteForm,
    TrialForm,
)

__all__ = ["ColumnsForm", "DispatchForm", "FileForm", "GroupForm", "ListForm", "ReasonForm", "RewardForm", "RuleForm",
           "SiteForm", "TrialForm"]
