"""Where parents write: the web page."""
