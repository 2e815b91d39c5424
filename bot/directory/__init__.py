"""Services, their sessions and their places: where they come from and how they are found."""
