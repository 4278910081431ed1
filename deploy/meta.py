"""What is asked of Meta: where events go, and whether the number may send."""

from typing import Any

from deploy.catalogue import WEBHOOK
from deploy.curl import Answer, fetch
from deploy.deployment import Deployment
from deploy.terminal import Stop

# What customers write and what became of it, changed user ids among it (system messages); and of the account what
# is worth a notice: it is restricted or reviewed, a template is approved or paused, the number's quality changed.
FIELDS = "messages,smb_message_echoes,account_update,message_template_status_update,phone_number_quality_update"
_STATE = "display_phone_number,status,platform_type,is_on_biz_app,code_verification_status,quality_rating"


def check_number(here: Deployment, *, registers: bool) -> None:
    """Say whether the number can send, and what is missing; register it on request.

    A number is registered by the API alone, not in WhatsApp Manager
    (developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/registration).
    """
    if here.terminal.is_dry_run:
        _show(here, "the number's state", *(["the number's registration"] if registers else []))
        return
    state = fetch(f"{_graph(here)}/{_number(here)}?fields={_STATE}", headers=[_token(here)])
    known = state.document if state.status == 200 else {}
    if not known:
        here.terminal.note(f"Meta does not tell the number's state: {state}")
        return
    name = known.get("display_phone_number", _number(here))
    if known.get("is_on_biz_app"):
        _tell_of_the_app(here, name, registers=registers)
    elif _is_registered(known):
        here.terminal.note(f"the number {name} is registered (quality {known.get('quality_rating', 'unknown')})")
    elif registers:
        _register(here, name)
    else:
        for line in _missing(here, known, name):
            here.terminal.note(line)


def _tell_of_the_app(here: Deployment, name: str, *, registers: bool) -> None:
    """Leave a number of coexistence to its app: registering it anew would take it out of there."""
    if registers:
        raise Stop(f"The number {name} is used in the WhatsApp Business app, which has registered it: leave it so.")
    here.terminal.note(f"the number {name} is used in the WhatsApp Business app too, which has registered it")


def _is_registered(state: dict[str, Any]) -> bool:
    return state.get("platform_type") == "CLOUD_API" and state.get("status") == "CONNECTED"


def _missing(here: Deployment, state: dict[str, Any], name: str) -> list[str]:
    told = f"status {state.get('status', 'unknown')}, platform {state.get('platform_type', 'unknown')}"
    lines = [f"THE NUMBER {name} IS NOT REGISTERED ({told}): WhatsApp refuses to send from it (error 133010)."]
    if state.get("code_verification_status") not in (None, "VERIFIED"):
        lines.append("  - Verify it first, by SMS or call: WhatsApp Manager > Phone numbers.")
    pin = f"put six digits of your choice into {here.settings.file} as WHATSAPP_PIN, and "
    return [*lines, f"  - Then {pin}run ./deploy.sh --only number --register."]


def _register(here: Deployment, name: str) -> None:
    if not here.settings.deploy.whatsapp_pin:
        raise Stop(
            f"--register needs WHATSAPP_PIN in {here.settings.file}: the number's PIN, or six digits for a new one."
        )
    form = {"messaging_product": "whatsapp", "pin": here.settings.deploy.whatsapp_pin}
    _must_succeed(
        fetch(f"{_graph(here)}/{_number(here)}/register", headers=[_token(here)], form=form),
        "Meta did not register the number",
    )
    here.terminal.note(f"the number {name} is registered now; keep its PIN")


def subscribe_webhook(here: Deployment) -> None:
    """Give Meta the webhook's address, as the app: its access token is its id and its secret; then the account."""
    if here.terminal.is_dry_run:
        _show(here, f"the app's subscription to {FIELDS}", "the account's subscription to the app")
        return
    deploy, values = here.settings.deploy, here.settings.values
    if not deploy.whatsapp_app_id or not deploy.whatsapp_account_id:
        raise Stop(f"--subscribe needs WHATSAPP_APP_ID and WHATSAPP_ACCOUNT_ID in {here.settings.file}.")
    secret = values["WHATSAPP_APP_SECRET"].split(",")[0].strip()
    form = {
        "object": "whatsapp_business_account",
        "callback_url": f"{here.url(WEBHOOK)}/",
        "verify_token": values["VERIFY_TOKEN"],
        "fields": FIELDS,
        "access_token": f"{deploy.whatsapp_app_id}|{secret}",
    }
    answer = fetch(f"{_graph(here)}/{deploy.whatsapp_app_id}/subscriptions", form=form)
    _must_succeed(answer, "Meta did not take the webhook's address")
    here.terminal.note("Meta sends this app's events to the webhook")
    form = {"access_token": values["WHATSAPP_ACCESS_TOKEN"]}
    answer = fetch(f"{_graph(here)}/{deploy.whatsapp_account_id}/subscribed_apps", form=form)
    _must_succeed(answer, "Meta did not subscribe the app to the WhatsApp Business account")
    here.terminal.note(f"the WhatsApp Business account {deploy.whatsapp_account_id} sends its events to this app")


def _must_succeed(answer: Answer, otherwise: str) -> None:
    if answer.status != 200 or answer.document.get("success") is not True:
        raise Stop(f"{otherwise}: {answer}")


def _show(here: Deployment, *what: str) -> None:
    for each in what:
        here.terminal.note(f"{each}, asked of Meta with a token, so it is not shown")
        here.cloud.print_command(["curl", "--silent", "--config", "-"])


def _graph(here: Deployment) -> str:
    values = here.settings.values
    base = values.get("GRAPH_API_URL", "https://graph.facebook.com").rstrip("/")
    return f"{base}/{values.get('GRAPH_API_VERSION', 'v25.0')}"


def _number(here: Deployment) -> str:
    return here.settings.values["WHATSAPP_PHONE_ID"]


def _token(here: Deployment) -> str:
    return f"Authorization: Bearer {here.settings.values['WHATSAPP_ACCESS_TOKEN']}"
