"""Personal data under the product's rules: shown with a reason, kept apart, registered, asked for, left in peace."""
