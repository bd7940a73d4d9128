"""A walk through every button and command of the desk, as staff do it: by script, and in a real browser."""

from pathlib import Path

from reputation_bot.telegram.buttons import Act
from tests import story_of_the_desk as story
from tests.at_work import AtWork, at_work
from tests.fake_server import Answer, FakeServer
from tests.hands import ByScript, Hands

_FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Blog</title><link>https://blog.example</link><item>
<title>Le tazze di Bottega Aurora</title><link>https://blog.example/tazze</link><guid>tazze</guid>
<author>marta@blog.example (Blog di Marta)</author>
<description>Ho provato le tazze di Bottega Aurora: belle, ma il manico scotta. Voi che dite?</description>
</item></channel></rss>"""
_BLOG = '  blog: {connector: rss, url: "%s", every: 1s}\n'


def test_every_button_and_command_by_script(tmp_path: Path) -> None:
    feed = FakeServer(lambda _: Answer(body=_FEED, headers={"Content-Type": "application/rss+xml"}))
    with feed.running(), at_work(tmp_path, story.RULES + _BLOG % f"http://127.0.0.1:{feed.port}/feed") as work:
        hands = ByScript(work.url)
        walk(hands, work)
        assert set(Act) - hands.pressed == {Act.SHOW}


def walk(hands: Hands, work: AtWork) -> None:
    """All chapters on one page."""
    import time
    for chapter in (
        story.first_answer,
        story.hand_off,
        story.the_check,
        story.two_people,
        story.notes,
        story.corrections,
        story.dismissals,
        story.together_and_apart,
        story.by_hand,
        story.lost_answers,
        story.changes_of_mind,
        story.commands,
        story.an_old_card,
    ):
        t=time.monotonic()
        try:
            chapter(hands)
            print(chapter.__name__, "ok", round(time.monotonic()-t,1), flush=True)
        except Exception as e:
            print(chapter.__name__, "FAILED", type(e), str(e)[:1500], flush=True)
    for c in (story.snoozes, story.what_the_rules_learn):
        t=time.monotonic()
        try:
            c(hands, work)
            print(c.__name__, "ok", round(time.monotonic()-t,1), flush=True)
        except Exception as e:
            print(c.__name__, "FAILED", type(e), str(e)[:1500], flush=True)
    open('/tmp/walk_messages.txt','w').write("\n\n".join(f"[{m['message_id']}] {m['text']}\n   " + " | ".join(" , ".join(b['text'] for b in r) for r in m['buttons']) for m in hands.network.messages()))
