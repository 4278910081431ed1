"""WhatsApp's Cloud API: sending, read receipts, the typing indicator, and files."""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

from shared.errors import RemoteError, SendFailedError, SendUnknownError
from shared.log import logger
from shared.model.contact import Contact
from shared.settings import GraphSettings
from shared.untrusted import mapping, mappings, string
from shared.whatsapp.download import Downloaded, Downloader, Wanted
from shared.whatsapp.errors import classify, classify_send, is_passing
from shared.whatsapp.session import (
    MAX_REPEAT_SECONDS,
    PROBLEMS,
    USUAL,
    Answer,
    GraphSession,
    Timing,
)

MAX_TEXT_CHARACTERS = 4096
TEMPLATE_FIELDS = "name,language,status,category,components,parameter_format"
CALLBACK_PREFIX = "assistant:"  # tells our callback data from that of other programs on the same number


class WhatsApp:
    """One phone number at the Graph API."""

    def __init__(
        self,
        settings: GraphSettings,
        timing: Timing = USUAL,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = GraphSession(settings.whatsapp_access_token.get_secret_value(), timing)
        base = f"{settings.graph_api_url}/{settings.graph_api_version}"
        self._base_url = base
        self._number_url = f"{base}/{settings.whatsapp_phone_id}"
        self._messages_url = f"{self._number_url}/messages"
        self._session.never_retry(self._messages_url)  # no idempotency key exists
        self._pause, self._sleep = timing.pause, sleep
        self._media_url = f"{self._number_url}/media"
        self._templates_url = f"{base}/{settings.whatsapp_account_id}/message_templates"
        self._downloader = Downloader(self._session, base, timing)

    def send_text(
        self,
        contact: Contact,
        text: str,
        message_id: str,
        choices: Sequence[str] = (),
        *,
        reply_to: str | None = None,
    ) -> str:
        """Send a text, with up to three buttons of at most 20 characters, and return WhatsApp's id of it.

        `reply_to` is WhatsApp's id of the message that it quotes. `message_id` comes back in the delivery statuses,
        which so prove that a send of doubtful fate arrived.
        Raises SendFailedError when it surely was not sent, SendUnknownError when nobody can tell.
        """
        if choices:
            return self._send(contact, "interactive", _with_buttons(text, choices), message_id, reply_to)
        return self._send(contact, "text", {"body": text, "preview_url": True}, message_id, reply_to)

    def send_reaction(self, contact: Contact, whatsapp_id: str, emoji: str, message_id: str) -> str:
        """React to a message, by WhatsApp's id of it; an empty emoji takes the reaction back.

        Ids and errors are those of `send_text` (developers.facebook.com/docs/whatsapp/cloud-api/messages).
        """
        return self._send(contact, "reaction", {"message_id": whatsapp_id, "emoji": emoji}, message_id)

    def send_template(self, contact: Contact, template: dict[str, Any], message_id: str) -> str:
        """Send a filled-in template and return WhatsApp's id of it; ids and errors are those of `send_text`."""
        return self._send(contact, "template", template, message_id)

    def send_media(
        self, contact: Contact, kind: str, file: Mapping[str, Any], message_id: str, *, reply_to: str | None = None
    ) -> str:
        """Send an uploaded file as the kind that it is; ids and errors are those of `send_text`.

        `file` is WhatsApp's object of it: `id`, and as far as there are any `caption`, `filename` and `voice`,
        which shows a sound as a voice message (docs/whatsapp.md).
        """
        return self._send(contact, kind, {name: part for name, part in file.items() if part}, message_id, reply_to)

    def mark_read(self, whatsapp_id: str, *, typing: bool) -> None:
        """Show the customer's message as read, and that an answer is being written.

        It is a courtesy: a failure is logged and goes no further.
        """
        payload: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": whatsapp_id,
        }
        if typing:
            payload["typing_indicator"] = {"type": "text"}
        try:
            self._post(payload)
        except RemoteError as error:
            logger.warning("mark_read", remote_code=error.remote_code)

    def download_media(self, wanted: Wanted, max_bytes: int) -> Downloaded:
        """Download a customer's file of at most so many bytes, trying again where that may help.

        Raises a RemoteError that tells whether a later try may help.
        """
        return self._downloader.download(wanted, max_bytes)

    def upload_media(self, content: bytes, mime_type: str, filename: str) -> str:
        """Upload a file for sending and return its media id, which WhatsApp keeps for 30 days.

        Nothing reaches the customer by it, so that every failure is a SendFailedError and may be tried again.
        """
        form = {"messaging_product": "whatsapp", "type": mime_type}
        try:
            answer = self._session.call("POST", self._media_url, form=form, file=(filename, content, mime_type))
        except requests.RequestException as error:
            raise SendFailedError("WhatsApp cannot be reached", remote_code="timeout", retryable=True) from error
        if not answer.ok:
            raise classify(answer)
        media_id = string(answer.fields.get("id"))
        if media_id is None:
            message = PROBLEMS.get(answer.problem, "WhatsApp's answer names no file")
            raise SendFailedError(message, remote_code=answer.problem or "unreadable", retryable=True)
        return media_id

    def delete_media(self, media_id: str) -> None:
        """Delete a file at WhatsApp, which otherwise keeps it for up to 30 days; one that is gone is gone.

        Raises SendFailedError when that may work later.
        """
        try:
            answer = self._session.call("DELETE", f"{self._base_url}/{quote(media_id, safe='')}")
        except requests.RequestException as error:
            raise SendFailedError("WhatsApp cannot be reached", remote_code="timeout", retryable=True) from error
        if not answer.ok and (refused := classify(answer)).retryable:
            raise refused

    def list_templates(self, page_size: int = 100, max_pages: int = 30) -> list[dict[str, Any]]:
        """Return the account's approved templates as WhatsApp describes them (1 call for each page).

        Raises a RemoteError when WhatsApp does not tell.
        """
        query = {"fields": TEMPLATE_FIELDS, "status": "APPROVED", "limit": str(page_size)}
        found: list[dict[str, Any]] = []
        for _ in range(max_pages):
            page = self._get(self._templates_url, query)
            found += mappings(page.fields.get("data"))
            after = _next_page(page)
            if after is None:
                return found
            query["after"] = after
        logger.warning("templates", reason="too many pages", read=len(found))
        return found

    def check_token(self) -> None:
        """Ask for the number's own record; raises TokenRefusedError when the access token is refused."""
        self._get(self._number_url, {"fields": "id"})

    def close(self) -> None:
        """Close the connections that are kept for further calls."""
        self._session.close()

    def _get(self, url: str, query: dict[str, str]) -> Answer:
        try:
            answer = self._session.call("GET", url, params=query)
        except requests.RequestException as error:
            raise SendFailedError("WhatsApp cannot be reached", retryable=True) from error
        if not answer.ok:
            raise classify(answer)
        if answer.problem:
            raise SendFailedError(PROBLEMS[answer.problem], remote_code=answer.problem, retryable=True)
        return answer

    def _send(
        self, contact: Contact, kind: str, content: dict[str, Any], message_id: str, reply_to: str | None = None
    ) -> str:
        payload = {
            **_recipient(contact),
            **({"context": {"message_id": reply_to}} if reply_to else {}),
            "type": kind,
            kind: content,
            "biz_opaque_callback_data": CALLBACK_PREFIX + message_id,
        }
        for message in mappings(self._post(payload).fields.get("messages")):
            whatsapp_id = string(message.get("id"))
            if whatsapp_id:
                return whatsapp_id
        raise SendUnknownError("WhatsApp's answer names no message", remote_code="unreadable")

    def _post(self, payload: dict[str, Any]) -> Answer:
        """POST to /messages, and again after 1 and 2 s what surely was not obeyed and may be in a moment.

        A pause that the answer asks for is kept, unless all pauses together become too long. All of it takes 17 s
        at most, so that whoever comes after a process that died knows how long its POST may be out.
        """
        slept, began = 0.0, time.monotonic()
        for tried in itertools.count():
            answer = self._post_once(payload)
            if answer is not None and answer.ok:
                return answer
            pause = (answer and answer.retry_after) or self._pause * 2**tried
            may_pass = answer is None or is_passing(answer)
            too_late = max(slept, time.monotonic() - began) + pause > MAX_REPEAT_SECONDS
            if not may_pass or too_late:
                break
            self._sleep(pause)
            slept += pause
        if answer is None:
            raise SendFailedError("WhatsApp cannot be reached", retryable=True)
        raise classify_send(answer)

    def _post_once(self, payload: dict[str, Any]) -> Answer | None:
        """Return the answer, None when no connection was made; raises SendUnknownError when nobody can tell."""
        try:
            answer = self._session.call("POST", self._messages_url, json=payload)
        except requests.RequestException as error:
            if _never_connected(error):
                return None
            raise SendUnknownError("WhatsApp did not answer", remote_code="timeout") from error
        if answer.ok and answer.problem:
            raise SendUnknownError(PROBLEMS[answer.problem], remote_code=answer.problem)
        return answer


def _recipient(contact: Contact) -> dict[str, str]:
    """Address by phone when it is known, else by business-scoped user id (`to` would win over `recipient`)."""
    common = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    if contact.phone:
        return {**common, "to": contact.phone.lstrip("+")}
    if contact.user_id:
        return {**common, "recipient": contact.user_id}
    raise SendFailedError("the contact has neither phone number nor user id", remote_code="no_address")


def _next_page(page: Answer) -> str | None:
    """Return the cursor of the next page; without a `next` this one is the last."""
    paging = mapping(page.fields.get("paging"))
    after = mapping(paging.get("cursors")).get("after") if paging.get("next") else None
    return after if isinstance(after, str) and after else None


def _with_buttons(text: str, choices: Sequence[str]) -> dict[str, Any]:
    """Build a text of at most 1024 characters with buttons; the one that is pressed comes back with its title."""
    replies = [{"id": f"choice-{number}", "title": title} for number, title in enumerate(choices, 1)]
    buttons = [{"type": "reply", "reply": reply} for reply in replies]
    return {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, ConnectTimeoutError)
