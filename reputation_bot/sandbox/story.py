"""The customers who are there when the demo starts; what the shop makes of them is the bot's job."""

from datetime import datetime, timedelta
from typing import Any

from reputation_bot.sandbox.network import Network

_POSTS: tuple[tuple[int, dict[str, Any]], ...] = (  # minutes ago, oldest first
    (
        190,
        {
            "author": "Chiara Fontana",
            "text": "La tazza di Bottega Aurora dal vivo è ancora più bella che in foto, e imballata con una cura "
            "che non si vede più. Bravissimi, tornerò di sicuro!",
            "rating": 5,
            "lang": "it",
        },
    ),
    (
        96,
        {
            "author": "Emma Clarke",
            "text": "Does Bottega Aurora ship to the UK? I'd love the blue vase for my sister's birthday on the 12th.",
            "lang": "en",
        },
    ),
    (
        54,
        {
            "author": "Pietro Sala",
            "text": "Qualcuno conosce un bravo idraulico in zona Lambrate? Il rubinetto della cucina perde da stamattina.",
            "lang": "it",
        },
    ),
    (
        31,
        {
            "author": "Giulia Bianchi",
            "text": "Ciao @bottegaaurora, se il colore non mi convince posso fare il reso? Entro quanti giorni?",
            "lang": "it",
        },
    ),
    (
        22,
        {
            "author": "Luca Ferri",
            "text": "Buongiorno Bottega Aurora, mi avete addebitato due volte lo stesso ordine: 48,90 € il 14 e di nuovo "
            "il 15. Potete controllare?",
            "lang": "it",
            "private": True,
        },
    ),
    (
        12,
        {
            "author": "Mario Rinaldi",
            "text": "Ordinato da Bottega Aurora tre settimane fa e il tracking dice ancora «preso in carico». "
            "Scrivo da giorni e nessuno risponde. Mai più.",
            "rating": 1,
            "lang": "it",
        },
    ),
)


def fill(network: Network, *, now: datetime) -> None:
    """Adds the sample posts, as if they had been written in the hours before `now`."""
    for minutes, fields in _POSTS:
        network.add(network.create(fields, now=now - timedelta(minutes=minutes)))
