"""What every page is made of: the base templates, components, icons, number formats and front-end sources."""
