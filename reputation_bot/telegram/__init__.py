"""The staff's chat: what is shown there, who may press what, and the Bot API behind it."""
