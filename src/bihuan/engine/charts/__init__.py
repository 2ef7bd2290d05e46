"""Chart definitions: plain ECharts options (JSON, no functions) that page, Word and PDF draw alike."""
