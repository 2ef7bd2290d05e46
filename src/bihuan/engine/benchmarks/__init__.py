"""Benchmark files: aggregated numbers of one company with their definitions, noised, exchanged without a server."""
