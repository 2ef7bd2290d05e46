"""Reading of samples: what other rooms may ask, and what the pages show."""

from .doors import drawn_of, not_asked, population_of

__all__ = ["drawn_of", "not_asked", "population_of"]
