"""The account's templates that staff can send, asked for at most every five minutes."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from typing import Any, NotRequired

from typing_extensions import TypedDict

from shared.errors import NotFoundError
from shared.kept import Kept
from shared.log import logger
from shared.settings import DashboardSettings
from shared.whatsapp.client import WhatsApp
from shared.whatsapp.templates import Component, Template, read_template

KEEP_SECONDS = 300.0
KEEP_OLD_SECONDS = 3600.0  # as long as WhatsApp does not answer
PAUSE_SECONDS = 30.0  # after a failure, before WhatsApp is asked again
NO_ACCOUNT = "WHATSAPP_ACCOUNT_ID is not set"

Offered = Callable[[], list[Template]]


class ParameterView(TypedDict):
    """A gap that staff fill in."""

    name: str
    component: Component
    example: str | None


class TemplateView(TypedDict):
    """A template to choose."""

    name: str
    language: str
    category: str
    header: str | None
    body: str
    footer: str | None
    buttons: list[str]
    parameters: list[ParameterView]


class TemplatesView(TypedDict):
    """All templates; `hint` tells why there are none."""

    templates: list[TemplateView]
    hint: NotRequired[str]


def list_templates(offered: Offered | None) -> TemplatesView:
    """Return the templates that can be sent; raises RemoteError when WhatsApp does not tell them."""
    if offered is None:
        return {"templates": [], "hint": NO_ACCOUNT}
    return {"templates": [_template_view(template) for template in offered()]}


def find_template(offered: Offered | None, name: str, language: str) -> Template:
    """Look a template up by its name and the code of its language, like `it` or `en_US`.

    Raises NotFoundError, and RemoteError when WhatsApp does not tell the templates.
    """
    if offered is None:
        raise NotFoundError(NO_ACCOUNT)
    for template in offered():
        if (template.name, template.language) == (name, language):
            return template
    raise NotFoundError("there is no such template")


def kept_templates(settings: DashboardSettings) -> Kept[list[Template]]:
    """Return what tells the account's templates."""

    def fetch() -> list[dict[str, Any]]:
        with closing(WhatsApp(settings)) as whatsapp:  # it would be idle until the list is too old
            return whatsapp.list_templates()

    return keep_templates(fetch)


def keep_templates(
    fetch: Callable[[], Iterable[Mapping[str, Any]]], clock: Callable[[], float] = time.monotonic
) -> Kept[list[Template]]:
    """Return what tells the usable ones of the templates that `fetch` gives, by name and language."""

    def usable() -> list[Template]:
        told = [read_template(item) for item in fetch()]
        found = [template for template in told if template]
        logger.info("templates", offered=len(found), left_out=len(told) - len(found))
        return sorted(found, key=lambda template: (template.name, template.language))

    return Kept(usable, KEEP_SECONDS, stale_seconds=KEEP_OLD_SECONDS, pause_seconds=PAUSE_SECONDS, clock=clock)


def _template_view(template: Template) -> TemplateView:
    return {
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "header": template.header,
        "body": template.body,
        "footer": template.footer,
        "buttons": [button.title for button in template.buttons],
        "parameters": [
            {"name": parameter.name, "component": parameter.component, "example": parameter.example}
            for parameter in template.parameters
        ],
    }
