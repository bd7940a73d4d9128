"""Is a mention about the brand, and which words say so?"""
