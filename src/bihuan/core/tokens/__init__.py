"""API tokens: a program acts for a person, within what the person may do at that moment and less."""
