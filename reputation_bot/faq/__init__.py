"""The shop's FAQ: `search` finds the entries that answer a question, `table` reads one from a file; using both is for others."""
