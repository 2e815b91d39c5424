"""What services are found by: words, topics, places and times, apart from the records themselves."""
