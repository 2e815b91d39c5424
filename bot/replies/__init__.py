"""Key + values + language → the words that a parent reads."""
