"""Cards: what staff see of a case in the chat. Pure functions of the case and of the words to tell it with."""

from reputation_bot.telegram.cards.card import bare, render
from reputation_bot.telegram.cards.lists import render_list
from reputation_bot.telegram.cards.short import awake, follow_up
from reputation_bot.telegram.cards.view import CardView

__all__ = ["CardView", "awake", "bare", "follow_up", "render", "render_list"]
