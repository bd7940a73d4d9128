"""Presses and answers in the chat: acted on once, by those who may, with a word on what came of it."""

from dataclasses import replace

import pytest

from reputation_bot import proposals
from reputation_bot.errors import ConfigError
from reputation_bot.i18n import translator
from reputation_bot.model import Case, CaseStatus, Category, DismissReason, Menu, Move, Record, Reply
from reputation_bot.outgoing import OutgoingCheck
from reputation_bot.ports import ChatText, Ignored, Message, Press, Storage
from reputation_bot.proposals import Question, Standing
from reputation_bot.settings import Settings
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.commands import Commands
from reputation_bot.telegram.desk import Desk as Moves
from reputation_bot.telegram.effects import Effects, PopUp, Redraw, Say
from reputation_bot.telegram.handlers import OFFSET, Handlers
from reputation_bot.tuning.proposal import Effect, Kind, Proposal
from tests.factories import make_card, make_case, make_draft, make_record
from tests.fakes import FakeClock, FakeJudge

CHAT = -1001234567890
ANNA, PAOLO, FEDERICA, VITTORIA, STRANGER = 1001, 1002, 1003, 1004, 1999
SETTINGS = Settings.model_validate(
    {
        "brand": {"name": "Bottega Aurora"},
        "telegram": {"chat": CHAT},
        "operators": {
            "anna": {"telegram": ANNA, "role": "lead"},
            "paolo": {"telegram": PAOLO, "role": "approver"},
            "federica": {"telegram": FEDERICA, "role": "agent"},
            "vittoria": {"telegram": VITTORIA, "role": "viewer"},
        },
    }
)


PROPOSAL = Proposal(Kind.NOT_US, "pizzeria", "", 6, 7, Effect(412, 8, 6, (("complaint", 1),)))
WORDS = {
    Act.DISMISS_AS: "spam",
    Act.CLASS_AS: "praise",
    Act.TOPIC_AS: "returns",
    Act.PRIORITY_AS: "urgent",
    Act.SNOOZE_UNTIL: "tomorrow",
    Act.ASSIGN_TO: "1002",
    Act.MERGE_INTO: "77",
    Act.OVERRULE_AS: "agreed",
}


class Desk:
    """One case with its card in message 100, and people who press and write."""

    def __init__(self, storage: Storage, clock: FakeClock) -> None:
        self.storage, self.clock, self.next_update = storage, clock, 1
        self.amended: list[tuple[Proposal, str]] = []
        self.amend_fault: ConfigError | None = None
        translate, judge = translator("en"), FakeJudge(drafts=(make_draft(text="nuova"),))
        moves = Moves(SETTINGS, judge, OutgoingCheck(SETTINGS))
        commands = Commands(SETTINGS, translate)
        self.handlers = Handlers(storage, SETTINGS, translate, moves, commands, self._amend)
        with storage.transaction() as tx:
            tx.open_case(make_case(drafts=(make_draft(text="uno"), make_draft(text="due"))))
            tx.put_record(make_record())
            tx.put_card(make_card())

    def press(
        self, act: Act, user: int = ANNA, revision: int = 1, extra: str = "", case_id: int = 1
    ) -> PopUp:
        popup = self.press_data(encode(Pressed(act, case_id, revision, extra)), user)[0]
        assert isinstance(popup, PopUp)
        return popup

    def press_data(self, data: str, user: int = ANNA) -> Effects:
        self.next_update += 1
        press = Press(self.next_update, f"q{self.next_update}", CHAT, 100, user, "?", data)
        return self.handlers.handle(press, now=self.clock())

    def write(self, text: str, user: int = ANNA, reply_to: int | None = 100) -> Effects:
        self.next_update += 1
        message = ChatText(self.next_update, CHAT, 200, user, "?", text, reply_to)
        return self.handlers.handle(message, now=self.clock())

    def _amend(self, proposal: Proposal, comment: str) -> None:
        if self.amend_fault:
            raise self.amend_fault
        self.amended.append((proposal, comment))

    def ask(self, proposal: Proposal = PROPOSAL) -> None:
        with self.storage.transaction() as tx:
            proposals.put(tx, Question(proposal, Standing.ASKED))

    def decide(self, act: Act, user: int = ANNA) -> Effects:
        return self.press_data(encode(Pressed(act, 0, extra=PROPOSAL.id)), user)

    @property
    def record(self) -> Record:
        with self.storage.read() as view:
            return view.records(1)[0]

    @property
    def case(self) -> Case:
        with self.storage.read() as view:
            return view.case(1)

    @property
    def replies(self) -> list[Reply]:
        with self.storage.read() as view:
            return view.replies(case_id=1)


@pytest.fixture
def desk(storage: Storage, clock: FakeClock) -> Desk:
    return Desk(storage, clock)


def test_publish_approves_the_draft_on_the_card(desk: Desk) -> None:
    popup = desk.press(Act.PUBLISH)
    assert "10 s" in popup.text
    assert not popup.alert
    assert [(reply.text, reply.approved_by) for reply in desk.replies] == [("uno", "anna")]


def test_ten_people_pressing_publish_approve_once(desk: Desk) -> None:
    popups = [desk.press(Act.PUBLISH, user=user) for user in (PAOLO, ANNA) * 5]
    assert len(desk.replies) == 1
    assert all("Paolo" in popup.text for popup in popups[1:])


def test_an_update_shown_twice_acts_once(desk: Desk) -> None:
    press = Press(7, "q", CHAT, 100, ANNA, "Anna", encode(Pressed(Act.OTHER_DRAFT, 1, 1)))
    desk.handlers.handle(press, now=desk.clock())
    assert desk.handlers.handle(press, now=desk.clock()) == ()
    assert desk.case.revision == 2


def test_the_offset_is_kept_with_what_the_update_did(desk: Desk) -> None:
    desk.press(Act.TAKE)
    with desk.storage.read() as view:
        assert view.value(OFFSET) == desk.next_update + 1


@pytest.mark.parametrize("user", [STRANGER, VITTORIA, FEDERICA])
def test_whoever_may_not_publish_is_told_who_may(
    desk: Desk, user: int, caplog: pytest.LogCaptureFixture
) -> None:
    popup = desk.press(Act.PUBLISH, user=user)
    assert popup.alert
    assert "Anna" in popup.text
    assert desk.replies == []
    assert "press refused" in caplog.text


def test_an_agent_takes_edits_and_dismisses(desk: Desk) -> None:
    desk.press(Act.TAKE, user=FEDERICA)
    assert desk.case.assignee == "federica"
    assert desk.write("meglio così", user=FEDERICA) == ()
    assert desk.case.draft is not None
    assert desk.case.draft.text == "meglio così"
    desk.press(Act.DISMISS_AS, user=FEDERICA, extra=DismissReason.NOT_US.value)
    assert desk.case.status is CaseStatus.DISMISSED


def test_the_reasons_are_a_menu_that_survives_a_restart(desk: Desk) -> None:
    desk.press(Act.DISMISS)
    with desk.storage.read() as view:
        card = view.card(1)
        assert card
        assert card.menu is Menu.DISMISS
        assert [case.id for case, _ in view.stale_cards()] == [1]
    desk.press(Act.BACK)
    with desk.storage.read() as view:
        card = view.card(1)
        assert card
        assert card.menu is Menu.MAIN


def test_any_other_press_closes_the_menu(desk: Desk) -> None:
    desk.press(Act.DISMISS)
    desk.press(Act.TAKE)
    with desk.storage.read() as view:
        card = view.card(1)
        assert card
        assert card.menu is Menu.MAIN


def test_a_refused_edit_is_answered_where_it_was_written(desk: Desk) -> None:
    (said,) = desk.write("x" * 600)
    assert said == Say(CHAT, 200, Message("Too long: the platform takes 500 characters."))
    (said,) = desk.write("io", user=STRANGER)
    assert isinstance(said, Say)
    assert desk.case.revision == 1


def test_words_that_answer_no_card_are_left_alone(desk: Desk) -> None:
    assert desk.write("buongiorno", reply_to=None) == ()
    assert desk.write("buongiorno", reply_to=99) == ()
    assert desk.write("/nota", reply_to=100) == ()
    assert desk.case.revision == 1


def test_edit_explains_how(desk: Desk) -> None:
    popup = desk.press(Act.EDIT)
    assert popup.alert
    assert "Answer this card" in popup.text


@pytest.mark.parametrize(
    "data", ["", "x", "p:1", "p:1:1:", "p:99999999999999:1", "p:-1:1", "da:1:1:nonsense", "é" * 32]
)
def test_foreign_buttons_are_refused_without_harm(desk: Desk, data: str) -> None:
    (popup,) = desk.press_data(data)
    assert isinstance(popup, PopUp)
    assert popup.alert


def test_a_case_that_is_not_there_is_said_so(desk: Desk) -> None:
    assert "#77" in desk.press(Act.TAKE, case_id=77).text


def test_the_jump_button_of_a_list_points_at_the_card(desk: Desk) -> None:
    effects = desk.press_data(encode(Pressed(Act.SHOW, 1)))
    assert effects[1] == Say(CHAT, 100, Message("👆 #1"))


def test_the_jump_button_brings_a_card_that_was_only_listed(desk: Desk) -> None:
    with desk.storage.transaction() as tx:
        tx.put_card(replace(make_card(), message_id=None, listed_in=50))
    desk.press_data(encode(Pressed(Act.SHOW, 1)))
    with desk.storage.read() as view:
        assert [case.id for case, _ in view.stale_cards()] == [1]
    assert desk.case.urged_at == desk.clock()


def test_updates_that_concern_us_not_write_nothing(desk: Desk) -> None:
    assert desk.handlers.handle(Ignored(50), now=desk.clock()) == ()
    with desk.storage.read() as view:
        assert view.value(OFFSET) is None


@pytest.mark.parametrize("act", [act for act in Act if act not in {Act.ACCEPT, Act.REJECT}])
@pytest.mark.parametrize("status", list(CaseStatus))
def test_every_button_has_an_answer_in_every_state(desk: Desk, act: Act, status: CaseStatus) -> None:
    with desk.storage.transaction() as tx:
        tx.put_case(replace(tx.case(1), status=status))
    popup = desk.press(act, extra=WORDS.get(act, ""))
    assert len(popup.text) <= 200


def test_a_correction_is_kept_with_the_mention_and_drafts_anew(desk: Desk) -> None:
    assert (
        desk.press(Act.CLASS_AS, user=FEDERICA, extra="praise").text == "Corrected. The rules learn from it."
    )
    said = desk.record.correction
    assert said
    assert (said.by, said.category, said.topic, said.not_us) == ("federica", Category.PRAISE, None, False)
    assert desk.record.verdict.category is Category.COMPLAINT
    assert (desk.case.verdict.category, desk.case.revision) == (Category.PRAISE, 2)
    assert [draft.text for draft in desk.case.drafts] == ["nuova"]
    with desk.storage.read() as view:
        event = view.events(1)[-1]
    assert (event.who, event.move, event.before, event.after) == (
        "federica",
        Move.RECLASSIFY,
        "complaint/shipping/high",
        "praise/shipping/low",
    )


def test_the_categories_are_a_menu_and_the_topics_behind_it(desk: Desk) -> None:
    for act, menu in (
        (Act.WRONG_CLASS, Menu.CLASS),
        (Act.WRONG_TOPIC, Menu.TOPIC),
        (Act.TOPIC_AS, Menu.MAIN),
    ):
        desk.press(act, extra="returns" if act is Act.TOPIC_AS else "")
        with desk.storage.read() as view:
            card = view.card(1)
        assert card
        assert card.menu is menu
    assert desk.case.verdict.topic == "returns"


def test_a_viewer_corrects_nothing(desk: Desk) -> None:
    assert desk.press(Act.CLASS_AS, user=VITTORIA, extra="praise").alert
    assert desk.record.correction is None


def test_not_us_is_kept_with_the_mention(desk: Desk) -> None:
    desk.press(Act.DISMISS_AS, user=FEDERICA, extra=DismissReason.NOT_US.value)
    said = desk.record.correction
    assert said
    assert (said.not_us, said.by, said.at) == (True, "federica", desk.clock())
    desk.press(Act.REOPEN)
    assert desk.record.correction is None


def test_a_lead_accepts_a_proposal_with_who_when_and_why(desk: Desk) -> None:
    desk.ask()
    popup, redraw = desk.decide(Act.ACCEPT)
    assert isinstance(popup, PopUp)
    assert isinstance(redraw, Redraw)
    assert desk.amended == [
        (
            PROPOSAL,
            "accepted by Anna on 2026-11-21: 6 of 7 mentions that were not about us have these words",
        )
    ]
    assert "accepted by Anna" in redraw.message.html
    assert redraw.message.buttons == ()


def test_a_proposal_is_decided_once(desk: Desk) -> None:
    desk.ask()
    desk.decide(Act.REJECT)
    popup, redraw = desk.decide(Act.ACCEPT)
    assert isinstance(popup, PopUp)
    assert isinstance(redraw, Redraw)
    assert popup.text == "Already done by Anna."
    assert "rejected by Anna" in redraw.message.html
    assert desk.amended == []


@pytest.mark.parametrize("user", [STRANGER, VITTORIA, FEDERICA, PAOLO])
def test_only_leads_decide_about_proposals(desk: Desk, user: int) -> None:
    desk.ask()
    (popup,) = desk.decide(Act.ACCEPT, user)
    assert isinstance(popup, PopUp)
    assert popup.alert
    assert "Anna" in popup.text
    assert desk.amended == []


def test_a_change_that_cannot_be_written_can_be_tried_again(desk: Desk) -> None:
    desk.ask()
    desk.amend_fault = ConfigError("cannot be changed: Permission denied")
    (popup,) = desk.decide(Act.ACCEPT)
    assert isinstance(popup, PopUp)
    assert popup == PopUp(popup.query_id, "cannot be changed: Permission denied", alert=True)
    desk.amend_fault = None
    desk.decide(Act.ACCEPT)
    assert len(desk.amended) == 1


def test_a_proposal_that_is_forgotten_is_said_so(desk: Desk) -> None:
    (popup,) = desk.decide(Act.ACCEPT)
    assert isinstance(popup, PopUp)
    assert popup.alert
