"""From the local stack to the real WhatsApp: what to run for a public URL, and giving that URL to Meta.

Fact: the app's own access token is `<app id>|<app secret>`
(developers.facebook.com/docs/graph-api/reference/app/subscriptions).
"""

from collections.abc import Mapping

import requests

FIELDS = "messages"
NEEDED = ("WHATSAPP_APP_ID", "WHATSAPP_APP_SECRET", "VERIFY_TOKEN")
TIMEOUT_SECONDS = 15.0


class TunnelError(Exception):
    """The callback could not be set; the message says what to do."""


def how_to_open_a_tunnel(webhook_port: int) -> str:
    """Say how to make the webhook reachable from the internet."""
    return (
        "To let the real WhatsApp in, run one of these in another terminal:\n"
        f"  cloudflared tunnel --url http://127.0.0.1:{webhook_port}\n"
        f"  ngrok http {webhook_port}\n"
        "and start again with the https URL that it prints: ./dev.sh up --tunnel https://…"
    )


def set_callback(url: str, environment: Mapping[str, str]) -> None:
    """Tell Meta to post this app's webhooks to a URL; raises TunnelError with what is wrong.

    Meta asks the URL for the handshake before it answers, so the webhook must be running behind it.
    """
    missing = [name for name in NEEDED if not environment.get(name)]
    if missing:
        raise TunnelError(f"--tunnel needs {', '.join(missing)} in .env (Meta's console, App settings, Basic).")
    if not url.startswith("https://"):
        raise TunnelError("--tunnel needs the https URL of the tunnel: WhatsApp posts to no other.")
    app_id, secret = environment["WHATSAPP_APP_ID"], environment["WHATSAPP_APP_SECRET"].split(",")[0].strip()
    form = {
        "object": "whatsapp_business_account",
        "callback_url": url,
        "verify_token": environment["VERIFY_TOKEN"],
        "fields": FIELDS,
        "access_token": f"{app_id}|{secret}",
    }
    base = environment.get("GRAPH_API_URL", "https://graph.facebook.com").rstrip("/")
    version = environment.get("GRAPH_API_VERSION", "v25.0")
    try:
        answer = requests.post(f"{base}/{version}/{app_id}/subscriptions", data=form, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise TunnelError(f"Meta cannot be reached: {type(error).__name__}") from None
    if not answer.ok:
        raise TunnelError(f"Meta refused the callback (HTTP {answer.status_code}): {_reason(answer)}")


def _reason(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"
