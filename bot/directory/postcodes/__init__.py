"""Every full postcode, where a partnership has installed them."""
