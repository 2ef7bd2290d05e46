"""The forms of measures."""

from .followup import (
    AcceptanceForm,
    CompleteForm,
    DepartmentForm,
    EvidenceForm,
    HandOverForm,
    MilestoneForm,
    OutcomeForm,
    PostponeForm,
    ProgressForm,
    ReasonForm,
    UseForm,
)
from .measures import MeasureForm, measure_initial
from .yardsticks import ApproveForm, YardstickForm

__all__ = ["AcceptanceForm", "ApproveForm", "CompleteForm", "DepartmentForm", "EvidenceForm", "HandOverForm",
           "MeasureForm", "MilestoneForm", "OutcomeForm", "PostponeForm", "ProgressForm", "ReasonForm", "UseForm",
           "YardstickForm", "measure_initial"]
