"""The tuned encoder; see README.md."""
