"""A person's file for people: a page of HTML, and a text that WhatsApp takes. Pure functions."""

import html
from collections.abc import Iterable, Iterator
from typing import Any

from shared.model.contact import Contact
from shared.model.phone_number import format_phone

Json = dict[str, Any]
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{text-align:start;vertical-align:top;padding:.2rem 1rem .2rem 0}
article{border-top:1px solid #ccc;padding:.5rem 0}.small{color:#555;font-size:.85em}
p{white-space:pre-wrap;margin:.2rem 0}"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# Where a person's profile has its own words; anything else is in data.json.
FACTS = ("whatsapp_name", "username", "phone", "user_id", "language", "opted_out", "consent_at", "created_at")
TITLES = {
    "it": ("I Suoi dati", "Profilo", "Messaggi", "Note", "OpenAI", "Che cosa ha fatto il personale", "Altro"),
    "en": ("Your data", "Profile", "Messages", "Notes", "OpenAI", "What staff did", "More"),
}


def readable_page(told: Json, language: str = "") -> str:
    """Return a person's file as a page that needs nothing but itself and the files beside it."""
    contacts = told.get("contacts") or [{}]
    title, profile, messages, notes, openai, acts, more = TITLES.get(
        language or str(contacts[0].get("language") or ""), TITLES["en"]
    )
    rows = "".join(_row(*fact) for one in contacts for fact in _facts(one))
    noted = [f"{note['at']}: {note['text']}" for note in told.get("notes", [])]
    acted = "".join(_row(act["at"], act["action"]) for act in told.get("activity", []))
    parts = [
        f"<h1>{title}</h1>{_lines([' · '.join((told['business'], told['made_at'], 'data.json'))])}",
        f"<h2>{profile}</h2><table>{rows}</table>",
        f"<h2>{messages}</h2>{''.join(map(_message, told['messages']))}",
        f"<h2>{notes}</h2>{_lines(noted)}",
        f"<h2>{openai}</h2>{''.join(map(_conversation, told['openai']))}",
        f"<h2>{acts}</h2><table>{acted}</table>",
        f"<h2>{more}</h2>{_lines(event['payload'] for event in told.get('events', []))}",
    ]
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f'<meta charset="utf-8">{policy}<title>{title}</title><style>{STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{''.join(parts)}</body></html>"


def readable_text(told: Json, contact: Contact) -> str:
    """Return a person's profile and messages as a text."""
    lines = [f"{told['business']} · {told['made_at']}", "", *(f"{name}: {each}" for name, each in _known(contact))]
    lines.append("")
    lines += [
        f"[{message['at']}] {message['author']}: {' / '.join(_said(message))}" for message in told["messages"]
    ]
    return "\n".join(lines) + "\n"


def _known(contact: Contact) -> Iterator[tuple[str, str]]:
    yield from ((name, field.value) for name, field in contact.profile.items() if field.value)
    if contact.phone:
        yield "phone", format_phone(contact.phone) or ""
    if contact.whatsapp_name:
        yield "whatsapp_name", contact.whatsapp_name


def _facts(stored: Json) -> Iterator[tuple[str, str]]:
    """Give what is known of a customer, and where it is from."""
    yield from ((name, str(stored[name])) for name in FACTS if stored.get(name) not in (None, ""))
    for name, entry in (stored.get("profile") or {}).items():
        said = " · ".join(str(each) for key, each in entry.items() if key != "value" and each not in (None, [], ""))
        yield name, f"{entry.get('value')} ({said})"


def _message(message: Json) -> str:
    head = f"{message['at']} · {message['author']} · {message['kind']} · {message.get('status', '')}"
    file = message.get("file")
    link = f'<p><a href="{_text(file)}">{_text(file)}</a></p>' if file else ""
    return f'<article><div class="small">{_text(head)}</div>{_lines(_said(message))}{link}</article>'


def _said(message: Json) -> list[str]:
    """List a message's text, its former ones, what it quotes, and what is said in it."""
    quoted = (message.get("quoted") or {}).get("text")
    earlier = [f"{each['until']}: {each['text']}" for each in message.get("earlier") or []]
    said = [f"> {quoted}" if quoted else "", message.get("text") or "", message.get("transcript") or "", *earlier]
    return [each for each in said if each]


def _conversation(conversation: Json) -> str:
    name, problem = conversation["conversation"], conversation.get("problem") or ""
    return f"<article>{_text(name)} {_text(problem)}{_lines(conversation['items'])}</article>"


def _lines(lines: Iterable[Any]) -> str:
    return "".join(f"<p>{_text(line)}</p>" for line in lines)


def _row(name: str, known: str) -> str:
    return f"<tr><th>{_text(name)}</th><td>{_text(known)}</td></tr>"


def _text(known: Any) -> str:
    return html.escape(str(known))
