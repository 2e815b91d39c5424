"""Who needs a person now. Judged on the text alone: no database, no network, no model file."""
