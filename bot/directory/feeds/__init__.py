"""Taking a directory in from feeds, folders and tables, and giving it out again.

A source (`http`, `pages`, `tables`, `sheet`) yields pages of records in whatever dialect it speaks; `dialects` brings a
record into the shape of Open Referral UK 3.0; `bot.directory.open_referral` makes a service of it; `importer` compares
that with what is stored and writes the difference, a batch at a time.
"""
