"""One use case that needs several rooms per file; plain functions, no framework."""
