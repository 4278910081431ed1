"""Secret Manager."""

from tests.deploy.gcloud_commands.call import Call, CloudError, Handler, Json
from tests.deploy.gcloud_commands.project import add_binding, get_policy, remove_binding
from tests.deploy.gcloud_commands.state import add, delete, get, missing


def create_secret(call: Call, state: Json) -> None:
    secret = {"labels": call.pairs("labels"), "annotations": call.pairs("set-annotations"), "versions": []}
    add(state, "secrets", call.words[-1], secret)


def describe_secret(call: Call, state: Json) -> Json:
    secret = get(state, "secrets", call.words[-1])
    return {key: secret[key] for key in ("labels", "annotations")}


def update_secret(call: Call, state: Json) -> None:
    get(state, "secrets", call.words[-1])["annotations"] |= call.pairs("update-annotations")


def add_version(call: Call, state: Json) -> Json:
    value = call.input
    if call.flag("data-file") != "-" or not value:
        raise CloudError("INVALID_ARGUMENT: the secret has no value")
    versions = get(state, "secrets", call.words[-1])["versions"]
    versions.append(value)
    return {"name": f"projects/1/secrets/{call.words[-1]}/versions/{len(versions)}"}


def _versions(call: Call, state: Json) -> list[str]:
    versions: list[str] = get(state, "secrets", call.flag("secret"))["versions"]
    if not versions:
        missing("secret version latest")
    return versions


def access_version(call: Call, state: Json) -> str:
    return _versions(call, state)[-1]


def describe_version(call: Call, state: Json) -> Json:
    return {"name": f"projects/1/secrets/{call.flag('secret')}/versions/{len(_versions(call, state))}"}


COMMANDS: dict[str, Handler] = {
    "secrets create": create_secret,
    "secrets describe": describe_secret,
    "secrets update": update_secret,
    "secrets delete": delete("secrets"),
    "secrets get-iam-policy": get_policy,
    "secrets add-iam-policy-binding": add_binding,
    "secrets remove-iam-policy-binding": remove_binding,
    "secrets versions add": add_version,
    "secrets versions access latest": access_version,
    "secrets versions describe latest": describe_version,
}
