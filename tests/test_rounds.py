"""What the bot sees to now and then: a rules.yaml that changed is put to work or refused with a word; leads are asked once a week."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reputation_bot import proposals
from reputation_bot.config import Config, load
from reputation_bot.config.watch import Watch
from reputation_bot.errors import ConfigError, NotFoundError, OutcomeUnknownError, RejectedError
from reputation_bot.i18n import translator
from reputation_bot.model import CaseStatus, Category, DismissReason
from reputation_bot.ports import Message, Storage
from reputation_bot.proposals import ASK_EVERY, LOOK_EVERY, Question, Standing
from reputation_bot.telegram.asking import ask_leads, render
from reputation_bot.telegram.html import visible
from reputation_bot.telegram.rounds import ASK_TICK, Rounds
from reputation_bot.tuning.proposal import Effect, Kind, Proposal
from tests.factories import NOW, make_case, make_mention, make_record
from tests.fakes import FakeClock
from tests.test_learn import OURS, PIZZA

RULES = """brand: {name: Bottega Aurora, terms: [bottega aurora]}
telegram: {chat: -100}
operators: {anna: {telegram: 1001, role: lead}}
language: en
"""
PROPOSAL = Proposal(Kind.NOT_US, "pizzeria", "", 6, 7, Effect(412, 14, 13, (("complaint", 1),)))


class Group:
    """A chat that takes messages while it has room."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.has_room = True
        self.faults: list[BaseException] = []

    def say(self, message: Message) -> bool:
        if self.faults:
            raise self.faults.pop(0)
        if self.has_room:
            self.said.append(message)
        return self.has_room

    @property
    def texts(self) -> list[str]:
        return [visible(message.html) for message in self.said]


class Bench:
    """A rules.yaml, a chat, and the rounds between them."""

    def __init__(self, path: Path, storage: Storage, clock: FakeClock) -> None:
        self.path, self.storage, self.clock = path, storage, clock
        self.saves = 0
        self.save(RULES)
        config = load(path, {})
        self.group, self.adopted = Group(), list[Config]()
        self.rounds = Rounds(
            storage,
            Watch(config, {}),
            self.adopted.append,
            self.group.say,
            settings=config.settings,
            clock=clock,
        )

    def save(self, text: str) -> None:
        """Each time at another moment, however fast the test is."""
        self.saves += 1
        self.path.write_text(text, encoding="utf-8")
        os.utime(self.path, ns=(self.saves * 10**9, self.saves * 10**9))

    def go(self, times: int = 3) -> None:
        for _ in range(times):
            self.rounds.go()


@pytest.fixture
def bench(tmp_path: Path, storage: Storage, clock: FakeClock) -> Bench:
    return Bench(tmp_path / "rules.yaml", storage, clock)


def test_a_changed_file_is_put_to_work_once(bench: Bench) -> None:
    bench.go()
    assert bench.adopted == []
    bench.save(RULES.replace("-100", "-200"))
    bench.go()
    assert [config.settings.telegram.chat for config in bench.adopted] == [-200]
    assert bench.group.said == []


def test_a_file_touched_but_not_changed_is_left_alone(bench: Bench) -> None:
    bench.go()
    bench.save(RULES)
    bench.go()
    assert bench.adopted == []


def test_a_file_that_is_being_written_is_not_read_half(bench: Bench) -> None:
    bench.go()
    for cut_at in (30, 70, 110):
        bench.save(RULES[:cut_at])
        bench.go(1)
    bench.save(RULES.replace("-100", "-200"))
    bench.go()
    assert len(bench.adopted) == 1
    assert bench.group.said == []


def test_a_mistake_is_told_once_with_its_line_and_the_old_file_stays(bench: Bench) -> None:
    bench.save(RULES.replace("role: lead", "role: boss") + "wrong: key\n")
    bench.go(6)
    assert bench.adopted == []
    (text,) = bench.group.texts
    assert text.startswith("⚠️ rules.yaml has a mistake: the bot goes on with the one before.")
    assert "rules.yaml:3: operators.anna.role" in text
    assert "rules.yaml:5: wrong" in text


def test_each_new_mistake_is_told_and_the_mending_too(bench: Bench) -> None:
    bench.save("wrong: 1\n" + RULES)
    bench.go()
    bench.save("wronger: 1\n" + RULES)
    bench.go()
    bench.save(RULES)
    bench.go()
    assert len(bench.group.texts) == 3
    assert bench.group.texts[-1] == "✅ rules.yaml is right again and in use."
    assert [config.text for config in bench.adopted] == [RULES]


def test_a_file_that_is_gone_is_told_and_may_come_back(bench: Bench) -> None:
    bench.go()
    bench.path.unlink()
    bench.go()
    assert "not found" in bench.group.texts[0]
    bench.save(RULES)
    bench.go()
    assert len(bench.group.texts) == 2


def test_what_is_wrong_is_told_when_there_is_room_again(bench: Bench) -> None:
    bench.group.has_room = False
    bench.save("<b>wrong</b>: 1\n" + RULES)
    bench.go()
    bench.group.has_room = True
    bench.go()
    assert len(bench.group.said) == 1
    assert "&lt;b&gt;" in bench.group.said[0].html


@pytest.mark.parametrize("fault", [OutcomeUnknownError("no answer"), NotFoundError("chat not found")])
def test_a_chat_that_cannot_be_told_stops_nothing(bench: Bench, fault: Exception) -> None:
    bench.group.faults = [fault]
    bench.save("wrong: 1\n" + RULES)
    bench.go()
    bench.save(RULES)
    bench.go()
    assert bench.group.texts == ["✅ rules.yaml is right again and in use."]


def test_twenty_mistakes_fit_one_message(bench: Bench) -> None:
    bench.save("".join(f"wrong{number}: 1\n" for number in range(20)) + RULES)
    bench.go()
    assert bench.group.texts[0].endswith("12 more")


def test_secrets_are_taken_from_the_same_environment(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    watch = Watch(load(path, {}), {"CHAT": "-300"})
    path.write_text(RULES.replace("-100", '"${CHAT}"'), encoding="utf-8")
    watch.news()
    config = watch.news()
    assert config
    assert config.settings.telegram.chat == -300


def test_a_wrong_file_is_an_error_once(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    watch = Watch(load(path, {}), {})
    path.write_text("x: 1", encoding="utf-8")
    assert watch.news() is None
    with pytest.raises(ConfigError):
        watch.news()
    assert watch.news() is None


def fill(storage: Storage) -> None:
    """Three mentions that were not us, four that were answered."""
    with storage.transaction() as tx:
        for text in (*PIZZA, *OURS):
            is_ours = text in OURS
            case = tx.open_case(
                make_case(
                    status=CaseStatus.RESOLVED if is_ours else CaseStatus.DISMISSED,
                    dismissed=None if is_ours else DismissReason.NOT_US,
                )
            )
            name = f"m{case.id}"
            tx.put_case(replace(case, mention_keys=(f"piazza:{name}",)))
            tx.put_record(make_record(make_mention(name, text=text), case_id=case.id))


def later(bench: Bench, wait: timedelta) -> None:
    bench.clock.now += wait
    bench.go(1)


def asked(storage: Storage) -> list[Question]:
    with storage.read() as view:
        return proposals.questions(view)


def test_leads_are_asked_and_not_again_for_a_week(bench: Bench) -> None:
    fill(bench.storage)
    bench.go(1)
    later(bench, ASK_TICK)
    (text,) = bench.group.texts
    assert text.startswith("💡 Leave out mentions with «pizzeria»?")
    later(bench, ASK_EVERY - ASK_TICK * 2)
    later(bench, ASK_TICK)
    later(bench, ASK_EVERY)
    later(bench, ASK_TICK)
    assert len(bench.group.said) == 1
    assert [one.standing for one in asked(bench.storage)] == [Standing.ASKED]


def test_as_long_as_there_is_nothing_to_ask_it_looks_every_day(bench: Bench) -> None:
    bench.go(1)
    fill(bench.storage)
    later(bench, ASK_TICK)
    later(bench, ASK_TICK)
    assert bench.group.said == []
    later(bench, LOOK_EVERY)
    later(bench, ASK_TICK)
    assert len(bench.group.said) == 1


def test_what_was_rejected_is_not_proposed_again(bench: Bench) -> None:
    fill(bench.storage)
    with bench.storage.transaction() as tx:
        proposals.put(tx, Question(PROPOSAL, Standing.REJECTED, "anna"))
    bench.go(1)
    later(bench, ASK_TICK)
    later(bench, LOOK_EVERY)
    assert bench.group.said == []


def test_without_a_lead_nobody_is_asked(bench: Bench) -> None:
    fill(bench.storage)
    settings = load(bench.path, {}).settings.model_copy(update={"operators": {}})
    for _ in range(3):
        ask_leads(bench.storage, settings, bench.group.say, now=NOW, _=translator("en"))
    assert bench.group.said == []
    assert asked(bench.storage) == []


def send(bench: Bench) -> int:
    settings = load(bench.path, {}).settings
    return ask_leads(bench.storage, settings, bench.group.say, now=NOW, _=translator("en"))


def with_question(bench: Bench) -> None:
    with bench.storage.transaction() as tx:
        proposals.ask(tx, [PROPOSAL], NOW)


def test_a_question_waits_for_room(bench: Bench) -> None:
    with_question(bench)
    bench.group.has_room = False
    assert send(bench) == 0
    bench.group.has_room = True
    assert (send(bench), send(bench)) == (1, 0)
    assert len(bench.group.said) == 1


@pytest.mark.parametrize(
    ("fault", "standing"),
    [(RejectedError("no"), Standing.NEW), (OutcomeUnknownError("no answer"), Standing.ASKED)],
)
def test_a_question_whose_sending_failed_is_sent_again_only_if_it_certainly_did_not_arrive(
    bench: Bench, fault: Exception, standing: Standing
) -> None:
    with_question(bench)
    bench.group.faults = [fault]
    assert send(bench) == 0
    assert [one.standing for one in asked(bench.storage)] == [standing]


def test_a_crash_while_sending_asks_nobody_twice(bench: Bench) -> None:
    with_question(bench)
    bench.group.faults = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        send(bench)
    assert send(bench) == 0


def test_at_most_five_are_asked_at_once_and_none_twice(bench: Bench) -> None:
    many = [replace(PROPOSAL, words=f"parola{sign}") for sign in "abcdefgh"]
    with bench.storage.transaction() as tx:
        proposals.ask(tx, many, NOW)
        proposals.ask(tx, many[:2], NOW)
    assert [one.proposal for one in asked(bench.storage)] == many[:5]


def test_what_is_stored_comes_back(storage: Storage) -> None:
    question = Question(replace(PROPOSAL, kind=Kind.TOPIC, value="order"), Standing.ACCEPTED, "anna")
    with storage.transaction() as tx:
        proposals.put(tx, question)
    assert asked(storage) == [question]


def test_a_question_tells_what_it_would_hide() -> None:
    message = render(Question(PROPOSAL), {}, translator("en"))
    assert visible(message.html).split("\n") == [
        "💡 Leave out mentions with «pizzeria»?",
        "6 of 7 mentions that you called “Not us” have these words.",
        "It would hide 14 of 412 mentions. ⚠️ Of these you had confirmed: 1 × 🔴 Complaint",
    ]
    assert [button.text for button in message.buttons[0]] == ["✅ Accept", "❌ Reject"]


def test_an_italian_question_about_a_rule() -> None:
    proposal = Proposal(Kind.CATEGORY, "torna <disponibile>", Category.QUESTION, 4, 5, Effect(90, 4, 4))
    decided = Question(proposal, Standing.REJECTED, "anna")
    text = visible(render(decided, {"anna": "Anna Neri"}, translator("it")).html)
    assert text.split("\n") == [
        "💡 Classificare le menzioni con «torna <disponibile>» come 🔵 Domanda?",
        "Queste parole sono in 4 delle 5 menzioni che avete corretto così.",
        "Ne cambierebbe 4 su 90, nessuna contro quello che avete confermato.",
        "❌ rifiutata da Anna Neri",
    ]


def test_a_question_about_a_topic_names_it(bench: Bench) -> None:
    proposal = Proposal(Kind.TOPIC, "torna", "returns", 4, 5, Effect(90, 4, 3, (("order", 1),)))
    text = visible(render(Question(proposal), {}, translator("it")).html)
    assert "hanno come argomento reso?" in text
    assert "1 × ordine" in text
