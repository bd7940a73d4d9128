"""Which moves are legal, and that the tables say something about every one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.errors import MoveError
from reputation_bot.model import CLOSED, CaseStatus, Move, ReplyState
from reputation_bot.transitions import CASE_MOVES, REPLY_MOVES, ReplyMove, move_case, move_reply
from tests.factories import NOW, make_case, make_reply


def test_every_move_has_its_row() -> None:
    assert set(CASE_MOVES) == set(Move)
    assert set(REPLY_MOVES) == set(ReplyMove)


@given(st.sampled_from(Move), st.sampled_from(CaseStatus))
def test_a_case_moves_as_the_table_says_or_not_at_all(move: Move, status: CaseStatus) -> None:
    case = make_case(status=status)
    if status in CASE_MOVES[move]:
        moved, event = move_case(case, move, who="anna", now=NOW, detail="why")
        assert moved.status is CASE_MOVES[move][status]
        assert (event.at, event.who, event.move, event.detail) == (NOW, "anna", move, "why")
    else:
        with pytest.raises(MoveError, match="not possible"):
            move_case(case, move, who="anna", now=NOW)


@given(st.lists(st.sampled_from(ReplyMove), max_size=12))
def test_only_a_person_leads_from_unknown_to_a_second_attempt(moves: list[ReplyMove]) -> None:
    reply = make_reply()
    for move in moves:
        try:
            moved = move_reply(reply, move)
        except MoveError:
            continue
        if reply.state is ReplyState.UNKNOWN and moved.state is ReplyState.PENDING:
            assert move is ReplyMove.SEND_AGAIN
        reply = moved


@pytest.mark.parametrize("state", [ReplyState.SENT, ReplyState.FAILED, ReplyState.CANCELLED])
def test_a_finished_reply_never_moves_again(state: ReplyState) -> None:
    assert not [move for move, rows in REPLY_MOVES.items() if state in rows]


def test_the_authors_new_words_reopen_all_but_what_was_dismissed() -> None:
    after = CASE_MOVES[Move.AUTHOR_WROTE]
    assert {status: after[status] for status in CaseStatus} == {
        CaseStatus.OPEN: CaseStatus.OPEN,
        CaseStatus.WAITING: CaseStatus.OPEN,
        CaseStatus.SNOOZED: CaseStatus.OPEN,
        CaseStatus.RESOLVED: CaseStatus.OPEN,
        CaseStatus.DISMISSED: CaseStatus.DISMISSED,
    }


@pytest.mark.parametrize("status", sorted(CLOSED))
def test_nothing_is_published_from_a_closed_case(status: CaseStatus) -> None:
    assert not [move for move in (Move.APPROVE, Move.SEND_AGAIN) if status in CASE_MOVES[move]]
