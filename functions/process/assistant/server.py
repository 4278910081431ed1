"""Whether a server has what the assistant needs of OpenAI's API, asked without any cost.

Both requests are wrong on purpose: a server that has the route says what is wrong with them, one that has not says
that there is nothing, and neither runs a model or keeps anything.
"""

from collections.abc import Callable

import openai

from functions.process.assistant.answers import CreatedConversation
from functions.process.assistant.errors import Sent, translated
from shared.errors import RemoteError, ServerLacksError

SECONDS = 10.0
NOBODY = "conv_nobody"  # no conversation is called so
REFUSED = ("http_401", "http_403", "invalid_api_key", "unsupported_country_region_territory")
NO_REQUEST = {"model": 0, "input": 0}


def check_server(client: openai.OpenAI) -> None:
    """Raise ServerLacksError when a route is missing, another RemoteError when the server cannot be asked."""
    client = client.with_options(timeout=SECONDS, max_retries=0)
    _ask("conversations", lambda: _conversation(client))
    _ask("responses", lambda: client.post("/responses", cast_to=object, body=NO_REQUEST))


def _ask(route: str, call: Callable[[], object]) -> None:
    try:
        with translated(Sent(conversation=route == "conversations", to=route)):
            call()
    except ServerLacksError:
        raise
    except RemoteError as error:
        if error.remote_code == "unreadable":  # some answer 200 to whatever they do not have
            raise ServerLacksError(route) from error
        if error.retryable or error.remote_code in REFUSED:
            raise


def _conversation(client: openai.OpenAI) -> CreatedConversation:
    answer = client.conversations.with_raw_response.retrieve(NOBODY)
    return CreatedConversation.model_validate_json(answer.content)
