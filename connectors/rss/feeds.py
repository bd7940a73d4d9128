"""Tells by its first bytes what kind of feed a body is, and has it read."""

from connectors.rss.entries import Feed
from connectors.rss.json_feed import looks_like_json, parse_json_feed
from connectors.rss.xml_feed import parse_xml_feed


def parse_feed(body: bytes, content_type: str, url: str) -> Feed:
    """Raises BadAnswerError, and nothing else, when the body is no feed."""
    return parse_json_feed(body, url) if looks_like_json(body) else parse_xml_feed(body, content_type, url)
