"""The forms of measures."""

from .followup import (
    AcceptanceForm,
    CompleteForm,
    DepartmentForm,
    EvidenceForm,
    MilestoneForm,
    OutcomeForm,
    ProgressForm,
    ReasonForm,
    UseForm,
)
from .measures import MeasureForm, measure_initial
from .yardsticks import ApproveForm, YardstickForm

__all__ = ["AcceptanceForm", "ApproveForm", "CompleteForm", "DepartmentForm", "EvidenceForm", "MeasureForm",
           "MilestoneForm", "OutcomeForm", "ProgressForm", "ReasonForm", "UseForm", "YardstickForm",
           "measure_initial"]
