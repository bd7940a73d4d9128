"""Small rules.yaml files, right and wrong, each wrong one with what is said of it; and how tests read them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reputation_bot import plugins
from reputation_bot.config import Config, RulesFileError, parse

MINIMAL = """\
brand: {name: Bottega Aurora, terms: ["bottega aurora", "@bottegaaurora"]}
telegram: {chat: -1001234567890}
operators: {anna: {telegram: 1001, role: lead}}
channels:
  news: {connector: rss, url: "http://127.0.0.1:9001/feed.xml", every: 5m}
  piazza: {connector: sandbox, url: "http://127.0.0.1:8800", every: 1m}
"""
HEAD = "brand: {name: Aurora}\ntelegram: {chat: -100}\n"  # two lines
SECRET = "hunter2-hunter2-hunter2"


def read(text: str, environ: Mapping[str, str] | None = None) -> Config:
    return parse(text, Path("shop/rules.yaml"), environ or {})


def mistakes(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(RulesFileError) as caught:
        read(text, environ)
    return str(caught.value).splitlines()


INSTALLED = f"installed are {', '.join(plugins.connectors())}"
CATEGORIES = "question, complaint, praise, suggestion, other or spam"
ONE_MISTAKE = [
    ("brand: {name: A}\n", ["rules.yaml:1: telegram: is missing"]),
    (
        "brand: {name: A}\ntelegram: {}\n",
        ["rules.yaml:2: telegram.chat: is missing: Telegram's number of the group, usually starting with -100"],
    ),
    (
        "brand: {}\ntelegram: {chat: -1}\n",
        ["rules.yaml:1: brand.name: is missing: As customers know it; also what is looked for when there are no terms"],
    ),
    (f"{HEAD}brnd: {{}}\n", ['rules.yaml:3: brnd: is not a known key; did you mean "brand"?']),
    (
        "brand: {name: A, trems: [a]}\ntelegram: {chat: -1}\n",
        ['rules.yaml:1: brand.trems: is not a known key; did you mean "terms"?'],
    ),
    (
        f"{HEAD}publishing: {{hurry: 1s}}\n",
        ["rules.yaml:3: publishing.hurry: is not a known key; known here: undo, two_people"],
    ),
    ("brand: {name: 1900}\ntelegram: {chat: -1}\n", ["rules.yaml:1: brand.name: 1900 is read as a number: put it in quotes"]),
    (
        "brand: {name: true}\ntelegram: {chat: -1}\n",
        ["rules.yaml:1: brand.name: true is read as yes or no: put it in quotes"],
    ),
    ("brand: {name: [A]}\ntelegram: {chat: -1}\n", ["rules.yaml:1: brand.name: write a text"]),
    ("brand: {name: ''}\ntelegram: {chat: -1}\n", ["rules.yaml:1: brand.name: is empty: fill it in or remove the key"]),
    ("brand:\n  name:\ntelegram: {chat: -1}\n", ["rules.yaml:2: brand.name: is empty: fill it in or remove the key"]),
    (
        f"brand: {{name: {'x' * 81}}}\ntelegram: {{chat: -1}}\n",
        [f'rules.yaml:1: brand.name: "{"x" * 40}…" is too long: at most 80 characters'],
    ),
    ("brand: Aurora\ntelegram: {chat: -1}\n", ['rules.yaml:1: brand: "Aurora": write a group of keys, each with a colon']),
    (
        "brand: {name: A, terms: aurora}\ntelegram: {chat: -1}\n",
        ['rules.yaml:1: brand.terms: "aurora": write a list: […], or one line for each item beginning with “- ”'],
    ),
    (
        "brand: {name: A, terms: ['!?', '\u200b']}\ntelegram: {chat: -1}\n",
        ["rules.yaml:1: brand.terms.1: there is nothing to look for in “\u200b”"],
    ),
    (
        "brand: {name: A}\ntelegram: {chat: 1001234567890}\n",
        ["rules.yaml:2: telegram.chat: 1001234567890: a group's number begins with a minus, usually with -100"],
    ),
    (
        "brand: {name: A}\ntelegram: {chat: '@group'}\n",
        ['rules.yaml:2: telegram.chat: "@group": write a whole number'],
    ),
    (
        "brand: {name: A}\ntelegram: {chat: -1, per_minute: 30}\n",
        ["rules.yaml:2: telegram.per_minute: 30 is not possible here: write at most 20"],
    ),
    (
        f"{HEAD}operators: {{Anna: {{telegram: 1}}}}\n",
        ['rules.yaml:3: operators.Anna: "Anna" is not possible here: begin with a small letter, then small letters, digits, - and _'],
    ),
    (
        f"{HEAD}operators: {{anna: {{telegram: -5}}}}\n",
        ["rules.yaml:3: operators.anna.telegram: -5 is not possible here: write more than 0"],
    ),
    (
        f"{HEAD}operators: {{anna: {{telegram: 5, role: boss}}}}\n",
        ['rules.yaml:3: operators.anna.role: "boss" is not a role: write viewer, agent, approver or lead'],
    ),
    (
        f"{HEAD}operators:\n  anna: {{telegram: 5}}\n  paolo: {{telegram: 5}}\n",
        ["rules.yaml:5: operators.paolo.telegram: anna has this number already: each person has one of their own"],
    ),
    (f"{HEAD}publishing: {{undo: 10}}\n", ["rules.yaml:3: publishing.undo: 10: write a duration such as 10s, 15m, 1h30m or 7d"]),
    (
        f"{HEAD}publishing: {{undo: 5 minuti}}\n",
        ['rules.yaml:3: publishing.undo: "5 minuti": write a duration such as 10s, 15m, 1h30m or 7d'],
    ),
    (f"{HEAD}keep: {{closed: 0s}}\n", ['rules.yaml:3: keep.closed: "0s": must be longer than nothing']),
    (f"{HEAD}keep: {{closed: 999999999w}}\n", ['rules.yaml:3: keep.closed: "999999999w": is longer than ten years']),
    (
        f"{HEAD}promises: {{first_response: soon}}\n",
        ['rules.yaml:3: promises.first_response: "soon": write a duration such as 10s, 15m, 1h30m or 7d'],
    ),
    (
        f"{HEAD}promises: {{first_response: {{urgnt: 5m}}}}\n",
        ['rules.yaml:3: promises.first_response.urgnt: is not a known key; did you mean "urgent"?'],
    ),
    (f"{HEAD}language: fr\n", ['rules.yaml:3: language: the staff interface does not speak "fr": write en or it']),
    (
        f"{HEAD}languages: [ita]\n",
        ['rules.yaml:3: languages.0: "ita" is not possible here: write the two small letters of a language, such as it or en'],
    ),
    (f"{HEAD}languages: []\n", ["rules.yaml:3: languages: is empty: fill it in or remove the key"]),
    (
        f"{HEAD}timezone: Roma\n",
        ['rules.yaml:3: timezone: "Roma": write a time zone of the tz database, such as Europe/Rome'],
    ),
    (
        f"{HEAD}channels: {{news: {{connector: rs, url: 'http://x.example'}}}}\n",
        [f'rules.yaml:3: channels.news.connector: no connector is called "rs"; did you mean "rss"? ({INSTALLED})'],
    ),
    (
        f"{HEAD}channels: {{news: {{url: x}}}}\n",
        ["rules.yaml:3: channels.news.connector: is missing: The code for the platform, such as rss"],
    ),
    (f"{HEAD}channels: [news]\n", ["rules.yaml:3: channels: write a group of keys, each with a colon"]),
    (
        f"{HEAD}rules:\n  - {{name: a, when: b, then: {{category: complain}}}}\n",
        [
            f'rules.yaml:4: rules.0.then.category: "complain" is not a category: write {CATEGORIES}'
        ],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: 5, then: {{}}}}\n",
        ["rules.yaml:4: rules.0.when: 5: write a text, or a group of conditions such as all: […]"],
    ),
    (
        f"{HEAD}rules:\n  - name: a\n    when:\n      any:\n        - b\n        - {{prase: c}}\n    then: {{}}\n",
        ['rules.yaml:8: rules.0.when.any.1.prase: is not a known key; did you mean "phrase"?'],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: {{rating: {{min: 4, max: 2}}}}, then: {{}}}}\n",
        ["rules.yaml:4: rules.0.when.rating: min is above max, so that nothing fits"],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: b, then: {{}}}}\n  - {{name: a, when: b, then: {{}}}}\n",
        ['rules.yaml:5: rules.1.name: "a" is the name of rules.0 already: give this one another'],
    ),
    (
        f"{HEAD}channels: {{}}\nrules:\n  - {{name: a, when: {{not: [{{channel: [news]}}]}}, then: {{}}}}\n",
        ['rules.yaml:5: rules.0.when.not.0.channel.0: no channel is called "news"; known here: none'],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: b, then: {{}}}}\n  - {{name: c, when: {{any: [x, '\u200b']}}, then: {{}}}}\n",
        ["rules.yaml:5: rules.1.when.any.1: there is no word in “\u200b”"],
    ),
    (
        f"{HEAD}canned:\n  - {{name: a, text: {{it: x}}}}\n  - {{name: b, text: {{it: 'ciao {{autor}}'}}}}\n",
        ["rules.yaml:5: canned.1.text.it: there is no {autor}, did you mean {author}?"],
    ),
    (
        f"{HEAD}canned:\n  - {{name: a, text: {{it: x}}}}\n  - {{name: a, text: {{it: x}}}}\n",
        ['rules.yaml:5: canned.1.name: "a" is the name of canned.0 already: give this one another'],
    ),
    ("", ["rules.yaml: is empty; see reputation-bot init for a file to start from"]),
    ("# only a comment\n", ["rules.yaml: is empty; see reputation-bot init for a file to start from"]),
    (
        "- brand\n",
        ["rules.yaml:1: does not begin with a key such as brand:; see reputation-bot init for a file to start from"],
    ),
    ("brand: {name: 'A}\n", ["rules.yaml:1: a quote opened here is never closed"]),
    (f"{HEAD}brand: {{name: B}}\n", ["rules.yaml:3: brand: stands twice: see also line 1"]),
]  # fmt: skip
