"""Mistakes in rules.yaml and other expected errors in the staff's language: nothing English is left, and every value stays as written."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reputation_bot.config import RulesFileError, parse, wording
from reputation_bot.errors import ConfigError, MissingExtraError, ReputationBotError, StorageError
from reputation_bot.i18n import translator
from tests import test_timetable, test_yaml_lines
from tests.config_examples import HEAD, ONE_MISTAKE
from tests.told_to_staff import CORE, GAP, expected_errors, refused_values
from tests.webhook_site import RULES as WEBHOOK

it = translator("it")
# words of our sentences that no Italian sentence has
ENGLISH = re.compile(
    r"\b(is|are|the|an|write|not|and|or|with|here|this|such|as|to|of|known|put|must|there|what|from|which)\b"
)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|“[^”]*”|«[^»]*»|`[^`]*`|\$?\{[^}]*\}')
OTHERS = [
    f"{HEAD}rules:\n  - {{name: a, when: {{regex: '{pattern}'}}, then: {{}}}}\n"
    for pattern in ("(", "[a", "*", "(?=a)", "\\q", "a{1001}", "[z-a]", "(a)\\1", "a\\Z", "(?P<>a)")
] + [
    f"{HEAD}rules:\n  - {{name: a, when: b, then: {{priority: big, topic: 'A b'}}}}\n",
    f"{HEAD}rules:\n  - {{name: a, when: {{sentiment: {{min: low}}}}, then: {{}}}}\n",
    f"{HEAD}publishing: {{undo: '${{UNDO}}'}}\n",
    f"{HEAD}publishing: {{undo: '${{'}}\n",
    f"{HEAD}canned:\n  - {{name: a, text: {{it: '{{zzzz}}'}}}}\n",
    f"{HEAD}canned:\n  - {{name: a, text: {{}}}}\n",
    f"{HEAD}outgoing: {{banned: ['N …'], order_numbers: ['a*']}}\n",
    f"{HEAD}faq:\n  - {{question: {{it: 'Quando?'}}, answer: {{it: x}}}}\n  - {{question: {{it: 'quando'}}, answer: {{it: y}}}}\n",
    f"{HEAD}contacts: {{a: {{topic: [shipping], operators: [nobody]}}, b: {{topic: [shipping]}}}}\n",
    f"{HEAD}contacts: {{a: {{topic: [shipping], link: shop}}}}\n",
    f"{HEAD}language: it\nchannels: {{a: {{connector: json}}, b: {{connector: x}}, c: {{connector: mastodon, server: s}}}}\n",
    f"{HEAD}channels: {{a: {{connector: rss, url: 'ftp://x', every: 0s, backlog: true}}}}\n",
    WEBHOOK.replace("    forms: {secret", "    form: {secret"),
    WEBHOOK.replace("port: 8443", "port: 99999\n  address: localhost"),
    WEBHOOK.replace("proof: password", "proof: meta"),
    WEBHOOK.replace("{connector: inbox, own: true}", "{connector: rss, url: 'https://x.example/f'}"),
]
EXAMPLES = [
    *(text for text, _expected in ONE_MISTAKE),
    *(f"{HEAD}{text}\n" for text, _expected in test_timetable.MISTAKES),
    *(text for text, _problem in test_yaml_lines.NO_YAML),
    *OTHERS,
]  # fmt: skip


def refused(text: str) -> RulesFileError:
    with pytest.raises(RulesFileError) as caught:
        parse(text, Path("shop/rules.yaml"), {})
    return caught.value


@cache
def fixed_parts() -> frozenset[str]:
    """What every English sentence says between its gaps, in three words or more."""
    parts = (part.strip(" :;,.") for sentence in expected_errors(CORE) for part in sentence.split(GAP))
    return frozenset(part for part in parts if part.count(" ") >= 2)


def test_what_an_error_says_is_found_however_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(
        """
class FullError(StorageError):
    def __init__(self, path): super().__init__(f"{path} has no room left")
def why(near):
    if near: return f"did you mean {near}?"
    return "there is none"
if wrong: problem = "this is wrong" if one else "that is wrong"
raise FullError(path)
raise NotFoundError(why(near))
raise ConfigError(problem, key="a") from None
raise ConfigError(f"cannot be changed: {reason or 'nobody knows why'}")
raise ValueError("write a number")
raise KeyError("not told to a person")
""",
        encoding="utf-8",
    )
    assert set(expected_errors(tmp_path)) == {
        "{} has no room left",
        "did you mean {}?",
        "there is none",
        "this is wrong",
        "that is wrong",
        "cannot be changed: {}",
        "nobody knows why",
    }
    assert set(refused_values(tmp_path)) == {"write a number"}


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_mistake_is_told_in_italian_without_a_word_of_english(text: str) -> None:
    for one in refused(text).errors:
        italian, english = it.sentence(one.problem), one.problem
        assert italian != english
        bare = QUOTED.sub(" ", italian)
        assert not ENGLISH.search(bare), italian
        assert not [part for part in fixed_parts() if part in bare], italian
        for written in re.findall(r'"(?:[^"\\]|\\.)*"', english):
            assert written in italian or "“" in written, italian  # what the file says stays


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{HEAD}brnd: {{}}\n", 'rules.yaml:3: brnd: non è una chiave conosciuta; intendevi "brand"?'),
        (
            f"{HEAD}operators: {{anna: {{telegram: 5, role: boss}}}}\n",
            'rules.yaml:3: operators.anna.role: "boss" non è un ruolo: scrivi viewer, agent, approver o lead',
        ),
        (
            f"{HEAD}promises: {{escalate: {{high: 50}}}}\n",
            "rules.yaml:3: promises.escalate.high: 50: scrivi una durata come 10s, 15m, 1h30m o 7d, una parte come 25%, oppure never",
        ),
        (
            f"{HEAD}hours: {{mon: 18-9}}\n",
            ('rules.yaml:3: hours.mon: "18-9": 18:00-9:00 finisce prima di cominciare: per un orario oltre la mezzanotte scrivi qui '
            "18:00-24:00 e 0:00-9:00 per il giorno dopo"),
        ),
        (
            f"{HEAD}channels: {{news: {{url: x}}}}\n",
            "rules.yaml:3: channels.news.connector: manca: il connettore della piattaforma, come rss",
        ),
        (
            f"{HEAD}publishing: {{undo: '${{UNDO}}'}}\n",
            "rules.yaml:3: publishing.undo: la variabile d'ambiente UNDO non c'è (o è vuota)",
        ),
        (
            f"{HEAD}contacts: {{a: {{topic: [shipping]}}, b: {{topic: [shipping]}}}}\n",
            "rules.yaml:3: contacts.b.topic.0: shipping è già in contacts.a: scrivi ogni argomento una volta sola",
        ),
        (
            f"{HEAD}rules:\n  - {{name: a, when: {{regex: '(?=a)'}}, then: {{}}}}\n",
            ("rules.yaml:4: rules.0.when.regex: RE2 non accetta questa espressione: gruppo speciale non ammesso: (?=; "
            "non si può guardare avanti o indietro; usa invece `all:` e `not:`"),
        ),
        ("a: {x: 1\nb: 3\n", "rules.yaml:1: un gruppo aperto con { non è chiuso con }, oppure manca una virgola"),
    ],
)  # fmt: skip
def test_file_line_key_and_values_stay_and_the_rest_is_italian(text: str, expected: str) -> None:
    assert refused(text).told(it.sentence).splitlines()[0] == expected


def test_all_mistakes_of_a_file_are_told_each_on_its_line() -> None:
    told = refused(f"{HEAD}brnd: {{}}\npublishing: {{undo: 10}}\n").told(it.sentence).splitlines()
    assert [line.split(": ")[0] for line in told] == ["rules.yaml:3", "rules.yaml:4"]
    assert all("scrivi" in line or "intendevi" in line for line in told)


def test_a_key_of_several_words_stays_whole() -> None:
    [told] = refused(f"{HEAD}hours: {{'mon, wed-fri': 9-13, mon: 9-13}}\n").told(it.sentence).splitlines()
    assert told.startswith("rules.yaml:3: hours.mon: uno di questi giorni è già in")


def test_a_value_from_the_environment_is_shown_in_no_language() -> None:
    with pytest.raises(RulesFileError) as caught:
        parse(f"{HEAD}publishing: {{undo: '${{UNDO}}'}}\n", Path("rules.yaml"), {"UNDO": "hunter2"})
    assert (
        caught.value.told(it.sentence)
        == "rules.yaml:3: publishing.undo: il valore di ${UNDO} qui non va bene"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("is too long: at most 80 characters", "è troppo lungo: al massimo 80 caratteri"),
        ("is not a category: write spam or other", "non è una categoria: scrivi spam o other"),
        ("is read as a number: put it in quotes", "viene letto come un numero: mettilo tra virgolette"),
    ],
)
@given(value=st.text(max_size=60))
@example(value="1/2 characters")
@example(value='"is missing: x" is a day of it stands in')
@example(value="there is no case #7 and 7 overlap: end one")
def test_whatever_stands_in_a_value_it_is_not_translated(value: str, said: str, expected: str) -> None:
    shown = wording.quoted(value)
    assert it.sentence(f"{shown} {said}") == f"{shown} {expected}"


@given(st.text(alphabet="abdeio", min_size=1, max_size=12))
@example("website")
@example("shipping")
@example("account")
def test_a_name_that_is_also_a_word_of_the_interface_stays(name: str) -> None:
    assert it.sentence(f'no channel is called "x"; known here: {name}').endswith(
        f"qui ci possono stare: {name}"
    )


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            MissingExtraError('the connector "app_store" needs jwt and cryptography', command="pip install x"),
            'al connettore "app_store" serve jwt e cryptography: pip install x',
        ),
        (
            StorageError("/s.json cannot be read: Permission denied. Nothing was lost. Check free space and permissions, "
                         "and run every reputation-bot as the same user."),
            ("/s.json non si può leggere: permesso negato. Non è andato perso nulla. Controlla lo spazio libero e i permessi, "
            "e avvia ogni reputation-bot con lo stesso utente."),
        ),
        (
            StorageError("/s.json is not a store of reputation-bot and was left as it is. Give --store another path."),
            "/s.json non è un archivio di reputation-bot ed è rimasto com'era. Indica a --store un altro percorso.",
        ),
        (
            ReputationBotError("another process is at work in this chat (bot@pc:7:1): stop it first, or wait two minutes if it is gone"),
            "un altro processo lavora in questa chat (bot@pc:7:1): prima fermalo, oppure aspetta due minuti se non c'è più",
        ),
        (ConfigError("nobody knows this", key="a.b"), "a.b: nobody knows this"),
    ],
)  # fmt: skip
def test_other_errors_are_told_in_italian_too(error: ReputationBotError, expected: str) -> None:
    assert error.told(it.sentence) == expected
    assert error.told(translator("en").sentence) == str(error)
