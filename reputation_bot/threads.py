"""Which case a mention belongs to."""

from reputation_bot.model import Case, CaseStatus, DismissReason, Mention
from reputation_bot.ports import Reader

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
