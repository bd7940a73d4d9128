"""Deciding what a mention is: the schema of rules, the engine that runs them, language and sentiment."""
