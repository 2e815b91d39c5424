"""The desk: where connectors answer families. A door of its own, in a process of its own."""
