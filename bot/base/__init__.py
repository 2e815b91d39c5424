"""What any room may lean on: errors, clock, languages, text, phones, sealing, database, encoder."""
