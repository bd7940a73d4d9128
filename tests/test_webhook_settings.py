"""How rules.yaml sets the webhook up: which channels take posts, mistakes with their lines, and what listens then."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.inbox import InboxConnector, InboxOptions
from reputation_bot.app import App
from reputation_bot.config import RulesFileError
from reputation_bot.errors import ConfigError
from reputation_bot.ports import Channel, Receiver, Storage
from reputation_bot.settings import Proof
from reputation_bot.webhook.listener import running
from reputation_bot.webhook.proof import signature_of
from tests.webhook_site import KEY, LINE, RULES, Site, loaded


@pytest.fixture
def site(storage: Storage) -> Iterator[Site]:
    with Site(storage).listening() as made:
        yield made


class TestSettings:
    def test_connectors_that_take_posts_are_receivers(self) -> None:
        assert isinstance(InboxConnector(Channel("x", "x"), InboxOptions()), Receiver)
        webhook = loaded().settings.webhook
        assert webhook is not None
        assert webhook.channels["tp"].proof is Proof.PASSWORD

    @pytest.mark.parametrize(
        ("old", "new", "place", "words"),
        [
            ("    forms: {secret", "    form: {secret", "9: webhook.channels.form: ", 'did you mean "forms"'),
            (
                "forms: {connector: inbox, own: true, private: true}",
                'forms: {connector: rss, url: "https://x.example/f"}',
                "9: webhook.channels.forms: ",
                "takes nothing that is sent",
            ),
            ('"${KEY}", per_minute', "short, per_minute", "9: webhook.channels.forms.secret: ", "too short"),
            ("proof: password", "proof: meta", "10: webhook.channels.tp: ", "belong together"),
            ("proof: password", 'verify: "${KEY}"', "10: webhook.channels.tp: ", "belong together"),
            ("port: 8443", "port: 8443\n  address: localhost", "8: webhook.address: ", "in numbers"),
        ],
    )
    def test_mistakes_are_told_with_their_line(self, old: str, new: str, place: str, words: str) -> None:
        assert old in RULES
        with pytest.raises(RulesFileError) as caught:
            loaded(RULES.replace(old, new))
        assert str(caught.value).startswith(f"rules.yaml:{place}")
        assert words in str(caught.value)
        assert KEY not in str(caught.value)

    def test_port_that_is_taken_is_told(self, site: Site) -> None:
        with (
            pytest.raises(ConfigError, match="choose another port"),
            running(site.listener, "127.0.0.1", site.port),
        ):
            pass

    def test_bot_listens_as_rules_yaml_says(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        app = App(loaded(RULES.replace("8443", str(port))), store=f"tinydb:{tmp_path / 'store.json'}")
        body = json.dumps(LINE).encode()
        stamp = str(int(datetime.now(UTC).timestamp()))
        headers = {"X-Timestamp": stamp, "X-Signature": signature_of(stamp, body, KEY.encode())}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/hooks/forms", body, headers)
        with app._webhook(), urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 202
        with app.storage.read() as view:
            assert view.record("forms:f1") is not None
        app.close()

    def test_nothing_listens_unless_it_is_configured(self, tmp_path: Path) -> None:
        app = App(loaded(RULES.partition("webhook:")[0]), store=f"tinydb:{tmp_path / 'store.json'}")
        with app._webhook() as nothing:
            assert nothing is None
