"""What the pages of sources read, and what other rooms may ask of them."""

from .freshness import freshness_of, lake_names, late_sources
from .listing import Line, line, lines
from .names import SourceCode, source_codes
from .single import batches_of, files_of, open_pull, pulls_of, streams_of

__all__ = ["Line", "SourceCode", "batches_of", "files_of", "freshness_of", "lake_names", "late_sources", "line",
           "lines", "open_pull", "pulls_of", "source_codes", "streams_of"]
