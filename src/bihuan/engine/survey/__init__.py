"""What answers to a questionnaire say, and for whom: validity, scores, weights, drivers, comparisons, planning."""
