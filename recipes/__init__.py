"""What is made ahead, each in an environment of its own; nothing here runs in the service."""
