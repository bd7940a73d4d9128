"""For people who change rules: what is dead or too broad, how good verdicts are, what would change, what corrections propose."""
