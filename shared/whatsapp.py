"""WhatsApp's Cloud API: sending, read receipts, the typing indicator, and files."""

from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

from shared.contact import Contact
from shared.errors import RemoteError, SendFailedError, SendUnknownError
from shared.http_session import graph_session
from shared.log import logger
from shared.settings import GraphSettings
from shared.whatsapp_errors import classify

TEXT_CHARACTERS = 4096
UPLOAD_TIMEOUT = (3.0, 30.0)  # seconds to connect, and for the answer once all is sent
CALLBACK_PREFIX = "assistant:"  # tells our callback data from that of other programs on the same number


class WhatsApp:
    """One phone number at the Graph API."""

    def __init__(self, settings: GraphSettings) -> None:
        self._session = graph_session(settings.whatsapp_access_token.get_secret_value())
        base = f"{settings.graph_api_url}/{settings.graph_api_version}"
        self._number_url = f"{base}/{settings.whatsapp_phone_id}"
        self._messages_url = f"{self._number_url}/messages"
        self._media_url = f"{self._number_url}/media"

    def send_text(self, contact: Contact, text: str, message_id: str) -> str:
        """Send a text and return WhatsApp's id of it.

        `message_id` comes back in the delivery statuses, which so prove that a send of doubtful fate arrived.
        Raises SendFailedError when it surely was not sent, SendUnknownError when nobody can tell.
        """
        payload = {
            **_recipient(contact),
            "type": "text",
            "text": {"body": text, "preview_url": True},
            "biz_opaque_callback_data": CALLBACK_PREFIX + message_id,
        }
        return _message_id(self._post(payload))

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

    def upload_media(self, content: bytes, mime_type: str, filename: str) -> str:
        """Upload a file for sending and return its media id, which WhatsApp keeps for 30 days.

        Nothing reaches the customer by it, so that every failure is a SendFailedError and may be tried again.
        """
        form = {"messaging_product": "whatsapp", "type": mime_type}
        files = {"file": (filename, content, mime_type)}
        try:
            response = self._session.post(self._media_url, data=form, files=files, timeout=UPLOAD_TIMEOUT)
        except requests.RequestException as error:
            raise SendFailedError("WhatsApp cannot be reached", remote_code="timeout", retryable=True) from error
        if not response.ok:
            raise classify(response)
        try:
            return str(response.json()["id"])
        except (ValueError, KeyError, TypeError):
            raise SendFailedError(
                "WhatsApp's answer names no file", remote_code="unreadable", retryable=True
            ) from None

    def check_token(self) -> None:
        """Ask for the number's own record; raises TokenRefusedError when the access token is refused."""
        try:
            response = self._session.get(self._number_url, params={"fields": "id"})
        except requests.RequestException as error:
            raise SendFailedError("WhatsApp cannot be reached", retryable=True) from error
        if not response.ok:
            raise classify(response)

    def _post(self, payload: dict[str, Any]) -> Any:
        try:
            response = self._session.post(self._messages_url, json=payload)
        except requests.RequestException as error:
            if _never_connected(error):
                raise SendFailedError("WhatsApp cannot be reached", retryable=True) from error
            raise SendUnknownError("WhatsApp did not answer", remote_code="timeout") from error
        if not response.ok:
            raise classify(response)
        try:
            return response.json()
        except ValueError:
            raise SendUnknownError("WhatsApp's answer cannot be read", remote_code="unreadable") from None


def _recipient(contact: Contact) -> dict[str, str]:
    """Address by phone when it is known, else by business-scoped user id (`to` would win over `recipient`)."""
    common = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    if contact.phone:
        return {**common, "to": contact.phone.lstrip("+")}
    if contact.user_id:
        return {**common, "recipient": contact.user_id}
    raise SendFailedError("the contact has neither phone number nor user id", remote_code="no_address")


def _message_id(answer: Any) -> str:
    try:
        return str(answer["messages"][0]["id"])
    except (KeyError, IndexError, TypeError):
        raise SendUnknownError("WhatsApp's answer names no message", remote_code="unreadable") from None


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, ConnectTimeoutError)
