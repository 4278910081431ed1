"""Metrics, alerts, the dashboard and the budget."""

from tests.deploy.gcloud_commands.call import Call, CloudError, Handler, Json
from tests.deploy.gcloud_commands.state import add, delete, describe, get, list_all


def write_metric(call: Call, state: Json) -> None:
    name = call.words[-1]
    metric = {"name": name, **call.file("config-from-file")}
    if "update" in call.words:
        get(state, "metrics", name)
        state["metrics"][name] = metric
    else:
        add(state, "metrics", name, metric)


def create_channel(call: Call, state: Json) -> None:
    name = f"projects/{state['project']}/notificationChannels/{len(state['channels']) + 1}"
    labels = {"labels": call.pairs("channel-labels"), "userLabels": call.pairs("user-labels")}
    add(state, "channels", name, {"name": name, "type": "email", **labels})


def write_policy(call: Call, state: Json) -> None:
    policy = call.file("policy-from-file")
    for channel in policy["notificationChannels"]:
        get(state, "channels", channel)
    name = f"projects/{state['project']}/alertPolicies/{len(state['alerts']) + 1}"
    if "update" in call.words:
        name = call.words[-1]
        get(state, "alerts", name)
    for number, condition in enumerate(policy["conditions"]):
        threshold = condition.get("conditionThreshold", condition.get("conditionAbsent"))
        metric = threshold["filter"].rpartition("logging.googleapis.com/user/")[2].strip('"')
        if "logging.googleapis.com/user/" in threshold["filter"] and metric not in state["metrics"]:
            raise CloudError(
                f'NOT_FOUND: Cannot find metric(s) that match type = "logging.googleapis.com/user/{metric}". If a'
                " metric was created recently, it could take up to 10 minutes to become available. Please try"
                " again soon."
            )
        condition["name"] = f"{name}/conditions/{number}"
        if threshold.get("thresholdValue") == 0:
            del threshold["thresholdValue"]  # as the service does with whatever is zero
    state["alerts"][name] = {"name": name, **policy}


def write_dashboard(call: Call, state: Json) -> None:
    dashboard = call.file("config-from-file")
    name = f"projects/1/dashboards/{len(state['dashboards']) + 1}"
    version = 1
    if "update" in call.words:
        name = call.words[-1]
        version = int(get(state, "dashboards", name)["etag"]) + 1
        if dashboard.get("etag") != state["dashboards"][name]["etag"]:
            raise CloudError("ABORTED: the etag is not the current one")
    state["dashboards"][name] = {**dashboard, "name": name, "etag": str(version)}


def write_budget(call: Call, state: Json) -> None:
    channel = call.flag("notifications-rule-monitoring-notification-channels")
    get(state, "channels", channel)
    name = f"billingAccounts/{state['billing']}/budgets/{len(state['budgets']) + 1}"
    if "update" in call.words:
        name = call.words[-1]
    else:
        add(state, "budgets", name, {"name": name, "displayName": call.flag("display-name")})
    get(state, "budgets", name)["amount"] = {"specifiedAmount": {"units": call.flag("budget-amount")}}
    state["budgets"][name]["notificationsRule"] = {"monitoringNotificationChannels": [channel]}


def delete_channel(call: Call, state: Json) -> None:
    name = call.words[-1]
    used = any(name in policy.get("notificationChannels", []) for policy in state["alerts"].values())
    if used and "force" not in call.flags:
        raise CloudError("FAILED_PRECONDITION: The notification channel is used by an alerting policy.")
    get(state, "channels", name)
    del state["channels"][name]


def list_budgets(call: Call, state: Json) -> list[Json]:
    if not state["may_see_billing"]:
        raise CloudError("PERMISSION_DENIED: The caller does not have permission")
    return list(state["budgets"].values())


def describe_sink(call: Call, state: Json) -> Json:
    if call.words[3] != "_Default":
        return dict(get(state, "sinks", call.words[3]))
    return {"name": "_Default", "exclusions": list(state["exclusions"].values())}


def create_sink(call: Call, state: Json) -> None:
    name, target = call.words[3:5]
    get(state, "log_buckets", target.rpartition("/")[2])
    filter_, description = call.flag("log-filter"), call.flag("description")
    add(state, "sinks", name, {"destination": target, "filter": filter_, "description": description})


def create_bucket(call: Call, state: Json) -> None:
    days, description = int(call.flag("retention-days")), call.flag("description")
    found = {"retentionDays": days, "description": description, "lifecycleState": "ACTIVE"}
    add(state, "log_buckets", call.words[-1], found | {"location": call.flag("location")})


def change_bucket(call: Call, state: Json) -> None:
    bucket = get(state, "log_buckets", call.words[-1])
    if call.words[2] == "update":
        bucket["retentionDays"] = int(call.flag("retention-days"))
    else:
        bucket["lifecycleState"] = "DELETE_REQUESTED" if call.words[2] == "delete" else "ACTIVE"  # for 7 days


def update_sink(call: Call, state: Json) -> None:
    if call.words[3] != "_Default":
        get(state, "sinks", call.words[3])["filter"] = call.flag("log-filter")
        return
    if name := call.flag("remove-exclusions"):
        del state["exclusions"][name]
        return
    text = call.flag("add-exclusion") or call.flag("update-exclusion")
    exclusion = dict(part.split("=", 1) for part in text.removeprefix("^;^").split(";"))
    state["exclusions"][exclusion["name"]] = exclusion


COMMANDS: dict[str, Handler] = {
    "logging metrics create": write_metric,
    "logging metrics update": write_metric,
    "logging metrics describe": describe("metrics"),
    "logging metrics delete": delete("metrics"),
    "logging buckets create": create_bucket,
    "logging buckets describe": describe("log_buckets"),
    "logging buckets update": change_bucket,
    "logging buckets undelete": change_bucket,
    "logging buckets delete": change_bucket,
    "logging sinks create": create_sink,
    "logging sinks delete": delete("sinks"),
    "logging sinks describe": describe_sink,
    "logging sinks update": update_sink,
    "monitoring channels create": create_channel,
    "monitoring channels list": list_all("channels"),
    "monitoring channels delete": delete_channel,
    "monitoring policies create": write_policy,
    "monitoring policies update": write_policy,
    "monitoring policies list": list_all("alerts"),
    "monitoring policies delete": delete("alerts"),
    "monitoring dashboards create": write_dashboard,
    "monitoring dashboards update": write_dashboard,
    "monitoring dashboards list": list_all("dashboards"),
    "monitoring dashboards delete": delete("dashboards"),
    "billing budgets create": write_budget,
    "billing budgets update": write_budget,
    "billing budgets list": list_budgets,
    "billing budgets delete": delete("budgets"),
}
