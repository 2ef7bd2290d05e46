"""Reading of samples: what other rooms may ask, and what the pages show."""
