"""Mappings: how the columns of somebody's export become rows of our tables, written down in a TOML file."""

from .model import Choice, Mapping, MappingError, Plan, Value
from .toml import parse, parse_file
from .writing import dumps, text_of_mapping

__all__ = ["Choice", "Mapping", "MappingError", "Plan", "Value", "dumps", "parse", "parse_file", "text_of_mapping"]
