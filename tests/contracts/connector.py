"""What every connector must do, whatever its platform; each connector's tests bring a fake of theirs.

To try a connector: write a fake of its platform as `contracts.platform` describes (on `tests.fake_server`, with a memory: what is
published, edited, deleted and answered), give it by a fixture `platform`, and subclass one of the two contracts:

    class TestContract(ConnectorContract):      # or ReplierContract, for a connector that answers
        exempt = {"test_edited_mention_comes_again_under_its_id": "nothing can be edited there"}

Where a platform differs, the class says how, in its attributes: `exempt` holds the tests that cannot apply, each with the reason (a
test's name, or with its parameter in brackets); `errors` says which faults end in another error there (None: in none). What is not said
so holds for all.
"""

from tests.contracts.answering import ReplierContract, approved
from tests.contracts.platform import (
    IMPATIENT,
    PATIENT,
    SECRET,
    AnsweringPlatform,
    Platform,
    fresh_http,
    limits_for,
)
from tests.contracts.reading import ConnectorContract, check_whole, keys, texts

__all__ = [
    "IMPATIENT",
    "PATIENT",
    "SECRET",
    "AnsweringPlatform",
    "ConnectorContract",
    "Platform",
    "ReplierContract",
    "approved",
    "check_whole",
    "fresh_http",
    "keys",
    "limits_for",
    "texts",
]
