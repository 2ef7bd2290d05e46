"""The report of a survey: one content, written as Word, PDF or Excel."""
