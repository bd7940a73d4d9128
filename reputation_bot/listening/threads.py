"""Which case a mention belongs to, and what was known of its thread and its author before it came."""

from reputation_bot.model import Case, CaseStatus, DismissReason, Mention, Visibility
from reputation_bot.ports import Reader
from reputation_bot.rules.background import LAST, Background

_FOR_GOOD = frozenset({DismissReason.NOT_US, DismissReason.SPAM})


def case_of(view: Reader, mention: Mention) -> Case | None:
    """The case that the mention carries on: same channel, thread and author.

    A case put aside as not ours or as spam keeps what comes after it; one dismissed because no answer was needed does not,
    so that new words get a case of their own.
    """
    case = view.newest_case(mention.channel, mention.thread, mention.author.key)
    if case and case.status is CaseStatus.DISMISSED and case.dismissed not in _FOR_GOOD:
        return None
    return case


def background_of(view: Reader, mention: Mention) -> Background:
    """For judging it; cheap for an author who has no case. Where an edited text opened a case, it opens it still.

    An opening text carries its own id as its thread. What was dismissed as not ours or as spam says nothing of its author.
    """
    case = view.newest_case(mention.channel, mention.thread, mention.author.key)
    goes_on = case is not None and case.mention_keys[0] != mention.key
    is_under = mention.visibility is Visibility.PUBLIC and mention.thread != mention.external_id
    cases = view.cases_of_author(mention.channel, mention.author.key, newest=LAST + 1)
    others = [one for one in cases if case is None or one.id != case.id]
    return Background(
        is_answer=goes_on or is_under,
        before=tuple(one.verdict.category for one in others if one.dismissed not in _FOR_GOOD),
    )
