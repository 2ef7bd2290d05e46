"""Reading of surveys: what other rooms may ask, and what the pages show."""

from .about import surveys_about
from .basics import form_basics
from .waves import (
    bank_mark,
    design_of_wave,
    due_waves,
    questionnaire_of,
    wave_info,
    wave_infos,
    waves_by_code,
    waves_for,
)

__all__ = [
    "bank_mark", "design_of_wave", "due_waves", "form_basics", "questionnaire_of", "surveys_about", "wave_info",
    "wave_infos", "waves_by_code", "waves_for",
]
