"""What goes wrong before or during a deploy ends in one clear sentence, and nothing is touched that is not ours."""

import copy
import re

import pytest

from deploy.__main__ import read_options
from deploy.environment import read
from deploy.refusals import kind_of
from deploy.terminal import Stop
from tests.deploy.world import PROJECT, SETTINGS

TAKEN = {
    "service account": (
        "accounts",
        f"assistant-tasks@{PROJECT}.iam.gserviceaccount.com",
        {"description": "books"},
    ),
    "secret": ("secrets", "assistant-verify-token", {"labels": {}, "annotations": {}, "versions": ["theirs"]}),
    "queue": ("queues", "assistant-whatsapp", {"name": "assistant-whatsapp", "state": "RUNNING"}),
    "repository": ("repositories", "assistant", {"labels": {"team": "other"}}),
    "Cloud Run service": ("services", "assistant-process", {"metadata": {"labels": {}}, "spec": {}, "status": {}}),
    "scheduler job": ("jobs", "assistant-sweep", {"name": "assistant-sweep", "description": "a report"}),
    "log-based metric": (
        "metrics",
        "assistant-sweep",
        {"description": "", "filter": "x"},
    ),
}
STEP_OF = {
    "service account": "accounts",
    "secret": "secrets",
    "queue": "queue",
    "repository": "functions",
    "Cloud Run service": "functions",
    "scheduler job": "monitoring",
    "log-based metric": "monitoring",
}


@pytest.mark.parametrize("what", TAKEN)
def test_deploy_leaves_alone_what_somebody_else_made(deployed, what):
    kind, name, theirs = TAKEN[what]
    deployed.state[kind][name] = copy.deepcopy(theirs)
    if what == "queue":
        deployed.state["secrets"]["assistant-deployment"]["annotations"].pop("queue")
    run = deployed.deploy("--only", STEP_OF[what], code=1)
    assert f"There is already a {what}" in run.output
    assert deployed.state[kind][name] == theirs


def test_deploy_without_sign_in_says_how_to_sign_in(world):
    world.state["login"] = ""
    assert "gcloud auth login" in world.deploy(code=1).output


def test_deploy_to_a_project_that_is_not_there_names_it(world):
    run = world.deploy("--project", "another-project", code=1)
    assert "may not do this in project another-project" in run.output
    assert run.changes == []


def test_deploy_without_billing_says_where_to_link_it(world):
    world.state["billing"] = ""
    assert "has no billing account" in world.deploy(code=1).output


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("PERMISSION_DENIED: Permission 'cloudtasks.queues.create' denied", "may not do this in project"),
        ("RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'Queues'", "A quota of project bottega-aurora"),
        (
            "FAILED_PRECONDITION: One or more users named in the policy do not belong to a permitted customer",
            "The organisation forbids roles for everyone",
        ),
        ("ALREADY_EXISTS: Requested entity already exists", "Something of this name exists already"),
        ("UNAUTHENTICATED: Request had invalid authentication credentials.", "gcloud auth login"),
        ("There was a problem refreshing your current auth tokens: Reauthentication failed", "gcloud auth login"),
        ("FAILED_PRECONDITION: something new", "A command failed."),
    ],
)
def test_deploy_explains_a_refusal_and_quotes_gcloud(deployed, error, sentence):
    deployed.state["queues"].clear()
    deployed.gcloud.fail = {"tasks queues create": error}
    run = deployed.deploy("--only", "queue", code=1)
    assert sentence in run.output
    assert error in run.output
    assert deployed.deploy("--only", "queue").code == 0


A_MINUTES_QUOTA = (
    "RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'Reads' and limit 'Reads per minute' of service …"
)


@pytest.mark.parametrize("error", ["UNAVAILABLE: The service is currently unavailable.", A_MINUTES_QUOTA])
def test_deploy_tries_a_passing_trouble_again(deployed, error):
    deployed.state["queues"].clear()
    deployed.gcloud.fail = {"tasks queues create": error}
    run = deployed.deploy("--only", "queue")
    assert "trying again" in run.output
    assert "assistant-whatsapp" in deployed.state["queues"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("NOT_FOUND: Secret [projects/acme-internal/secrets/x] not found.", "missing"),
        ("ERROR: (gcloud.run.deploy) INTERNAL: Something went wrong", "transient"),
        ("INTERNAL: Internal error encountered.", "transient"),
        ("ERROR: (gcloud.x) You do not currently have an active account selected.", "login"),
    ],
)
def test_refusal_is_known_by_what_is_said_not_by_names_in_it(said, kind):
    assert kind_of(said) == kind


def test_what_a_minutes_quota_hides_is_not_taken_for_missing(deployed):
    deployed.gcloud.slow = {"tasks queues describe": (5, A_MINUTES_QUOTA)}
    assert "Everything is as this checkout" in deployed.deploy("status").output


def test_deploy_that_took_effect_in_spite_of_an_error_goes_on(deployed):
    deployed.state["queues"].clear()
    deployed.gcloud.lose = {"tasks queues create": "UNAVAILABLE: The service is currently unavailable."}
    deployed.deploy("--only", "queue")
    assert deployed.deploy("--only", "queue").changes == []


@pytest.mark.parametrize("command", [[], ["--only", "functions"], ["verify"], ["destroy"]])
def test_another_region_than_before_is_refused(deployed, command):
    answers = f"{PROJECT}\ndelete the data\n"
    run = deployed.deploy(*command, "--region", "europe-west8", answers=answers, code=1)
    assert "is deployed in europe-west1" in run.output
    assert run.changes == []


def test_deploy_with_a_database_of_another_mode_is_refused(world):
    world.deploy("--only", "apis")
    world.state["databases"]["(default)"] = {"type": "DATASTORE_MODE", "locationId": "europe-west1"}
    assert "Datastore mode" in world.deploy("--only", "database", code=1).output


def test_deploy_with_a_database_elsewhere_names_the_place(world):
    world.deploy("--only", "apis")
    world.state["databases"]["(default)"] = {"type": "FIRESTORE_NATIVE", "locationId": "eur3"}
    assert "FIRESTORE_LOCATION=eur3" in world.deploy("--only", "database", code=1).output
    world.settings["FIRESTORE_LOCATION"] = "eur3"
    assert "was there before" in world.deploy("--only", "database").output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--project"], "--project needs a value"),
        (["--nonsense"], "There is no option or command '--nonsense'"),
        (["--only", "everything"], "There is no step 'everything'"),
        (["--prefix", "Staging"], "--prefix must be"),
        (["--prefix", "a-very-long-prefix"], "--prefix must be"),
        (["sell"], "There is no option or command 'sell'"),
        (["--dry"], "There is no option or command '--dry'"),
        (["destroy", "--only", "functions"], "--only does not go with 'destroy'"),
        (["verify", "--register"], "--register does not go with 'verify'"),
        (["status", "--subscribe"], "--subscribe does not go with 'status'"),
        (["--only", "queue", "--register"], "--register belongs to the step 'number'"),
        (["status", "--only", "number"], "status looks at no step 'number'"),
        (["--env-file", "nowhere.env"], "there is no file nowhere.env"),
    ],
)
def test_deploy_with_wrong_options_says_which(arguments, sentence):
    def parsed() -> None:
        read(read_options(arguments).env_file, None, None, "assistant")

    with pytest.raises(Stop, match=re.escape(sentence)):
        parsed()


def test_deploy_with_a_wrong_option_ends_with_its_sentence(world):
    run = world.deploy("--nonsense", code=2)
    assert "There is no option or command '--nonsense'" in run.output
    assert run.calls == []


def test_deploy_without_yes_and_without_a_terminal_asks_nobody_and_changes_nothing(world):
    run = world.deploy("--only", "apis", code=1, sure=False)
    assert "Nothing was changed." in run.output
    assert "add --yes" in run.output
    assert run.changes == []


def plain(**changes: str | None) -> str:
    values = {**SETTINGS, **changes}
    return "".join(f"{name}={value}\n" for name, value in values.items() if value is not None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (plain().replace("\n", "\r\n").encode(), "Windows line ends"),
        (b"\xef\xbb\xbf" + plain().encode(), "byte order mark"),
        (plain(OPENAI_API_KEY=f"'{SETTINGS['OPENAI_API_KEY']}'").encode(), "single quotes"),
        (plain().replace("VERIFY_TOKEN=", "export VERIFY_TOKEN = ").encode(), "export and blanks"),
        (
            plain(AUTH_MODE="local", CLOUD_TASKS_EMULATOR_HOST="127.0.0.1:8123").encode(),
            "the local stack's",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_settings_written_in_another_way_are_read_alike(world, planned, content, reason):
    world.env_file = content
    assert world.deploy("--dry-run", "--only", "functions").output == planned, reason


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (plain(OPENAI_API_KEY="<your key>"), "OPENAI_API_KEY: is still a placeholder"),
        (plain(WHATSAPP_ACCESS_TOKEN="changeme"), "WHATSAPP_ACCESS_TOKEN: is still a placeholder"),
        (plain(STAFF_OWNER="you@example.com"), "STAFF_OWNER: is still a placeholder"),
        (plain(WHATSAPP_PHONE_ID="100000000000001"), "WHATSAPP_PHONE_ID: is still a placeholder"),
        (plain(VERIFY_TOKEN=None), "VERIFY_TOKEN: missing"),
        (plain(VERIFY_TOKEN="  "), "VERIFY_TOKEN: missing"),
        (plain(STAFF_OWNER=None), "STAFF_OWNER: name at least one"),
        (plain(STAFF_OWNER="not an address"), "STAFF_OWNER:"),
        (plain(GOOGLE_CLIENT_ID=None), "GOOGLE_CLIENT_ID: required"),
        (plain(GOOGLE_CLIENT_ID="123"), "GOOGLE_CLIENT_ID: must end in .apps.googleusercontent.com"),
        (plain(GOOGLE_CLOUD_PROJECT="My Project"), "GOOGLE_CLOUD_PROJECT: must be a project's id"),
        (plain(GRAPH_API_VERSION="v21.0"), "GRAPH_API_VERSION: must be v22.0 or newer"),
        (plain(GRAPH_API_URL="http://127.0.0.1:9000"), "GRAPH_API_URL: points at this machine"),
        (plain(TASK_DEADLINE_SECONDS="60"), "the time-outs must be in this order"),
        (plain(SESSION_SECRET="too-short-to-sign"), "SESSION_SECRET: must have at least 32 characters"),
        (plain(WHATSAPP_PIN="12345"), "WHATSAPP_PIN: must have six digits"),
        (plain(BACKUP_WEEKS="15"), "BACKUP_WEEKS:"),
        (plain(VERIFY_TOKEN='"unfinished'), "cannot be read"),
        (plain(VERIFY_TOKEN="\u201cquoted\u201d"), "typographic quotation mark"),
        (plain().encode("utf-16"), "is not UTF-8 text"),
    ],
)
def test_settings_with_a_mistake_are_refused_without_showing_a_value(tmp_path, content, problem):
    file = tmp_path / ".env"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Stop) as stopped:
        read(str(file), None, None, "assistant")
    said = str(stopped.value)
    assert problem in said
    assert not any(SETTINGS[name] in said for name in ("WHATSAPP_APP_SECRET", "WHATSAPP_ACCESS_TOKEN"))


def test_settings_report_all_problems_together_and_nothing_is_asked_of_google(world):
    world.env_file = plain(VERIFY_TOKEN=None, OPENAI_API_KEY=None, STAFF_OWNER="TODO").encode()
    run = world.deploy(code=1)
    assert all(name in run.output for name in ("VERIFY_TOKEN", "OPENAI_API_KEY", "STAFF_OWNER"))
    assert run.calls == []


def test_settings_of_the_environment_win_over_the_file(world):
    world.environment = {"FIRESTORE_DATABASE": "another-store"}
    assert "--database=another-store" in world.deploy("--dry-run", "--only", "database").output
