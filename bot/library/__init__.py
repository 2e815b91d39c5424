"""Facts (numbers, links, amounts; each with a source and a review date) and topics (the longer answers)."""
