"""What the project talks about, as plain frozen values; which moves are legal is in `transitions`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Category(StrEnum):
    """What kind of answer a mention needs."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    SUGGESTION = "suggestion"
    OTHER = "other"
    SPAM = "spam"


class Priority(StrEnum):
    """How soon an answer is needed; `rank` grows with urgency."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low to 3 for urgent."""
        return list(Priority).index(self)


class Polarity(StrEnum):
    """How a text feels about what it speaks of."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Visibility(StrEnum):
    """Who can read a text. Private is always towards the author."""

    PUBLIC = "public"
    PRIVATE = "private"


class CaseStatus(StrEnum):
    """Where our work on a case stands."""

    OPEN = "open"
    WAITING = "waiting"  # answered; the author's turn
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


CLOSED = frozenset({CaseStatus.RESOLVED, CaseStatus.DISMISSED})


class ReplyState(StrEnum):
    """How far an approved reply has got."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


UNFINISHED = frozenset({ReplyState.PENDING, ReplyState.SENDING, ReplyState.UNKNOWN})


class DismissReason(StrEnum):
    """Why a case needs no answer."""

    NOT_US = "not_us"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    NO_ANSWER_NEEDED = "no_answer_needed"


class Purpose(StrEnum):
    """What a text of ours is for."""

    ANSWER = "answer"
    INVITATION = "invitation"  # in public: we have written to you, or please write to us, in private
    OPENING = "opening"  # the private message that goes with an invitation
    CLOSING = "closing"  # in public, after all was settled in private
    ACKNOWLEDGEMENT = "acknowledgement"  # received, and until when an answer comes; never an answer itself


class Role(StrEnum):
    """What an operator may do; `rank` grows with rights, and each role may do all that the ones before it may."""

    VIEWER = "viewer"
    AGENT = "agent"
    APPROVER = "approver"
    LEAD = "lead"

    @property
    def rank(self) -> int:
        """0 for viewer to 3 for lead."""
        return list(Role).index(self)


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever wrote a mention, as the platform names them."""

    name: str
    handle: str | None = None  # without "@"
    external_id: str | None = None
    url: str | None = None

    @property
    def key(self) -> str:
        """What tells this author from the others on one channel."""
        return self.external_id or self.handle or self.name


@dataclass(frozen=True, slots=True)
class Mention:
    """One text that a platform showed. `text` and `title` are plain text; times are aware UTC and never in the future."""

    channel: str
    external_id: str  # unique and stable within its channel
    author: Author
    text: str
    thread: str  # the platform's grouping: equal for a text and the answers under it
    created_at: datetime | None = None  # None: the platform does not say
    title: str | None = None
    url: str | None = None  # absolute; where a person reads it
    rating: float | None = None  # 1 (worst) … 5 (best)
    lang: str | None = None  # ISO 639-1, only when the platform says so
    visibility: Visibility = Visibility.PUBLIC

    @property
    def key(self) -> str:
        """Unique over all channels."""
        return f"{self.channel}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of why a verdict is as it is, e.g. field "category", value "complaint", rule "mai arrivato"."""

    field: str
    value: str
    rule: str  # name of the rule, or what else decided ("language model", "default")
    words: tuple[str, ...] = ()  # the words of the text that matched, as written
    weight: float = 0.0  # how much it speaks for `value`; 0 for what was decided without weighing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What we think of a mention, and why."""

    category: Category
    priority: Priority
    lang: str  # ISO 639-1
    sentiment: float  # -1 … 1, of the words alone, on vaderSentiment's scale
    topic: str | None = None
    topics: tuple[str, ...] = ()  # all that were found, the weightiest first; `topic` is the first
    confidence: float = 1.0  # 0 … 1: how far the category is ahead of the next
    needs_person: bool = False  # too close to call, or too grave for a routine answer
    brand_words: tuple[str, ...] = ()  # the words that say the mention is about the brand
    polarity: Polarity = Polarity.NEUTRAL  # by words, stars and forms together, each with its weight
    trace: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What an operator says a mention really is. What is None was not said; `not_us` says that it is not about the brand."""

    at: datetime
    by: str
    category: Category | None = None
    topic: str | None = None
    priority: Priority | None = None
    not_us: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mention as we keep it. `edited_at` is when we noticed that its text or rating had changed."""

    mention: Mention
    case_id: int
    verdict: Verdict
    recorded_at: datetime
    edited_at: datetime | None = None
    correction: Correction | None = None  # `verdict` is the rules' own all the same
    first_rating: float | None = None  # the stars at first, where the author has changed them since
    gone_at: datetime | None = None  # when we noticed that the platform no longer shows it
    marks: tuple[str, ...] = ()  # what a copy of it would share: see `copies`
    copy_of: str | None = None  # key of the mention whose text this is, in another place


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed answer that nobody has approved."""

    text: str
    visibility: Visibility
    lang: str
    origin: str  # name of the canned response or FAQ entry, or "operator"
    by: str | None = None  # the operator who wrote it
    purpose: Purpose = Purpose.ANSWER


@dataclass(frozen=True, slots=True)
class Permission:
    """What a platform lets an API do for one mention at one visibility."""

    allowed: bool
    why_not: str | None = None
    max_chars: int | None = None
    closes_at: datetime | None = None
    cost: str | None = None  # as a person reads it: "0.20 USD"
    link_cost: str | None = None  # of an answer that holds a link, where that costs more


@dataclass(frozen=True, slots=True)
class ReplyOptions:
    """Both permissions, the address where a person can answer by hand, and whether the bot may write by itself."""

    public: Permission
    private: Permission
    open_url: str | None = None
    automatic: bool = False  # whether the platform's rules allow a message that no person has approved

    def at(self, visibility: Visibility) -> Permission:
        """The permission for one visibility."""
        return self.public if visibility is Visibility.PUBLIC else self.private


@dataclass(frozen=True, slots=True)
class Note:
    """What an operator wrote for colleagues only."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Approval:
    """One of several people whose approval a draft needs; it stands for that revision only."""

    who: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A place on a platform where an author's words carry on a case: its private side, or what was merged into it."""

    channel: str
    thread: str
    author_key: str
    visibility: Visibility = Visibility.PUBLIC


@dataclass(frozen=True, slots=True)
class Case:
    """Our work on what one author said in one thread. `version` is the storage's; `revision` counts the drafts shown."""

    id: int
    version: int
    status: CaseStatus
    channel: str
    thread: str
    author: Author
    verdict: Verdict
    options: ReplyOptions
    opened_at: datetime
    due_at: datetime | None  # first response promised until then; None once answered or closed
    mention_keys: tuple[str, ...]  # in the order recorded; the last is the one to answer
    drafts: tuple[Draft, ...]
    shown_draft: int = 0  # index into drafts
    revision: int = 1  # grows whenever the draft on the card changes
    assignee: str | None = None  # operator's key in rules.yaml
    assigned_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    dismissed: DismissReason | None = None
    urged_at: datetime | None = None  # when a person last pressed: its card goes first
    snoozed_until: datetime | None = None
    woken_at: datetime | None = None  # when it last came back by itself
    approvals: tuple[Approval, ...] = ()  # while a draft needs another one's
    opening: Draft | None = (
        None  # of a hand-off: the private message that goes out before the draft on the card
    )
    threads: tuple[Thread, ...] = ()  # besides its own
    notes: tuple[Note, ...] = ()  # oldest first
    merged_into: int | None = None  # the case that goes on with this one's mentions

    @property
    def draft(self) -> Draft | None:
        """The draft on the card, if any."""
        return self.drafts[self.shown_draft] if self.drafts else None

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who has approved the draft on the card so far; a new revision starts anew."""
        return tuple(one.who for one in self.approvals if one.revision == self.revision)

    @property
    def reply_id(self) -> str:
        """Identity of the reply that approving the draft on the card makes."""
        return f"{self.id}.{self.revision}"


class Move(StrEnum):
    """Everything that can happen to a case; each leaves a CaseEvent."""

    OPEN = "open"
    AUTHOR_WROTE = "author_wrote"
    COPY_FOUND = "copy_found"  # the same text in another place
    MENTION_EDITED = "mention_edited"
    MENTION_DELETED = "mention_deleted"
    TAKE = "take"
    GIVE_BACK = "give_back"
    ASSIGN = "assign"
    NOTE = "note"
    EDIT = "edit"
    OTHER_DRAFT = "other_draft"
    HAND_OFF = "hand_off"  # prepared; approving publishes both parts
    APPROVE_FIRST = "approve_first"  # one of two people; nothing goes out yet
    APPROVE = "approve"
    OVERRULE = "overrule"  # a lead publishes in spite of the outgoing check, and says why
    ACKNOWLEDGE = "acknowledge"
    ACKNOWLEDGED = "acknowledged"
    UNDO = "undo"
    ANSWERED = "answered"
    REPLY_POSTPONED = "reply_postponed"
    REPLY_REFUSED = "reply_refused"
    REPLY_LOST = "reply_lost"  # sent, outcome unknown
    SEND_AGAIN = "send_again"
    CONFIRM_SENT = "confirm_sent"  # a person saw the reply on the platform
    DROP_REPLY = "drop_reply"
    DONE_BY_HAND = "done_by_hand"
    REPLY_CHANGED = "reply_changed"  # on the platform: gone, edited, or there again
    SNOOZE = "snooze"
    WAKE = "wake"
    MERGE = "merge"
    SPLIT = "split"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    RECLASSIFY = "reclassify"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One line of a case's audit. `who` is an operator's key or "bot"; all texts are plain.

    `before` and `after` are what an act has changed: the whole text of a draft, a class, an assignee.
    """

    at: datetime
    who: str
    move: Move
    detail: str = ""  # short
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's proof that a reply is there."""

    external_id: str
    posted_at: datetime
    url: str | None = None
    text: str | None = None  # as the platform shows it, where it tells
    thread: str | None = None  # where follow-ups come, if not in the mention's own: a private conversation


class Sighting(StrEnum):
    """What a later look at the platform found of a published reply."""

    SEEN = "seen"
    NOT_YET = "not_yet"  # never seen there so far
    GONE = "gone"
    EDITED = "edited"  # by somebody, on the platform


@dataclass(frozen=True, slots=True)
class Reply:
    """An approved text, posted once. `id` is `{case}.{revision}`; revision 0 is the acknowledgement's."""

    id: str
    case_id: int
    revision: int
    mention_key: str  # the mention it answers
    visibility: Visibility
    text: str
    lang: str
    state: ReplyState
    approved_by: str
    approved_at: datetime
    not_before: datetime  # end of the undo delay, or of a wait the platform asked for
    claimed_by: str | None = None  # process that is sending it
    claimed_at: datetime | None = None
    attempts: int = 0
    receipt: Receipt | None = None
    problem: str | None = None  # what the platform said, for a person
    purpose: Purpose = Purpose.ANSWER
    after: str | None = None  # id of the reply that must have gone out first: the private part of a hand-off
    sighting: Sighting | None = None  # None: not looked for yet, or it cannot be
    seen_at: datetime | None = None  # when it was last seen on the platform
    look_at: datetime | None = None  # when to look for it next; None: no more
    by_hand: bool = False  # a person published it on the platform and told us where


class Menu(StrEnum):
    """Which buttons a card shows."""

    MAIN = "main"
    DISMISS = "dismiss"  # the reasons
    CLASS = "class"  # the categories
    TOPIC = "topic"
    PRIORITY = "priority"
    MORE = "more"  # rare acts
    SNOOZE = "snooze"
    ASSIGN = "assign"  # the operators
    MERGE = "merge"  # other cases of the same author
    OVERRULE = "overrule"  # why to publish in spite of the outgoing check


@dataclass(frozen=True, slots=True)
class Card:
    """The Telegram message of a case. Due for showing while `shown_version` is below the case's version."""

    case_id: int
    chat: int
    message_id: int | None = None  # None: not sent yet, or only listed
    listed_in: int | None = None  # message that lists it among others (a flood)
    shown_version: int = 0
    shown_digest: str = ""  # of the last text and buttons: an equal rendering is not sent
    menu: Menu = Menu.MAIN
    announced: int = 0  # mentions of the case that the chat was told of
    sending_since: datetime | None = None  # a send is under way
    sending_by: str | None = None
    sending_after: int = 0  # highest message id known in the chat when that send began
    topic: int | None = None  # message_thread_id in a group with topics
    told_of_waking: datetime | None = None  # the `woken_at` that the chat was told of
    replaces: int | None = None  # the older message of this card, which could not be edited any more


@dataclass(frozen=True, slots=True)
class Gap:
    """A span of which a channel may have lost something: we looked too late, and the platform shows only so much."""

    begins_at: datetime
    ends_at: datetime
    noticed_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What must outlive a poll of one channel. `cursor` is the connector's own JSON value."""

    name: str
    cursor: object = None
    due_at: datetime | None = None  # None: at once
    polled_at: datetime | None = None  # last good answer
    shown_at: datetime | None = None  # last answer that held mentions
    failures: int = 0  # in a row
    problem: str | None = None
    paused: bool = False  # access was refused: told once, tried again at the slowest pace
    covered_from: datetime | None = None  # all since then was seen, up to `covered_until`, but for the gaps
    covered_until: datetime | None = None  # when the last good look began
    gaps: tuple[Gap, ...] = ()  # the newest ones, oldest first
    failing_since: datetime | None = None
    took: float = 0.0  # seconds of the last good look
    idle_looks: int = 0  # in a row that brought nothing new
    late: int = 0  # mentions that came long after they were written, though we had looked meanwhile
    late_at: datetime | None = None  # when the last of these came


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that one process has taken until `until`."""

    key: str
    owner: str
    until: datetime
