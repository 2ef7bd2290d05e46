"""Records that other systems push: received at once, written into the lake in batches."""
