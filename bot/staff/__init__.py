"""People who work at the desk: accounts, roles, sign-in, working hours, audit, notifications to them."""
