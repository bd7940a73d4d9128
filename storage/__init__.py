"""Where mentions, cases and replies are kept; one file per backend."""
