"""Private answers and messages on Facebook: what holds on each of Meta's platforms, posts on the Page, and refusals."""

from collections.abc import Iterator

import pytest

from reputation_bot.errors import RejectedError
from reputation_bot.model import Visibility
from tests.contracts.connector import approved
from tests.contracts.private_messages import PrivateMessages
from tests.fake_facebook import FakeFacebook
from tests.fake_meta import mention_by, refused


@pytest.fixture
def platform() -> Iterator[FakeFacebook]:
    fake = FakeFacebook()
    with fake.server.running():
        yield fake


class TestPrivate(PrivateMessages):
    """What holds on both platforms, and what on Facebook alone."""

    def test_one_message_goes_to_who_posted_on_the_page(self, platform: FakeFacebook) -> None:
        post = platform.post("Che delusione")
        mention = mention_by(platform, "Che delusione")
        platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.messaged == {post["id"]}

    def test_message_after_its_day_is_refused_in_metas_words(self, platform: FakeFacebook) -> None:
        platform.message("Il mio ordine è 123")
        mention = mention_by(platform, "Il mio ordine è 123")
        late = refused(10, "This message is sent outside of allowed window.", 2018278)
        platform.server.fail(late, only=lambda request: request.method == "POST")
        with pytest.raises(RejectedError, match="outside of allowed window"):
            platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)

    def test_comment_that_takes_no_private_answer_says_so(self, platform: FakeFacebook) -> None:
        platform.comment("Mai arrivato", can_reply_privately=False, can_comment=False)
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert "no private answer" in str(options.private.why_not)
        assert "does not let the Page comment" in str(options.public.why_not)
