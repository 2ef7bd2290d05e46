"""Reading of surveys: what other rooms may ask, and what the pages show."""

from .waves import wave_info, wave_infos, waves_for

__all__ = ["wave_info", "wave_infos", "waves_for"]
