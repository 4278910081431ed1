"""The shop in the pictures: reads shop.yaml, and stores it as if it had happened before one morning in Rome.

The morning lies ahead, so that to the server every pause still lasts and every window is open; the browser is told
that it is now. Ids come from names, so that colours and order are the same each time.
"""

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from local.pictures.days import store_days
from shared.model.attention import Attention
from shared.model.business import BusinessSettings, business_json, read_business
from shared.model.contact import Contact
from shared.model.message import Media, Message, Problem, Reaction
from shared.model.note import Note
from shared.model.profile_field import ProfileField
from shared.model.turn import Change, preview
from shared.store.activity import Act
from shared.store.business import SavedBusiness
from shared.store.replies import StoredReplies, StoredReply
from shared.store.store import Store

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "phone_simulator" / "static" / "samples"
ROME = ZoneInfo("Europe/Rome")
NOW = dt.datetime(2031, 3, 13, 10, 42, tzinfo=ROME)
OWNER = "paolo@ilcipresso.example"
WINDOW = dt.timedelta(hours=24)
# By the sample's name: what WhatsApp would call its kind and its type, and how long it plays.
FILES: dict[str, tuple[str, str, float | None]] = {
    "photo.jpg": ("image", "image/jpeg", None),
    "listino.pdf": ("document", "application/pdf", None),
    "voice.ogg": ("audio", "audio/ogg", 4.0),
}


def open_shop(store: Store) -> dict[str, str]:
    """Store the shop with its customers, and return their ids by name."""
    shop = yaml.safe_load((HERE / "shop.yaml").read_text(encoding="utf-8"))
    store.business.save(
        SavedBusiness(1, settings_of(shop), OWNER, _time("2 09:12"), ["business", "fields", "inbox"])
    )
    ids = {customer["name"]: _store_customer(store, customer) for customer in shop["customers"]}
    store.replies.put(StoredReplies(), [StoredReply(**each) for each in shop["replies"]])
    for act in shop["activity"]:
        store.activity.note(Act(_time(act["at"]), act["who"], act["action"], ids.get(act.get("about"))))
    store_days(store, NOW.date())
    return ids


def settings_of(shop: dict[str, Any]) -> BusinessSettings:
    """Return the business's settings; raises InvalidError where shop.yaml does not fit them any more."""
    given = business_json(BusinessSettings())
    given["business"] |= {key: value for key, value in shop["business"].items() if key != "hours"}
    given["business"]["hours"] |= shop["business"]["hours"]
    given["fields"] += [{"choices": [], "ask": "always", **each} for each in shop["fields"]]
    given["inbox"]["labels"] = shop["labels"]
    return read_business(given)


def id_of(words: str) -> str:
    """Return the id of what these words name."""
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _store_customer(store: Store, told: dict[str, Any]) -> str:
    contact_id = id_of(told["name"])
    messages = [_message(contact_id, number, each) for number, each in enumerate(told["messages"])]
    last_heard = max((each.at for each in messages if each.direction == "in"), default=NOW - WINDOW)
    notes = [_note(contact_id, number, each) for number, each in enumerate(told.get("notes", []))]
    contact = Contact(
        id=contact_id,
        whatsapp_name=told["name"],
        phone=told["phone"],
        language=told.get("language", "it"),
        created_at=messages[0].at,
        last_activity_at=messages[-1].at,
        last_message=preview(messages[-1]),
        window_closes_at=last_heard + WINDOW,
        profile=_profile(told.get("profile", {}), messages),
        unread=told.get("unread", 0),
        paused=told.get("paused", False),
        paused_until=_time(told["paused_until"]) if "paused_until" in told else None,
        opted_out=told.get("opted_out", False),
        attention=_attention(told["attention"]) if "attention" in told else None,
        assignee=told.get("assignee"),
        labels=told.get("labels", []),
        noted_at=notes[-1].at if notes else None,
    )
    stored = store.commit(contact, Change(contact, creates=tuple(messages), notes=tuple(notes)))
    for number, each in enumerate(told["messages"]):
        if "file" in each:
            content = (SAMPLES / each["file"]).read_bytes()
            store.files.save(messages[number].id, content, FILES[each["file"]][1])
    return stored.id


def _message(contact_id: str, number: int, told: dict[str, Any]) -> Message:
    author = told["from"]
    inbound = author == "customer"
    failed = told.get("status") == "failed"
    at = _time(told["at"]) + dt.timedelta(seconds=number)
    message = Message(
        id=id_of(f"{contact_id} {number}"),
        contact_id=contact_id,
        direction="in" if inbound else "out",
        author=author,
        author_name=told.get("by"),
        kind=told.get("kind", "text"),
        text=told.get("text", ""),
        status="answered" if inbound else "failed" if failed else "accepted",
        statuses={} if inbound or failed else {told.get("status", "read"): at},
        error=Problem(**told["error"]) if "error" in told else None,
        transcript=told.get("transcript"),
        choices=told.get("choices", []),
        reaction=Reaction(emoji=told["reaction"], at=at, message_id=contact_id) if "reaction" in told else None,
        at=at,
    )
    return _with_file(message, told) if "file" in told else message


def _with_file(message: Message, told: dict[str, Any]) -> Message:
    kind, mime_type, seconds = FILES[told["file"]]
    media = Media(
        id="sample",
        mime_type=mime_type,
        filename=told.get("name"),
        size=(SAMPLES / told["file"]).stat().st_size,
        seconds=seconds,
        voice=kind == "audio",
        state="stored",
    )
    return replace(message, kind=kind, media=media)


def _profile(told: dict[str, Any], messages: list[Message]) -> dict[str, ProfileField]:
    return {name: _field(str(value), messages[number]) for name, (value, number) in told.items()}


def _field(value: str, said: Message) -> ProfileField:
    return ProfileField(value=value, source="assistant", updated_at=said.at, message_id=said.id, words=said.text)


def _note(contact_id: str, number: int, told: dict[str, Any]) -> Note:
    return Note(
        id=id_of(f"{contact_id} note {number}"),
        contact_id=contact_id,
        text=told["text"],
        author=told["by"],
        for_assistant=told.get("for_assistant", False),
        at=_time(told["at"]),
    )


def _attention(told: dict[str, Any]) -> Attention:
    return Attention(reason=told["reason"], at=_time(told["at"]), summary=told["summary"])


def _time(told: str) -> dt.datetime:
    """Read "1 18:04" as 18:04 on the day before the pictures' morning."""
    days, clock = told.split()
    day = NOW.date() - dt.timedelta(days=int(days))
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), ROME).astimezone(dt.UTC)
