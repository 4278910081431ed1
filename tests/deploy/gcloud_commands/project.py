"""The project itself: its services, accounts and roles."""

from tests.deploy.gcloud_commands.call import Call, CloudError, Handler, Json
from tests.deploy.gcloud_commands.state import add, delete, describe, get, missing

# The project


def describe_project(call: Call, state: Json) -> Json:
    if call.words[-1] != state["project"]:
        raise CloudError("PERMISSION_DENIED: The caller does not have permission (or the project does not exist)")
    return {"projectId": state["project"], "projectNumber": state["number"], "lifecycleState": "ACTIVE"}


def describe_billing(_call: Call, state: Json) -> Json:
    return {"billingEnabled": bool(state["billing"]), "billingAccountName": f"billingAccounts/{state['billing']}"}


def list_accounts(_call: Call, state: Json) -> list[Json]:
    return [{"account": state["login"]}] if state["login"] else []


def enable(call: Call, state: Json) -> None:
    state["apis"] = sorted({*state["apis"], *call.words[2:]})


def list_apis(_call: Call, state: Json) -> list[Json]:
    return [{"config": {"name": name}} for name in state["apis"]]


# Roles


def _resource(call: Call, state: Json) -> str:
    *command, _verb, name = call.words
    kinds = {"queues": "queues", "services": "services", "secrets": "secrets", "service-accounts": "accounts"}
    kind = kinds.get(command[-1], "")
    if kind:
        get(state, kind, name)
    return f"{kind or 'project'}/{name}"


def get_policy(call: Call, state: Json) -> Json:
    return {"bindings": state["policies"].get(_resource(call, state), []), "version": 3, "etag": "x"}


def _binding(call: Call) -> Json:
    binding: Json = {"role": call.flag("role"), "members": [call.flag("member")]}
    condition = call.flag("condition")
    if condition and condition != "None":
        expression, _, title = condition.removeprefix("expression=").rpartition(",title=")
        binding["condition"] = {"expression": expression, "title": title}
    return binding


def add_binding(call: Call, state: Json) -> Json:
    member = call.flag("member")
    if member.startswith("serviceAccount:") and member.partition(":")[2] not in state["accounts"]:
        raise CloudError(f"INVALID_ARGUMENT: Service account {member.partition(':')[2]} does not exist.")
    bindings = state["policies"].setdefault(_resource(call, state), [])
    if _binding(call) not in bindings:
        bindings.append(_binding(call))
    return {"bindings": bindings}


def remove_binding(call: Call, state: Json) -> None:
    bindings = state["policies"].get(_resource(call, state), [])
    if _binding(call) not in bindings:
        missing("Policy binding")
    bindings.remove(_binding(call))


def create_account(call: Call, state: Json) -> None:
    email = f"{call.words[-1]}@{state['project']}.iam.gserviceaccount.com"
    add(state, "accounts", email, {"email": email, "description": call.flag("description")})


COMMANDS: dict[str, Handler] = {
    "version": lambda _call, _state: {"Google Cloud SDK": "528.0.0", "alpha": "2025.06.20", "beta": "2025.06.20"},
    "auth list": list_accounts,
    "auth print-identity-token": lambda _call, _state: "identity-token",
    "projects describe": describe_project,
    "billing projects describe": describe_billing,
    "services enable": enable,
    "services list": list_apis,
    "projects get-iam-policy": get_policy,
    "projects add-iam-policy-binding": add_binding,
    "projects remove-iam-policy-binding": remove_binding,
    "iam service-accounts create": create_account,
    "iam service-accounts describe": describe("accounts"),
    "iam service-accounts delete": delete("accounts"),
    "iam service-accounts get-iam-policy": get_policy,
    "iam service-accounts add-iam-policy-binding": add_binding,
}
