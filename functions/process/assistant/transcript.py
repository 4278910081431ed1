"""Messages as the model reads them: what was said, and in brackets what can only be described."""

from shared.model.kinds import TEXT_KINDS
from shared.model.message import Message

NOT_OPENED = "could not be opened"
TOO_LARGE = "is too large to be read"
_DESCRIPTIONS = {
    "location": "location",
    "contacts": "contact card",
    "order": "order from the catalogue",
    "request_welcome": "the customer opened the chat for the first time: greet them",
}


def spoken(message: Message, *, unread: str = "") -> str:
    """Return a message's words; `unread` tells why its file is not given along, such as NOT_OPENED."""
    notes = [] if message.direction == "out" else _circumstances(message)
    if message.kind not in TEXT_KINDS:
        notes.append(_description(message, unread))
    bracketed = [f"[{note}]" for note in notes if note]
    return " ".join(filter(None, [*bracketed, message.transcript, message.text]))


def spoken_change(message: Message) -> str:
    """Return what a reaction or an edit tells the model that comes after the fact."""
    about = message.quoted.text if message.quoted else ""
    if message.kind == "reaction":
        return f'[the customer reacted {message.text} to "{about}"]'
    return " ".join(
        [
            f'[the customer changed an earlier message, "{about}", to:]',
            *([f"[{_cut(message)}]"] if message.cut else []),
            message.text,
        ]
    )


def _circumstances(message: Message) -> list[str]:
    notes = []
    if message.referral:
        notes.append(f'came from the advertisement "{message.referral.headline or ""}"')
    if message.product:
        notes.append(f"about the product {message.product}")
    if message.forwarded:
        notes.append("forwarded")
    # A pressed button quotes the question that it answers, which is in the conversation already.
    if message.quoted and message.quoted.text and message.kind != "interactive":
        notes.append(f'in reply to "{message.quoted.text}"')
    return [*notes, *([_cut(message)] if message.cut else [])]


def _cut(message: Message) -> str:
    return f"too long: {message.cut} characters are left out where […] stands"


def _description(message: Message, unread: str) -> str:
    media = message.media
    if message.kind == "template":
        return ""
    if media is None:
        return _DESCRIPTIONS.get(message.kind, message.kind)
    what = "voice note" if media.voice else message.kind
    name = f" {media.filename}" if media.filename else ""
    length = f", {media.seconds:.0f} s" if media.seconds else ""
    return f"{what}{name}{length}{_problem(message, unread) if unread else ''}"


def _problem(message: Message, unread: str) -> str:
    if message.transcript:
        return ""
    return ", which only colleagues can watch" if message.kind == "video" else f", which {unread}"
