"""One suite per port, handed to everything that implements it."""
