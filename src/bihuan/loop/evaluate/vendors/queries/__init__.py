"""What sheets are made of and what their pages show."""
