"""Sets up logging for the command line: one line per fact on stderr; libraries that log addresses are kept quiet."""

import logging
import sys

# these log whole addresses, and Telegram's hold the bot's token
_LOG_ADDRESSES = ("httpx", "httpcore", "urllib3", "telegram", "telegram.ext")


def set_up(*, verbose: bool = False) -> None:
    """Warnings only, unless verbose; what the libraries say about their requests never."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
        force=True,
    )
    for name in _LOG_ADDRESSES:
        logging.getLogger(name).setLevel(logging.WARNING)
