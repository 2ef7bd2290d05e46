"""The room's forms."""

from .conditions import ConditionForm
from .heads import DimensionForm, HeadForm, ImportForm, PageForm, PasteForm, QuotaForm, SkipForm, VariableForm
from .items import ItemForm
from .surveys import SurveyForm, WaveForm

__all__ = ["ConditionForm", "DimensionForm", "HeadForm", "ImportForm", "ItemForm", "PageForm", "PasteForm", "QuotaForm",
           "SkipForm", "SurveyForm", "VariableForm", "WaveForm"]
