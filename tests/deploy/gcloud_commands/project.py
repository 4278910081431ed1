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


def require_no_everyone(member: str) -> None:
    """This project's organisation shares with its own domain only, as new ones do."""
    if member in ("allUsers", "allAuthenticatedUsers"):
        raise CloudError(
            "FAILED_PRECONDITION: One or more users named in the policy do not belong to a permitted customer,"
            "  perhaps due to an organization policy. (constraints/iam.allowedPolicyMemberDomains)"
        )


def add_binding(call: Call, state: Json) -> Json:
    member = call.flag("member")
    require_no_everyone(member)
    agents = {
        f"serviceAccount:service-{state['number']}@gcp-sa-{name}.iam.gserviceaccount.com"
        for name in state["agents"]
    }
    if (
        member.startswith("serviceAccount:")
        and member.partition(":")[2] not in state["accounts"]
        and member not in agents
    ):
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


def create_agent(call: Call, state: Json) -> None:
    state["agents"].append(call.flag("service").partition(".")[0])


def print_identity_token(call: Call, state: Json) -> str:
    """A machine's credentials hold no identity token: another account has to stand in for it."""
    if state["login"].endswith(".gserviceaccount.com") and not call.flag("impersonate-service-account"):
        raise CloudError("No identity token can be obtained from the current credentials.")
    return "eyJ.identity"


COMMANDS: dict[str, Handler] = {
    "version": lambda _call, _state: {"Google Cloud SDK": "528.0.0", "alpha": "2025.06.20", "beta": "2025.06.20"},
    "auth list": list_accounts,
    "auth print-identity-token": print_identity_token,
    "auth print-access-token": lambda _call, _state: "ya29.access",
    "projects describe": describe_project,
    "billing projects describe": describe_billing,
    "services enable": enable,
    "services list": list_apis,
    "projects get-iam-policy": get_policy,
    "projects add-iam-policy-binding": add_binding,
    "projects remove-iam-policy-binding": remove_binding,
    "services identity create": create_agent,
    "iam service-accounts create": create_account,
    "iam service-accounts describe": describe("accounts"),
    "iam service-accounts delete": delete("accounts"),
    "iam service-accounts get-iam-policy": get_policy,
    "iam service-accounts add-iam-policy-binding": add_binding,
}
