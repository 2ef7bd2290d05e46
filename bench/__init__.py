"""Ratios, not seconds: what Bihuan costs beside the raw limit and beside its peers, on the same data in one run."""
