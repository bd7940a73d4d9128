"""What `cases` and the commands of `rules` print for people, in Italian and English; what programs read stays as it is."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reputation_bot.cli import main
from reputation_bot.commands import learn
from reputation_bot.config import load
from reputation_bot.i18n import translator
from reputation_bot.model import CaseStatus, Correction, DismissReason
from reputation_bot.rules.schema import Condition
from reputation_bot.tuning import selftest
from reputation_bot.tuning.looking import RuleList, named
from reputation_bot.tuning.proposal import Effect, Kind, Proposal
from storage.tiny import TinyStorage
from tests.factories import make_case, make_mention, make_record, make_verdict
from tests.test_errors_in_italian import ENGLISH as ENGLISH_WORDS
from tests.test_errors_in_italian import QUOTED

it = translator("it")
SHOP = """
brand: {name: Bottega Aurora, terms: [bottega aurora]}
telegram: {chat: -1}
languages: [it]
channels:
  piazza: {connector: sandbox, url: "http://127.0.0.1:8800"}
"""
RULES = """rules:
  - name: pacco aperto
    when: {any: [pacco aperto, scatola aperta]}
    then: {category: complaint, topic: shipping, priority: high}
    examples: [La scatola aperta]
  - name: tazze
    when: {phrase: tazza, rating: {min: 4}}
    then: {topic: mugs}
"""
WRONG = """rules:
  - {name: aperto, when: aperto, then: {category: complaint, topic: shipping}, examples: [Il vaso]}
  - {name: di nuovo, when: pacco aperto, then: {category: question}, examples: [Il pacco aperto]}
  - {name: uguale, when: aperto, then: {category: question}}
  - {name: mai, when: {regex: 'x^'}, then: {topic: order}}
  - {name: tutto, when: {regex: '[a-z]'}, then: {topic: order}}
  - {name: vuoto, when: {regex: 'x*'}, then: {topic: order}}
  - {name: due, when: {all: [{rating: {min: 4}}, {rating: {max: 2}}]}, then: {topic: order}}
  - {name: fuori, when: {sentiment: {min: 2}}, then: {topic: order}}
  - {name: stelle, when: {rating: {min: 6}}, then: {topic: order}}
  - {name: lingua, when: {language: [fr, de]}, then: {topic: order}}
  - {name: niente, when: {not: [zzz]}, then: {topic: order}}
  - {name: esclude, when: {phrase: vaso, not: [vaso]}, then: {topic: order}}
  - {name: canale, when: {all: [{channel: [piazza]}, {channel: [altra]}]}, then: {topic: order}}
  - {name: marchio, when: {all: [{names_us: true}, {names_us: false}]}, then: {topic: order}}
  - {name: nulla, when: tazza, then: {}}
  - {name: elenco, when: {all: [tazza, {any: []}]}, then: {topic: order}}
  - {name: prima, when: ciotola, then: {topic: order}}
  - {name: dopo, when: {any: [ciotola, ciotole]}, then: {topic: price}, examples: [La ciotola]}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(f"language: it\n{SHOP}{RULES}", encoding="utf-8")
    return path


def run(path: Path, *words: str, **options: Any) -> Result:
    return CliRunner().invoke(main, [*words, "--rules", str(path)], **options)


def bare(text: str) -> str:
    """Without what a person, a file or a trace wrote."""
    return QUOTED.sub(" ", text)


# cases


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Two cases of just now, one that anna corrected, and an off-brand mention; and a dismissed one."""
    now, address = datetime.now(UTC), str(tmp_path / "store.json")
    storage = TinyStorage(address)
    with storage.transaction() as tx:
        verdict = make_verdict(topic="order")
        tx.open_case(make_case(verdict=verdict))
        mention = make_mention(text="Bottega Aurora, scatola aperta", rating=None)
        said = Correction(now, "anna", topic="order")
        tx.put_record(make_record(mention, verdict=verdict, recorded_at=now, correction=said))
        spam = make_case(thread="old", status=CaseStatus.DISMISSED, dismissed=DismissReason.NOT_US)
        closed = tx.open_case(spam)
        tx.put_record(make_record(make_mention("old"), case_id=closed.id, recorded_at=now))
        tx.put_off_brand(make_mention("off", text="La Bottega Aurora, pacco aperto"), now)
    storage.close()
    return f"tinydb:{address}"


def test_cases_are_listed_in_the_words_of_the_cards(path: Path, store: str) -> None:
    lines = run(path, "cases", "--store", store).stdout.splitlines()
    assert lines[0].startswith("#1 aperto, ")
    assert ", priorità " in lines[0]
    assert lines[1].startswith("#2 scartato, ")


def test_cases_stay_english_for_who_reads_english(path: Path, store: str) -> None:
    path.write_text(f"language: en\n{SHOP}{RULES}", encoding="utf-8")
    line = run(path, "cases", "--store", store).stdout.splitlines()[0]
    verdict = make_verdict(topic="order")
    assert line.startswith(f"#1 open {verdict.category} {verdict.priority} piazza ")
    assert line.endswith(": Bottega Aurora, scatola aperta")


# rules test


def problems(path: Path) -> list[str]:
    config = load(path, {})
    found = selftest.own_problems(config.settings, "rules.yaml", config.lines, it)
    return [f"{one.rule}: {one.problem} → {one.to_do}" for one in found]


def test_every_problem_of_a_rule_is_told_in_italian(path: Path) -> None:
    text = SHOP.replace("channels:", 'channels:\n  altra: {connector: sandbox, url: "http://127.0.0.1:8801"}')
    path.write_text(f"language: it\n{text}{WRONG}", encoding="utf-8")
    found = problems(path)
    assert len(found) >= 17
    for one in found:
        assert not ENGLISH_WORDS.search(bare(one)), one
    told = "\n".join(found)
    for expected in (
        "aperto: non vale per il suo esempio “Il vaso”: “aperto” non è nel testo → cambia il `when` della regola, o l'esempio",
        " ma dice category question invece di complaint; vince quella che sta prima → tieni una delle due",
        "mai: non può valere mai: nessun testo può corrispondere al modello x^: vuole un segno prima di ^ o dopo $",
        "tutto: cerca il modello [a-z], che va bene per ",
        "vuoto: cerca il modello x*, che va bene per il testo vuoto, quindi per qualunque testo",
        "due: non può valere mai: nessun valore di rating sta in tutti e due i suoi intervalli",
        "lingua: non può valere mai: `languages`, in cima al file, non nomina de o fr",
        "nulla: non stabilisce nulla → nel suo `then` metti category, topic o priority",
    ):
        assert expected in told


def test_json_of_a_test_is_the_same_in_every_language(path: Path) -> None:
    path.write_text(
        f"language: it\n{SHOP}{WRONG}".replace("{channel: [altra]}", "{channel: []}"), encoding="utf-8"
    )
    italian = run(path, "rules", "test", "--json").stdout
    path.write_text(
        path.read_text(encoding="utf-8").replace("language: it\n", "language: en\n"), encoding="utf-8"
    )
    assert run(path, "rules", "test", "--json").stdout == italian
    assert "never decides anything" in italian


def test_a_test_is_summed_up_in_italian(path: Path) -> None:
    told = run(path, "rules", "test").stderr
    assert re.search(r"^\d+ regole, \d+ esempi: tutto a posto$", told, re.MULTILINE)
    path.write_text(
        f"language: it\n{SHOP}{WRONG}".replace("{channel: [altra]}", "{channel: []}"), encoding="utf-8"
    )
    assert re.search(
        r"^\d+ regole, \d+ esempi: \d+ problemi$", run(path, "rules", "test").stderr, re.MULTILINE
    )


# rules explain


def test_explain_tells_everything_in_italian(path: Path) -> None:
    lines = run(
        path, "rules", "explain", "Bottega Aurora: scatola aperta!", "--rating", "1"
    ).stdout.splitlines()
    assert lines[:2] == ["reclamo: “scatola aperta” (1 stella)", "  argomento spedizione, priorità alta"]
    assert re.fullmatch(r"  sicurezza \d+ %(; meglio che ci guardi una persona)?", lines[2])
    assert "  “Bottega Aurora”" in lines
    assert "  rules.yaml:9 “pacco aperto” vale: category complaint; topic shipping; priority high" in lines
    assert (
        "  rules.yaml:13 “tazze” non vale: “tazza” non è nel testo; le stelle sono 1, e la regola le vuole da 4 in su"
        in lines
    )
    assert "  lingua it, per mancanza di altre lingue" in lines


@pytest.mark.parametrize(
    "text",
    [
        "Ordine mai arrivato, ma il vaso è bellissimo",
        "Quanto costa?",
        "boh",
        "CLICCA E VINCI http://a.example",
        "😡",
        "",
    ],
)
def test_explain_leaves_no_word_of_english(path: Path, text: str) -> None:
    for stars in ([], ["--rating", "2"], ["--rating", "5"]):
        told = run(path, "rules", "explain", text, *stars).stdout
        assert not ENGLISH_WORDS.search(bare(told)), told
        assert not re.search(r"\b(mood|words|courtesy|nothing|words|topic \w+,)\b", bare(told)), told


CONDITIONS: list[tuple[Any, str]] = [
    ({"any": ["a", "b", "c", "d", "e", "f"]}, "qualcosa tra “a”, “b”, “c”, “d” o 2 altri"),
    ({"all": ["a", "b"], "not": ["c", "d"]}, "“a” e “b”, non “c” e non “d”"),
    ({"phrase": "a", "regex": "b+"}, "“a”, il modello b+"),
    ({"rating": {"min": 1, "max": 2}, "sentiment": {"max": 0}}, "stelle da 1 a 2, sentimento fino a 0"),
    ({"stated": {"min": 0.5}, "names_us": True}, "sentimento delle affermazioni da 0.5 in su, il marchio nominato"),
    ({"names_us": False, "author": ["a", "b"]}, "il marchio non nominato, autore a, b"),
    ({"channel": ["x"], "language": ["it"]}, "canale x, lingua it"),
    ({}, "una condizione che non chiede nulla"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "expected"), CONDITIONS)
def test_a_condition_is_named_in_italian(when: dict[str, Any], expected: str) -> None:
    assert named(Condition.model_validate(when), it) == expected


def test_why_a_rule_does_not_hold_is_told_in_italian(path: Path) -> None:
    whens: list[tuple[str, str]] = [
        ("{regex: zz}", "niente nel testo corrisponde al modello zz"),
        ("{not: [vaso]}", "c'è “vaso”, e la regola lo esclude"),
        ("{rating: {max: 2}}", "non ha stelle, e la regola le vuole fino a 2"),
        ("{sentiment: {min: 0.9}}", "il sentimento è +0.00, e la regola lo vuole da 0.9 in su"),
        (
            "{stated: {min: 0.9}}",
            "il sentimento delle affermazioni è +0.00, e la regola lo vuole da 0.9 in su",
        ),
        ("{names_us: true}", "non nomina il marchio"),
        ("{channel: [piazza]}", "il canale non è piazza"),
        ("{language: [en, de]}", "la lingua è it, e la regola vuole en o de"),
        ("{author: [Anna]}", "l'autore non è Anna"),
        ("{any: [a1, b1]}", "niente di questo: “a1” o “b1”"),
    ]
    rules = "".join(
        f"  - {{name: r{n}, when: {when}, then: {{topic: x}}}}\n" for n, (when, _) in enumerate(whens)
    )
    path.write_text(f"{SHOP}rules:\n{rules}", encoding="utf-8")
    listed = RuleList(load(path, {}).settings.rules)
    verdict = make_verdict(lang="it", sentiment=0.0, brand_words=())
    looked = listed.look(make_mention(text="Il vaso", rating=None, channel="altra"), verdict, it)
    assert [one.why_not for one in looked] == [(expected,) for _when, expected in whens]


# rules eval


def test_eval_is_told_in_italian(path: Path) -> None:
    lines = [
        '{"text": "scatola aperta", "category": "complaint"}',
        '{"text": "vaso"}',
        '{"text": 1}',
        "[",
        '{"text": "a", "act": "boh"}',
        '{"text": "a", "is_spam": 2}',
        '{"text": "a", "stars": "x"}',
        '{"lang": "it"}',
        "[" * 100_000,
        "[]",
    ]
    result = run(path, "rules", "eval", "-", input="\n".join(lines))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "category: testi 1, macro-F1 100.0, giusti 100.0 (20.7–100.0)"
    assert "  macro-F1 per fonte: non detta 100.0 (testi: 1)" in result.stdout
    assert "-:3: tralasciata: text non è un testo" in result.stderr
    assert "-:4: tralasciata: non è JSON" in result.stderr
    assert "-:5: tralasciata: act 'boh' non è tra question, complaint, " in result.stderr
    assert "-:6: tralasciata: is_spam non è né true né false" in result.stderr
    assert "1 riga senza etichette, saltata" in result.stderr
    names = re.compile(r"\b(question|complaint|praise|suggestion|other|spam|neg|neu|pos)\b")
    assert not ENGLISH_WORDS.search(names.sub(" ", bare(result.stderr))), result.stderr
    empty = run(path, "rules", "eval", "-", input='{"text": "vaso"}').stderr
    assert "niente da confrontare: servono righe con " in empty


# rules replay


def test_replay_is_told_in_italian_and_its_json_is_not(path: Path, store: str) -> None:
    told = run(path, "rules", "replay", "--store", store, "--since", "7d").stdout
    assert re.match(r"\d menzioni dal \d{4}-\d\d-\d\d \d\d:\d\d UTC; non è stato scritto nulla\.\n", told)
    assert (
        "adesso ci riguarderebbero: 1\n  piazza non ci riguarda → reclamo, spedizione, alta: “La Bottega"
        in told
    )
    assert "altro argomento: 1, di cui contro quello che una persona ha detto o fatto: 1" in told
    assert "  #1 ordine → spedizione ! anna ha detto ordine: “Bottega Aurora, scatola aperta”" in told
    assert "scartato come “non siamo noi”" in told
    found = json.loads(run(path, "rules", "replay", "--store", store, "--json").stdout)
    assert {one["person"] for one in found["changes"]} == {None, "anna said order", "dismissed as not_us"}
    assert {"not about us", "order"} <= {one["before"] for one in found["changes"]}


def test_replay_of_nothing_says_so_in_italian(path: Path, tmp_path: Path) -> None:
    told = run(path, "rules", "replay", "--store", f"tinydb:{tmp_path / 'new.json'}").stdout
    assert told.splitlines()[1] == "Non cambierebbe nulla."


# rules learn


@pytest.mark.parametrize(
    ("proposal", "expected"),
    [
        (
            Proposal(Kind.NOT_US, "boreale", "", 3, 4, Effect(40, 5, 3, (("praise", 1),))),
            [
                "lasciare fuori «boreale» (brand.not)",
                "perché queste parole sono in 3 delle 4 menzioni segnate “Non siamo noi”",
                "nasconderebbe 5 delle 40 menzioni archiviate: 3 come corretto, 1 confermate come elogio",
            ],
        ),
        (
            Proposal(Kind.TOPIC, "mai arrivato", "shipping", 5, 6, Effect(40, 9, 5)),
            [
                "«mai arrivato» vuol dire argomento spedizione (rules)",
                "perché queste parole sono in 5 delle 6 menzioni corrette in spedizione",
                "cambierebbe 9 delle 40 menzioni archiviate: 5 come corretto, nessuna contro quello che è stato confermato",
            ],
        ),
    ],
)
def test_a_proposal_is_told_in_italian(proposal: Proposal, expected: list[str]) -> None:
    first, *others = learn._in_words(proposal, it)
    assert [first.partition("  ")[2], *(one.strip() for one in others)] == expected


def test_nothing_to_propose_is_told_in_italian(path: Path, store: str) -> None:
    result = run(path, "rules", "learn", "--store", store)
    assert result.stdout == ""
    assert result.stderr.startswith("niente da proporre: servono 3 correzioni con parole in comune")


# what is written into the file


def test_comments_over_what_is_taken_over_are_in_the_language_of_the_file(path: Path) -> None:
    table = path.with_name("faq.csv")
    table.write_text("domanda;risposta\nQuanto costa?;5 euro\n", encoding="utf-8")
    for language, expected in (
        ("it", r"# importate da faq\.csv il \d"),
        ("en", r"# imported from faq\.csv on \d"),
    ):
        path.write_text(f"language: {language}\n{SHOP}faq: []\n", encoding="utf-8")
        assert run(path, "faq", "import", str(table)).exit_code == 0
        assert re.search(expected, path.read_text(encoding="utf-8"))
