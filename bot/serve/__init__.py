"""The launcher: puts rooms, doors and Rasa together. Stands above the doors."""
