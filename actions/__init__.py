"""What the conversation does: flat, one file per conversation; each calls rooms and flows."""
