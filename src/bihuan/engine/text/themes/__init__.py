"""What people write about, in themes: found in their words, labelled by them, with quotes."""

from .contracts import Theme, Themes
from .find import find_themes

__all__ = ["Theme", "Themes", "find_themes"]
