"""A message as another one quotes it."""

from shared.model.message import Message, Quoted

MAX_QUOTED_CHARACTERS = 300


def quote(message: Message, whatsapp_id: str) -> Quoted:
    """Return a message as another one quotes it; nothing of one that was revoked."""
    words = "" if message.revoked_at else message.text or message.transcript or ""
    return Quoted(
        whatsapp_id=whatsapp_id,
        id=message.id,
        author=message.author,
        kind=message.kind,
        text=without_middle(words, MAX_QUOTED_CHARACTERS, " […] "),
    )


def without_middle(text: str, most: int, gap: str) -> str:
    """Return a text of at most so many characters, with a gap in place of the middle of a longer one."""
    if len(text) <= most:
        return text
    end = (most - len(gap)) // 2
    return text[: most - len(gap) - end] + gap + text[-end:]
