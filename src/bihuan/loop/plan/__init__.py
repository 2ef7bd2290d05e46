"""Plan: what a review looks at, what is to be reached, and by which indicators each channel is judged."""
