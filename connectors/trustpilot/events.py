"""Which reviews a notification of Trustpilot speaks of; what they say now is asked of the API, so nothing else in it counts."""

from connectors.fields import identity, notified

_MOST = 50  # reviews of one notification


def reviews_named(body: bytes) -> list[str]:
    """Ids of new, edited and deleted reviews. Raises ValueError with the reason as the rest of a sentence.

    The shape is that of Trustpilot's webhooks, 2nd hand, 2026-11: events, each with eventName and eventData.
    """
    events = notified(body, "events", "Trustpilot")
    ids = [identity(one, "eventData", "id") or identity(one, "eventData", "reviewId") for one in events]
    return list(dict.fromkeys(filter(None, ids)))[:_MOST]
