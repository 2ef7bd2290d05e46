"""Mappings: how the columns of somebody's export become rows of our tables, written down in a TOML file."""

from .model import Choice, Mapping, MappingError, Plan, Value
from .toml import parse, parse_file

__all__ = ["Choice", "Mapping", "MappingError", "Plan", "Value", "parse", "parse_file"]
