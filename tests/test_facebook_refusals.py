"""What Meta refuses the Facebook connector, and how it is asked: tokens, permissions, patience, proofs, pages."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
from tests.contracts.connector import approved
from tests.fake_facebook import PAGE, FakeFacebook
from tests.fake_meta import APP_SECRET, mention_by, refused


@pytest.fixture
def platform() -> Iterator[FakeFacebook]:
    fake = FakeFacebook()
    with fake.server.running():
        yield fake


class TestRefusals:
    def test_ended_token_says_what_to_do(self, platform: FakeFacebook) -> None:
        with pytest.raises(AccessError, match="make a new one"):
            platform.connect(token="wrong").poll(None)

    def test_missing_permission_is_named(self, platform: FakeFacebook) -> None:
        platform.server.fail(refused(10, "(#10) This endpoint requires pages_read_engagement"))
        with pytest.raises(AccessError, match="pages_read_engagement"):
            platform.connect().poll(None)

    def test_too_many_requests_are_waited_for_as_long_as_meta_says(self, platform: FakeFacebook) -> None:
        usage = json.dumps({PAGE: [{"type": "pages", "estimated_time_to_regain_access": 19}]})
        platform.server.fail(
            refused(80001, "There have been too many calls", X_Business_Use_Case_Usage=usage)
        )
        with pytest.raises(RetryLaterError) as caught:
            platform.connect().poll(None)
        assert caught.value.after == timedelta(minutes=19)

    @pytest.mark.parametrize("usage", ["", "[]", "{", '{"1": [7, {"estimated_time_to_regain_access": "x"}]}'])
    def test_too_many_requests_without_a_usable_wait(self, platform: FakeFacebook, usage: str) -> None:
        platform.server.fail(refused(4, "Application request limit reached", X_Business_Use_Case_Usage=usage))
        with pytest.raises(RetryLaterError) as caught:
            platform.connect().poll(None)
        assert caught.value.after is None

    @pytest.mark.parametrize("code", [1, 2])
    def test_trouble_of_theirs_is_later_for_a_look_and_unknown_for_an_answer(
        self, platform: FakeFacebook, code: int
    ) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        platform.server.fail(refused(code, "An unknown error occurred", status=500))
        with pytest.raises(RetryLaterError):
            platform.connect().poll(None)
        platform.server.fail(
            refused(code, "An unknown error occurred"), only=lambda one: one.method == "POST"
        )
        with pytest.raises(OutcomeUnknownError):
            platform.connect().post(approved(), mention)

    def test_comment_that_is_gone_is_refused(self, platform: FakeFacebook) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        platform.delete("Mai arrivato")
        with pytest.raises(RejectedError, match="does not exist"):
            platform.connect().post(approved(), mention)

    def test_proof_of_the_app_goes_along(self, platform: FakeFacebook) -> None:
        platform.wants_proof = True
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato", app_secret=APP_SECRET)
        assert platform.connect(app_secret=APP_SECRET).post(approved(), mention).external_id

    def test_next_pages_are_asked_for_without_the_key_in_metas_address(self, platform: FakeFacebook) -> None:
        for number in range(60):
            platform.post(f"Post {number}")
        batch = platform.connect().poll(None)
        assert len(batch.mentions) == 60
        assert not [one for one in platform.server.requests if "access_token" in one.query]
