"""Whether the server that is to answer can: asked before anything starts, and without any cost."""

import openai

from functions.process.assistant.server import check_server
from local.stack.configuration import MADE_UP, Configuration, ConfigurationError
from shared.errors import RemoteError, ServerLacksError


def check_openai(configuration: Configuration) -> str | None:
    """Return a warning when OPENAI_BASE_URL cannot be asked; raises ConfigurationError when it is not enough."""
    url = configuration.given.get("OPENAI_BASE_URL")
    if url is None:
        return None
    key = configuration.given.get("OPENAI_API_KEY", MADE_UP["OPENAI_API_KEY"])
    try:
        with openai.OpenAI(api_key=key, base_url=url) as client:
            check_server(client)
    except ServerLacksError as error:
        raise ConfigurationError(f"{error.message} (docs/assistant.md, Another server).") from error
    except RemoteError as error:
        return f"OPENAI_BASE_URL could not be asked what it has: {error.message} ({error.remote_code})."
    return None
