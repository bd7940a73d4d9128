"""What staff call classes and states: in English as rules.yaml writes them, else by the words of the cards."""

from reputation_bot.i18n import Translate
from reputation_bot.model import CaseStatus, Category, DismissReason, Polarity, Priority

TOPICS = frozenset(  # those that come with the program
    "order billing shipping returns account product service price website legal".split()
)
_CATEGORIES, _PRIORITIES, _POLARITIES = frozenset(Category), frozenset(Priority), frozenset(Polarity)
FIELDS = ("category", "topic", "topics", "priority", "polarity", "lang", "sentiment")


def field(name: str, _: Translate) -> str:
    """A field of the verdict; any other name stays as it is."""
    return _.pgettext("field", name) if name in FIELDS else name


def value(of: str, name: str, _: Translate) -> str:
    """What the verdict says of a field. The shop's own topics, and what is no word, stay as they are."""
    match of:
        case "category" if name in _CATEGORIES:
            return _(name.capitalize()).lower()
        case "topic" | "topics" if name in TOPICS:
            return _(name)
        case "priority" if name in _PRIORITIES:
            return _.pgettext("priority", name)
        case "polarity" if name in _POLARITIES:
            return _.pgettext("polarity", name)
        case _other:
            return name


def status(of: CaseStatus, _: Translate) -> str:
    """Where our work on a case stands."""
    return _.pgettext("status", of.value)


def reason(why: DismissReason, _: Translate) -> str:
    """Why a case needs no answer."""
    return _.pgettext("dismissed as", why.value)


def witness(rule: str, _: Translate) -> str:
    """What the trace names: a rule, whose name stays as its file has it unless it is one for all languages, or what was asked else."""
    lexicon, of, lang = rule.partition(" ")
    if lexicon == "lexicon" and of:
        return _.pgettext("witness", "lexicon {lang}").format(lang=lang)
    return _.pgettext("witness", rule)
