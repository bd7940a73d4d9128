"""Whom customers may turn to about a topic, and who of the staff looks after it, as rules.yaml has it; texts are `drafts`' job."""

from dataclasses import dataclass

from reputation_bot.settings import Contact, Settings


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody can be reached. What is not given is empty; `address` is what one writes to, else the phone."""

    address: str = ""
    phone: str = ""
    hours: str = ""
    name: str = ""
    link: str = ""


def contact_for(settings: Settings, topic: str | None) -> Reach:
    """The contact of the topic; where it has no address and no phone, or there is none, the brand's own address."""
    contact = _contact(settings, topic)
    if contact is None:
        return Reach(address=settings.brand.contact or "")
    return Reach(
        contact.address or contact.phone or settings.brand.contact or "",
        contact.phone or "",
        contact.hours or "",
        contact.name or "",
        contact.link or "",
    )


def operators_for(settings: Settings, topic: str | None) -> tuple[str, ...]:
    """Keys of the operators to name on a card of this topic, in the order of rules.yaml; often none."""
    contact = _contact(settings, topic)
    return tuple(contact.operators) if contact else ()


def _contact(settings: Settings, topic: str | None) -> Contact | None:
    return next((one for one in settings.contacts.values() if topic in one.topic), None)
