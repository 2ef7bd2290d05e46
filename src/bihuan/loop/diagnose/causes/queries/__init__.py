"""Reading causes."""

from .causes import causes_of, counted, taxonomy

__all__ = ["causes_of", "counted", "taxonomy"]
