"""A deploy: from nothing, again, after a failure, after somebody changed something."""

import copy
import json
import shlex

import pytest

from deploy.catalogue import OWN_TOKEN, SECRETS
from tests.deploy.world import SECRET_NAMES, World

# The first and the last command of each step that changes something.
COMMANDS = (
    "services enable",
    "secrets create",
    "firestore databases create",
    "firestore fields ttls update",
    "iam service-accounts create",
    "iam service-accounts add-iam-policy-binding",
    "secrets versions add",
    "secrets add-iam-policy-binding",
    "tasks queues create",
    "tasks queues add-iam-policy-binding",
    "artifacts repositories create",
    "run deploy",
    "run services add-iam-policy-binding",
    "scheduler jobs create http",
    "billing budgets create",
)


def things(world: World) -> str:
    """What is in the project, in a form that can be compared."""
    state = copy.deepcopy(world.state)
    bindings = {
        name: sorted(json.dumps(binding, sort_keys=True) for binding in policy)
        for name, policy in state.pop("policies").items()
    }
    services = {name: service["spec"] for name, service in state.pop("services").items()}
    secrets = {name: len(secret["versions"]) for name, secret in state.pop("secrets").items()}
    names = {
        kind: sorted(value) for kind, value in state.items() if isinstance(value, dict) and kind != "revisions"
    }
    return json.dumps([bindings, services, secrets, names], indent=1, sort_keys=True)


def test_deploy_into_an_empty_project_makes_everything(deployed):
    state = deployed.state
    assert sorted(state["services"]) == ["assistant-dashboard-api", "assistant-process", "assistant-webhook"]
    assert len(state["accounts"]) == 6
    names = {f"assistant-{name.lower().replace('_', '-')}" for name in SECRETS if name != OWN_TOKEN}
    assert set(state["secrets"]) == {"assistant-deployment"} | names
    assert state["databases"]["(default)"]["deleteProtectionState"] == "DELETE_PROTECTION_ENABLED"
    declared = json.loads((deployed.checkout / "firestore.indexes.json").read_text())
    assert len(state["indexes"]["(default)"]) == len(declared["indexes"])
    exempt = [override for override in declared["fieldOverrides"] if not override["indexes"]]
    assert len(state["exemptions"]["(default)"]) == len(exempt)
    assert len(state["alerts"]) == 16
    assert len(state["metrics"]) == 13
    assert len(state["exclusions"]) == 2
    assert len(state["budgets"]) == 1


def test_deploy_keeps_tasks_and_backups_for_a_week(deployed):
    [queue] = deployed.state["queues"].values()
    assert queue["retryConfig"]["maxRetryDuration"] == "604800s"
    assert [each["retention"] for each in deployed.state["backup_schedules"]["(default)"]] == ["604800s"]


def test_deploy_functions_get_their_settings_and_never_a_secret_in_them(deployed):
    container = deployed.state["services"]["assistant-webhook"]["spec"]["template"]["spec"]["containers"][0]
    plain = {item["name"]: item.get("value") for item in container["env"] if "valueFrom" not in item}
    secret = {item["name"] for item in container["env"] if "valueFrom" in item}
    assert plain == {
        "GOOGLE_CLOUD_PROJECT": "bottega-aurora",
        "WHATSAPP_PHONE_ID": deployed.settings["WHATSAPP_PHONE_ID"],
        "PROCESS_URL": "https://assistant-process-123456789012.europe-west1.run.app",
        "TASKS_LOCATION": "europe-west1",
        "TASKS_QUEUE": "assistant-whatsapp",
        "TASKS_SERVICE_ACCOUNT": "assistant-tasks@bottega-aurora.iam.gserviceaccount.com",
        "THREADS": "40",
    }
    assert secret == {"WHATSAPP_APP_SECRET", "VERIFY_TOKEN"}


@pytest.mark.parametrize("service", ["assistant-process", "assistant-dashboard-api"])
def test_deploy_tells_what_the_settings_of_the_business_begin_with(deployed, service):
    container = deployed.state["services"][service]["spec"]["template"]["spec"]["containers"][0]
    given = {item["name"]: item.get("value") for item in container["env"]}
    assert given["BUSINESS_NAME"] == deployed.settings["BUSINESS_NAME"]


def test_deploy_only_webhook_and_dashboard_are_public_and_nobody_has_a_role_for_it(deployed):
    open_ones = {
        name
        for name, service in deployed.state["services"].items()
        if "run.googleapis.com/invoker-iam-disabled" in service["metadata"]["annotations"]
    }
    assert open_ones == {"assistant-webhook", "assistant-dashboard-api"}
    assert "allUsers" not in json.dumps(deployed.state["policies"])
    policy = deployed.state["policies"]["services/assistant-process"]
    assert {member for item in policy for member in item["members"]} == {
        "serviceAccount:assistant-tasks@bottega-aurora.iam.gserviceaccount.com",
        "serviceAccount:assistant-scheduler@bottega-aurora.iam.gserviceaccount.com",
    }


def test_deploy_shows_its_plan_before_anything_is_changed(world):
    run = world.deploy(sure=False, code=1)
    assert "+ queue assistant-whatsapp" in run.output
    assert "+ Cloud Run service assistant-process" in run.output
    assert run.changes == []


NO_METRIC = (
    'NOT_FOUND: Cannot find metric(s) that match type = "logging.googleapis.com/user/assistant-turn-failed". If a'
    " metric was created recently, it could take up to 10 minutes to become available. Please try again soon."
)
NO_SECRET = (
    "spec.template.spec.containers[0].env[3].value_from.secret_key_ref.name: Permission denied on secret:"
    " projects/123456789012/secrets/assistant-verify-token/versions/1 for Revision service account"
    " assistant-webhook@bottega-aurora.iam.gserviceaccount.com. The service account used must be granted the"
    " 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or"
    " higher level."
)


def test_deploy_waits_for_a_new_metric_and_tells_that_it_does(world):
    world.gcloud.slow = {"monitoring policies create": (14, NO_METRIC)}
    run = world.deploy()
    assert run.output.count("still not ready") == 2
    assert len(world.state["alerts"]) == 16


def test_deploy_waits_for_roles_that_the_same_run_has_given(world):
    world.gcloud.slow = {"run deploy": (9, NO_SECRET)}
    world.deploy()
    assert len(world.state["services"]) == 3


def test_deploy_does_not_wait_for_roles_that_it_has_not_given(deployed):
    (deployed.checkout / "functions" / "webhook" / "main.py").write_text("another = 'release'\n")
    deployed.gcloud.slow = {"run deploy": (1, NO_SECRET)}
    run = deployed.deploy("--only", "functions", code=1)
    assert "up to ten minutes to know a new role" in run.output
    assert "may not do this" not in run.output


def test_deploy_has_the_sweep_run_once_and_looks_for_its_line(world):
    world.state["mute_sweeps"] = 99
    run = world.deploy(code=1)
    assert "The sweep was started and left no line" in run.output
    world.state["mute_sweeps"] = 0
    assert "the sweep runs" in world.deploy().output


def test_deploy_has_the_sweep_run_again_until_its_new_role_is_known(world, deployed):
    world.state["mute_sweeps"] = 2
    assert "the sweep runs" in world.deploy().output
    deployed.state["lines"].clear()
    deployed.state["mute_sweeps"] = 1
    assert "left no line" in deployed.deploy(code=1).output


def test_deploy_removes_an_alert_that_an_older_release_made(deployed):
    old = {
        "name": "projects/p/alertPolicies/99",
        "displayName": "assistant: old",
        "userLabels": {"deployment": "assistant"},
    }
    deployed.state["alerts"][old["name"]] = old
    run = deployed.deploy()
    assert [call[:4] for call in run.changes] == [["alpha", "monitoring", "policies", "delete"]]


def test_deploy_with_a_token_of_the_dashboards_own_takes_the_other_away_from_it(deployed):
    deployed.settings["WHATSAPP_DASHBOARD_TOKEN"] = "EAAG-secret-reads-only"
    run = deployed.deploy()
    container = deployed.state["services"]["assistant-dashboard-api"]["spec"]["template"]["spec"]["containers"][0]
    [given] = [
        item["valueFrom"]["secretKeyRef"] for item in container["env"] if item["name"] == "WHATSAPP_ACCESS_TOKEN"
    ]
    assert given["name"] == "assistant-whatsapp-dashboard-token"
    changes = [" ".join(call[:3]) for call in run.changes]
    taken_away = changes.index("secrets remove-iam-policy-binding assistant-whatsapp-access-token")
    assert taken_away > changes.index("run services update-traffic")  # until then the old revision needs it
    assert "dashboard-api" not in json.dumps(deployed.state["policies"]["secrets/assistant-whatsapp-access-token"])
    assert deployed.deploy().changes == []


def test_deploy_with_iap_lets_in_nobody_but_the_proxy(deployed):
    deployed.settings["AUTH_MODE"] = "iap"
    deployed.deploy()
    service = deployed.state["services"]["assistant-dashboard-api"]
    assert service["metadata"]["annotations"]["run.googleapis.com/iap-enabled"] == "true"
    assert "run.googleapis.com/invoker-iam-disabled" not in service["metadata"]["annotations"]
    assert "iap.googleapis.com" in deployed.state["apis"]
    policy = json.dumps(deployed.state["policies"]["services/assistant-dashboard-api"])
    assert "service-123456789012@gcp-sa-iap.iam.gserviceaccount.com" in policy
    variables = service["spec"]["template"]["spec"]["containers"][0]["env"]
    audience = "/projects/123456789012/locations/europe-west1/services/assistant-dashboard-api"
    assert {"name": "IAP_AUDIENCE", "value": audience} in variables
    assert deployed.deploy().changes == []
    deployed.settings["AUTH_MODE"] = "google"
    deployed.deploy()
    service = deployed.state["services"]["assistant-dashboard-api"]
    assert "run.googleapis.com/iap-enabled" not in service["metadata"]["annotations"]
    assert "gcp-sa-iap" not in json.dumps(deployed.state["policies"])


def test_deploy_with_more_backups_adds_them_and_protects_a_restored_database(deployed):
    deployed.settings |= {"FIRESTORE_PITR": "true", "BACKUP_WEEKS": "14", "FIRESTORE_DATABASE": "restored"}
    restored = {"type": "FIRESTORE_NATIVE", "locationId": "europe-west1"}
    deployed.state["databases"]["restored"] = restored
    deployed.deploy("--only", "database")
    assert restored["deleteProtectionState"] == "DELETE_PROTECTION_ENABLED"
    assert restored["pointInTimeRecoveryEnablement"] == "POINT_IN_TIME_RECOVERY_ENABLED"
    schedules = deployed.state["backup_schedules"]["restored"]
    assert [schedule["retention"] for schedule in schedules] == ["604800s", "8467200s"]
    assert deployed.deploy("--only", "database").changes == []


def test_deploy_changes_how_long_backups_are_kept_and_ends_none_by_itself(deployed):
    deployed.settings |= {"FIRESTORE_PITR": "true", "BACKUP_WEEKS": "14"}
    deployed.deploy("--only", "database")
    deployed.settings["BACKUP_WEEKS"] = "4"
    deployed.deploy("--only", "database")
    weekly = deployed.state["backup_schedules"]["(default)"][1]
    assert weekly["retention"] == "2419200s"
    del deployed.settings["FIRESTORE_PITR"], deployed.settings["BACKUP_WEEKS"]
    run = deployed.deploy("status", "--only", "database")
    assert "--no-enable-pitr" in run.output
    assert "schedules delete --database=(default) --backup-schedule=weekly-id" in run.output


def test_deploy_follows_the_budget_and_the_address_for_alerts(deployed):
    deployed.settings |= {"MONTHLY_BUDGET": "80", "ALERT_EMAIL": "alarm@bottega-aurora.it"}
    run = deployed.deploy("--only", "monitoring")
    assert "amount.specifiedAmount.units: 50 -> 80" in run.output
    [channel] = deployed.state["channels"].values()
    assert channel["labels"]["email_address"] == "alarm@bottega-aurora.it"
    [budget] = deployed.state["budgets"].values()
    assert budget["notificationsRule"]["monitoringNotificationChannels"] == [channel["name"]]
    assert deployed.deploy("--only", "monitoring").changes == []


def test_deploy_leaves_urls_out_of_the_log(deployed):
    exclusion = deployed.state["exclusions"]["assistant-request-urls"]
    assert "run.googleapis.com/requests" in exclusion["filter"]
    assert "assistant-dashboard-api" in exclusion["filter"]
    assert "AND NOT log_id" in deployed.state["sinks"]["assistant"]["filter"]


def test_deploy_keeps_the_log_in_the_region_and_there_alone(deployed):
    bucket, sink = deployed.state["log_buckets"]["assistant"], deployed.state["sinks"]["assistant"]
    assert (bucket["location"], bucket["retentionDays"]) == ("europe-west1", 30)
    assert sink["destination"].endswith("/locations/europe-west1/buckets/assistant")
    excluded = deployed.state["exclusions"]["assistant-regional"]["filter"]
    for name in ("webhook", "process", "dashboard-api"):
        assert f'"assistant-{name}"' in sink["filter"] and f'"assistant-{name}"' in excluded
    bucket["lifecycleState"] = "DELETE_REQUESTED"  # as after a destroy some days ago
    deployed.deploy("--only", "monitoring")
    assert deployed.state["log_buckets"]["assistant"]["lifecycleState"] == "ACTIVE"
    assert deployed.deploy("--only", "monitoring").changes == []


def test_number_that_is_not_registered_is_told_and_registered_on_request(deployed):
    deployed.state["number_state"] |= {"status": "PENDING", "platform_type": "NOT_APPLICABLE"}
    run = deployed.deploy("--only", "number")
    assert "IS NOT REGISTERED" in run.output
    assert "133010" in run.output
    assert "needs WHATSAPP_PIN" in deployed.deploy("--only", "number", "--register", code=1).output
    deployed.settings["WHATSAPP_PIN"] = "483920"
    run = deployed.deploy("--only", "number", "--register")
    assert "is registered now" in run.output
    assert "483920" not in run.output
    assert "is registered (quality" in deployed.deploy("--only", "number").output


def test_number_of_the_phone_app_is_never_registered_anew(deployed):
    deployed.settings["WHATSAPP_PIN"] = "483920"
    deployed.state["number_state"] |= {"status": "PENDING", "is_on_biz_app": True}
    assert "has registered it" in deployed.deploy("--only", "number").output
    assert "leave it so" in deployed.deploy("--only", "number", "--register", code=1).output
    assert deployed.state["number_state"]["status"] == "PENDING"


def test_deploy_a_second_time_changes_nothing(deployed):
    before = things(deployed)
    run = deployed.deploy()
    assert run.changes == []
    assert things(deployed) == before
    assert "Nothing had to be changed." in run.output


def test_deploy_after_a_failure_in_every_step_ends_complete(world, deployed):
    world.gcloud.fail = dict.fromkeys(COMMANDS, "the connection was lost")
    runs = 0
    while (run := world.deploy(code=None)).code:
        runs += 1
        assert runs <= len(COMMANDS)
        assert "the connection was lost" in run.output
        assert "run the same command again" in run.output
    assert runs == len(COMMANDS)
    assert things(world) == things(deployed)
    assert world.deploy().changes == []


def test_deploy_after_answers_were_lost_ends_complete(world, deployed):
    """The command took effect, but the script never heard of it."""
    commands = [
        "secrets create",
        "firestore databases create",
        "tasks queues create",
        "run deploy",
        "scheduler jobs create http",
    ]
    world.gcloud.lose = dict.fromkeys(commands, "the connection was lost")
    runs = 0
    while world.deploy(code=None).code:
        runs += 1
        assert runs <= len(commands)
    assert runs == len(commands)
    assert things(world) == things(deployed)


def test_deploy_while_services_become_ready_waits(world):
    world.gcloud.slow_apis = {"firestore.googleapis.com": 2, "secretmanager.googleapis.com": 3}
    run = world.deploy("--only", "apis", "--only", "database")
    assert "trying again" in run.output
    assert "(default)" in world.state["databases"]


def test_deploy_secrets_never_appear_in_arguments_files_or_output(world):
    run = world.deploy("--subscribe")
    text = json.dumps([run.output, run.calls, world.curl.arguments])
    staged = [path.read_text(errors="replace") for path in (world.checkout / ".dist").rglob("*") if path.is_file()]
    values = [part for name in SECRET_NAMES for part in world.settings[name].split(",")]
    stored = world.state["secrets"]["assistant-session-secret"]["versions"]
    for value in [*values, *stored]:
        assert value not in text
        assert not any(value in content for content in staged)
    assert world.state["secrets"]["assistant-openai-api-key"]["versions"] == [world.settings["OPENAI_API_KEY"]]


def test_deploy_with_a_new_secret_adds_a_version_and_deploys_its_functions(deployed):
    deployed.settings["OPENAI_API_KEY"] = "sk-secret-another-key"
    run = deployed.deploy("--only", "secrets", "--only", "functions")
    assert deployed.state["secrets"]["assistant-openai-api-key"]["versions"][-1] == "sk-secret-another-key"
    deploys = [call for call in run.changes if call[:2] == ["run", "deploy"]]
    assert [call[2] for call in deploys] == ["assistant-process"]
    assert "OPENAI_API_KEY=assistant-openai-api-key:2" in " ".join(deploys[0])


def test_deploy_keeps_the_session_secret_it_made(deployed):
    before = list(deployed.state["secrets"]["assistant-session-secret"]["versions"])
    deployed.deploy("--only", "secrets")
    assert deployed.state["secrets"]["assistant-session-secret"]["versions"] == before
    assert len(before) == 1
    assert len(before[0]) >= 48


def test_deploy_mends_what_was_changed_by_hand(deployed):
    before = things(deployed)
    state = deployed.state
    state["queues"]["assistant-whatsapp"]["rateLimits"]["maxConcurrentDispatches"] = 5000
    state["jobs"]["assistant-sweep"]["schedule"] = "0 0 * * *"
    state["databases"]["(default)"]["deleteProtectionState"] = "DELETE_PROTECTION_DISABLED"
    state["indexes"]["(default)"].pop()
    state["metrics"]["assistant-turn-failed"]["filter"] = "nothing"
    next(iter(state["alerts"].values()))["enabled"] = False
    next(iter(state["dashboards"].values()))["mosaicLayout"]["tiles"].pop()
    state["policies"]["queues/assistant-whatsapp"].pop()
    spec = state["services"]["assistant-process"]["spec"]["template"]["spec"]
    spec["containerConcurrency"] = 80
    spec["containers"][0]["env"].append({"name": "AUTH_MODE", "value": "local"})

    status = deployed.deploy("status", code=1)
    assert status.changes == []
    assert "concurrency, AUTH_MODE" in status.output
    assert "9 difference(s)" in status.output

    run = deployed.deploy()
    assert things(deployed) == before
    assert any("maxConcurrentDispatches" in line for line in run.output.splitlines())
    assert deployed.deploy("status").changes == []


def test_deploy_of_new_source_moves_traffic_only_when_the_revision_is_healthy(deployed):
    (deployed.checkout / "functions" / "webhook" / "main.py").write_text("raise RuntimeError\n")
    deployed.state["unhealthy"] = ["assistant-webhook"]
    old = deployed.state["services"]["assistant-webhook"]["status"]["latestCreatedRevisionName"]
    run = deployed.deploy("--only", "functions", code=1)
    assert "not healthy, so it gets no traffic" in run.output
    traffic = deployed.state["services"]["assistant-webhook"]["status"]["traffic"]
    assert [(item["revisionName"], item["percent"]) for item in traffic if item.get("percent")] == [(old, 100)]

    deployed.state["unhealthy"] = []
    run = deployed.deploy("--only", "functions")
    assert [call[:3] for call in run.changes] == [["run", "services", "update-traffic"]]
    assert deployed.deploy("--only", "functions").changes == []


def test_deploy_without_a_view_of_the_billing_account_goes_on_without_a_budget(world):
    world.state["may_see_billing"] = False
    run = world.deploy()
    assert "no budget:" in run.output
    assert world.state["budgets"] == {}


def test_deploy_a_second_environment_shares_nothing_but_the_project(deployed):
    before = copy.deepcopy(deployed.state)
    deployed.deploy("--prefix", "staging")
    after = deployed.state
    for kind in ("services", "accounts", "secrets", "queues", "jobs", "metrics", "databases", "repositories"):
        assert {name: after[kind][name] for name in before[kind]} == before[kind]
        assert len(after[kind]) == 2 * len(before[kind])
    conditions = json.dumps(after["policies"]["project/bottega-aurora"])
    assert 'databases/staging-store\\"' in conditions
    assert 'databases/(default)\\"' in conditions


def test_subscribe_registers_the_webhook_with_meta(deployed):
    run = deployed.deploy("--only", "verify", "--subscribe")
    asked = [request for request in deployed.curl.requests if "graph.facebook.com" in request["url"]]
    posts = [request for request in asked if "data" in request]
    assert [request["url"].partition("/v25.0/")[2] for request in posts] == [
        "309876543210987/subscriptions",
        "209876543210987/subscribed_apps",
    ]
    assert "callback_url=https%3A%2F%2Fassistant-webhook-123456789012.europe-west1.run.app%2F" in posts[0]["data"]
    assert "user_id_update" not in posts[0]["data"]
    assert "At developers.facebook.com" not in run.output


def test_verify_walks_the_whole_way_and_leaves_nothing(deployed):
    run = deployed.deploy("verify")
    for leg in ("signed event taken in 0.02 s", "delivered to process after 0.31 s", "stored after 0.04 s"):
        assert leg in run.output
    assert run.changes == []
    assert deployed.state["documents"] == {}
    text = json.dumps([run.output, run.calls, deployed.curl.arguments])
    assert not any(secret in text for secret in ("secret-app-new", "ya29.access", "eyJ.identity"))


def test_verify_works_for_a_machine_that_has_no_identity_token_of_its_own(deployed):
    deployed.state["login"] = "ci@bottega-aurora.iam.gserviceaccount.com"
    run = deployed.deploy("verify")
    [token] = [call for call in run.calls if call[:2] == ["auth", "print-identity-token"]]
    assert "--impersonate-service-account=assistant-tasks@bottega-aurora.iam.gserviceaccount.com" in token


def test_verify_with_a_paused_queue_says_so(deployed):
    deployed.state["queues"]["assistant-whatsapp"]["state"] = "PAUSED"
    assert "Is the queue paused?" in deployed.deploy("verify", code=1).output


def test_dry_run_reaches_nothing_and_changes_nothing(world):
    run = world.deploy("--dry-run")
    assert run.calls == []
    assert world.curl.requests == []


def test_dry_run_plan_is_what_a_deploy_into_an_empty_project_changes(world, deployed):
    plan = [
        shlex.split(line)[1:] for line in world.deploy("--dry-run").output.splitlines() if line[:7] == "gcloud "
    ]
    kinds = {" ".join(word for word in call if not word.startswith("-"))[:40] for call in plan}
    done = {
        " ".join(word for word in call.arguments if not word.startswith("-"))[:40] for call in deployed.gcloud.calls
    }
    assert done == kinds


def test_only_runs_the_checks_and_the_step_it_names(world):
    run = world.deploy("--dry-run", "--only", "queue")
    titles = [line for line in run.output.splitlines() if line.startswith("# ") and line[2].isdigit()]
    assert titles == ["# 1. Checks", "# 2. Queue"]
