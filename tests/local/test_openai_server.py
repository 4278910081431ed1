"""The look at the server that is to answer, before the stack starts."""

from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Request, Response

from local.openai_simulator import OpenAISimulator
from local.stack.configuration import ConfigurationError, read_configuration
from local.stack.openai_server import check_openai
from tests.functional.product import serve


@pytest.fixture
def simulator() -> Iterator[OpenAISimulator]:
    with OpenAISimulator() as running:
        yield running


def test_server_with_all_of_the_api_is_taken(simulator: OpenAISimulator) -> None:
    assert check_openai(read_configuration({"OPENAI_BASE_URL": simulator.base_url})) is None


def test_simulator_and_openai_itself_are_not_asked() -> None:
    assert check_openai(read_configuration({})) is None
    assert check_openai(read_configuration({"OPENAI_API_KEY": "key"})) is None


@pytest.mark.parametrize("route", ["conversations", "responses"])
def test_server_without_a_route_is_refused_with_a_sentence_that_names_it(
    simulator: OpenAISimulator, route: str
) -> None:
    def application(request: Request) -> Response:
        if request.path == "/v1/conversations/conv_nobody" and route == "responses":
            return Response('{"detail": "Conversation conv_nobody not found"}', 404)
        return Response('{"detail": "Not Found"}', 404)

    said = pytest.raises(ConfigurationError, match=f"OPENAI_BASE_URL has no /{route}")
    with serve(Request.application(application)) as url, said:
        check_openai(read_configuration({"OPENAI_BASE_URL": f"{url}/v1"}))


@pytest.mark.parametrize("status", [401, 500])
def test_server_that_cannot_be_asked_is_a_warning(status: int) -> None:
    with serve(Request.application(lambda request: Response("{}", status))) as url:
        warning = check_openai(read_configuration({"OPENAI_BASE_URL": f"{url}/v1"}))
    assert warning and "could not be asked" in warning


def test_server_that_is_not_there_is_a_warning() -> None:
    warning = check_openai(read_configuration({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}))
    assert warning and "timeout" in warning
