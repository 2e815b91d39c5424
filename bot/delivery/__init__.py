"""What has been shown to a parent, so that it can be shown again after a reload or a lost answer."""
