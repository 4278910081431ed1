"""What lies behind the fake dashboard API: conversations in memory, changed by tests and by the page."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]


class FakeDashboard:
    """The conversations behind the fake API; every change is visible to the page's next poll."""

    def __init__(self) -> None:
        self.conversations: dict[str, Record] = {}
        self.messages: dict[str, Record] = {}
        self.profiles: dict[str, Record] = {}
        self.notices: list[Record] = []
        self.media: dict[str, tuple[str, bytes]] = {}
        self.templates: list[Record] | None = []  # None: no WhatsApp account is set
        self.template_sends: list[Record] = []
        self.mode = "local"
        self.role = "owner"
        self.staff: dict[str, str] = {"giulia@example.com": "owner"}
        self.session: str | None = None
        self.csrf_token = secrets.token_urlsafe(8)
        self.refusals: list[tuple[str, str, int, str]] = []
        self.requests: list[str] = []
        self.sign_outs: list[bool] = []  # whether each was everywhere
        self.url = ""
        self._clock = datetime.now(UTC)

    def now(self) -> str:
        """A time that never repeats, so that it can serve as a cursor."""
        self._clock = max(self._clock + timedelta(microseconds=1), datetime.now(UTC))
        return stamp(self._clock)

    def add_conversation(self, name: str, *, at: datetime | None = None, **values: Any) -> str:
        """A new conversation's id; values override the defaults."""
        conversation_id = f"contact-{len(self.conversations) + 1}"
        closes_at = stamp(datetime.now(UTC) + timedelta(hours=20))
        self.conversations[conversation_id] = {
            "id": conversation_id,
            "name": name,
            "phone": "+39 333 123 4567",
            "language": "it",
            "last_message": None,
            "unread": 0,
            "paused": False,
            "blocked": False,
            "opted_out": False,
            "assistant": "idle",
            "attention": None,
            "window_closes_at": closes_at,
            "created_at": stamp(at) if at else self.now(),
            "updated_at": self.now(),
            "deleted": False,
            "merged_into": None,
            **values,
        }
        self.profiles[conversation_id] = {
            "fields": {
                "first_name": (None, None),
                "last_name": (None, None),
                "company": (None, None),
                "email": (None, None),
            },
            "whatsapp_name": name,
            "notes": "",
        }
        return conversation_id

    def add_message(self, conversation_id: str, text: str, *, at: datetime | None = None, **values: Any) -> Record:
        """A new message; inbound from the customer unless values say otherwise."""
        message_id = values.get("client_message_id") or f"message-{len(self.messages) + 1}"
        direction = values.get("direction", "in")
        message = {
            "id": message_id,
            "client_message_id": None,
            "conversation_id": conversation_id,
            "direction": direction,
            "author": "customer" if direction == "in" else "assistant",
            "author_name": None,
            "kind": "text",
            "text": text,
            "status": "new" if direction == "in" else "sent",
            "error": None,
            "media": None,
            "transcript": None,
            "quoted": None,
            "forwarded": False,
            "in_group": False,
            "referral": None,
            "reaction": None,
            "earlier": [],
            "edited_at": None,
            "revoked_at": None,
            "choices": [],
            "template": None,
            "at": stamp(at) if at else self.now(),
            "created_at": self.now(),
            "updated_at": self.now(),
            **values,
        }
        self.messages[message_id] = message
        last = {key: message[key] for key in ("text", "kind", "direction", "author", "at")}
        self.change_conversation(conversation_id, last_message=last)
        return message

    def receive(self, conversation_id: str, text: str, **values: Any) -> Record:
        """A new inbound message that nobody has read."""
        message = self.add_message(conversation_id, text, **values)
        self.change_conversation(conversation_id, unread=self.conversations[conversation_id]["unread"] + 1)
        return message

    def add_media(self, conversation_id: str, kind: str, mime_type: str, content: bytes, **values: Any) -> Record:
        """A new message with a file; the value `media` overrides what is told of it, `text` is its caption."""
        text, told = values.pop("text", ""), values.pop("media", {})
        message = self.add_message(conversation_id, text, kind=kind, **values)
        media = self.store_media(message["id"], mime_type, content, **told)
        self.change_message(message["id"], media=media)
        return message

    def store_media(self, message_id: str, mime_type: str, content: bytes, **values: Any) -> Record:
        """Keeps a file and returns it as the API describes it; it has an address only when it is stored."""
        self.media[message_id] = (mime_type, content)
        media = {
            "mime_type": mime_type,
            "filename": None,
            "size": len(content),
            "seconds": None,
            "voice": False,
            "animated": False,
            "state": "stored",
            "error": None,
            **values,
        }
        return media | {"url": f"/api/media/{message_id}" if media["state"] == "stored" else None}

    def change_media(self, message_id: str, **values: Any) -> None:
        """Changes a file, say its state."""
        media = self.messages[message_id]["media"] | values
        media["url"] = f"/api/media/{message_id}" if media["state"] == "stored" else None
        self.change_message(message_id, media=media)

    def refusal(self, conversation_id: str) -> str | None:
        """The code with which a message of staff is refused, or None."""
        conversation = self.conversations[conversation_id]
        if conversation["opted_out"]:
            return "opted_out"
        closes_at = conversation["window_closes_at"]
        return None if closes_at and closes_at > self.now() else "window_closed"

    def change_message(self, message_id: str, **values: Any) -> None:
        """Changes a message, say its status."""
        self.messages[message_id] |= {**values, "updated_at": self.now()}

    def change_conversation(self, conversation_id: str, **values: Any) -> Record:
        """Changes a conversation and returns it."""
        self.conversations[conversation_id] |= {**values, "updated_at": self.now()}
        return self.conversations[conversation_id]

    def refuse_next(self, method: str, path_part: str, status: int, code: str) -> None:
        """Answers the next request of this kind with an error instead."""
        self.refusals.append((method, path_part, status, code))

    def profile(self, conversation_id: str) -> Record:
        """A profile as the API answers it."""
        kept, conversation = self.profiles[conversation_id], self.conversations[conversation_id]
        fields = [
            {"name": name, "value": value, "source": source, "updated_at": conversation["updated_at"]}
            for name, (value, source) in kept["fields"].items()
        ]
        return {
            "conversation_id": conversation_id,
            "fields": fields,
            "missing": [field["name"] for field in fields if not field["value"]],
            "phone": conversation["phone"],
            "username": None,
            "whatsapp_name": kept["whatsapp_name"],
            "language": conversation["language"],
            "notes": kept["notes"],
            "conversation": conversation,
        }


def stamp(at: datetime) -> str:
    """A time as the API writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
