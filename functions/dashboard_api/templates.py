"""Templates for staff: what may be sent, and sending one."""

from functions.dashboard_api.bodies import TemplateBody
from functions.dashboard_api.desk import Desk, Draft, find_written, queue_message
from functions.dashboard_api.views import Json
from shared.errors import NotFoundError
from shared.model.message import Message
from shared.whatsapp.templates import Parameter, Template, fill

NO_ACCOUNT = "WHATSAPP_ACCOUNT_ID is not set"


def list_templates(desk: Desk) -> Json:
    """Return the templates that can be sent; raises RemoteError when WhatsApp does not tell them."""
    if desk.templates is None:
        return {"templates": [], "hint": NO_ACCOUNT}
    return {"templates": [_template_view(template) for template in desk.templates.templates()]}


def write_template(desk: Desk, contact_id: str, body: TemplateBody, author: str) -> Message:
    """Queue a template under the id the page made, also when the window is closed (2 reads, 2 writes, 1 task).

    Written again under the same id it stays one message. Raises NotFoundError for a template that is not
    offered, InvalidError for its parameters, OptedOutError, and RemoteError when WhatsApp does not tell it.
    """
    earlier = find_written(desk, contact_id, body.client_message_id)
    if earlier:
        return earlier
    draft = _draft(desk, body)
    return queue_message(desk, contact_id, body.client_message_id, author, draft, free_form=False)


def _draft(desk: Desk, body: TemplateBody) -> Draft:
    template = desk.templates.find(body.name, body.language) if desk.templates else None
    if template is None:
        raise NotFoundError("there is no such template" if desk.templates else NO_ACCOUNT)
    filled = fill(template, body.parameters)
    titles = tuple(button.title for button in template.buttons)
    return Draft("template", filled.text, template=filled.payload, choices=titles)


def _template_view(template: Template) -> Json:
    return {
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "header": template.header,
        "body": template.body,
        "footer": template.footer,
        "buttons": [button.title for button in template.buttons],
        "parameters": [_parameter_view(parameter) for parameter in template.parameters],
    }


def _parameter_view(parameter: Parameter) -> Json:
    return {"name": parameter.name, "component": parameter.component, "example": parameter.example}
