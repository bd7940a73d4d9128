"""The core: what reputation-bot does, without any platform or storage."""
