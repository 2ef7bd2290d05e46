"""Who sends surveys and who reads answers one by one; both within the unit that owns the survey."""

SEND = "collect.send_surveys"
VIEW = "collect.view_responses"
