"""One file or folder per platform; each turns a platform's answers into mentions and posts replies."""
