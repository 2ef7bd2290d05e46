"""Intervals, comparisons and control limits on whole arrays at once; no loops over cells."""

from .comparisons import benjamini_hochberg, compare_means, compare_rates, holm, interval_p
from .control import p_chart, xmr_chart
from .counts import more_than, poisson_interval, rate_ratio
from .exchange import exchange_p, exchange_p_of_means, exchange_p_of_rates
from .means import cluster_ratio, mean_from_sums
from .proportions import cluster_wilson, effective_size, newcombe, wilson
from .quantiles import grouped_quantile, quantile_ranks
from .scores import cluster_nps, nps
from .survival import grouped_median_survival

__all__ = [
    "benjamini_hochberg", "cluster_nps", "cluster_ratio", "cluster_wilson", "compare_means", "compare_rates",
    "effective_size", "exchange_p", "exchange_p_of_means", "exchange_p_of_rates", "grouped_median_survival",
    "grouped_quantile", "holm", "interval_p",
    "mean_from_sums", "more_than", "newcombe", "nps", "p_chart", "poisson_interval", "quantile_ranks", "rate_ratio",
    "wilson", "xmr_chart",
]
