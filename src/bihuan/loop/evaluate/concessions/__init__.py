"""What was given to customers beyond the rules, by whom, and who agreed; who kept to the rules is protected."""
