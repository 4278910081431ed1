"""What most commands do to a kind of resource: find, add, describe, list, delete."""

from typing import Any, NoReturn

from tests.deploy.gcloud_commands.call import Call, CloudError, Handler, Json


def missing(what: str) -> NoReturn:
    raise CloudError(f"NOT_FOUND: {what} does not exist.")


def get(state: Json, kind: str, name: str) -> Any:
    if name not in state[kind]:
        missing(f"{kind} {name}")
    return state[kind][name]


def add(state: Json, kind: str, name: str, value: Any) -> None:
    if name in state[kind]:
        raise CloudError(f"ALREADY_EXISTS: {kind} {name} already exists.")
    state[kind][name] = value


def delete(kind: str) -> Handler:
    def handler(call: Call, state: Json) -> None:
        name = call.words[-1]
        get(state, kind, name)
        del state[kind][name]
        state["policies"].pop(f"{kind}/{name}", None)

    return handler


def describe(kind: str, flag: str = "") -> Handler:
    return lambda call, state: get(state, kind, call.flag(flag) if flag else call.words[-1])


def list_all(kind: str) -> Handler:
    return lambda _call, state: list(state[kind].values())
