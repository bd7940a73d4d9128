"""What each command does and prints; its words and options are in `cli`."""
