"""Voices of customers that no questionnaire link brings: calls, the feedback form, interviews, visits, agencies."""
