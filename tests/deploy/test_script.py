"""The script's own form, and that its data, the documents and the code agree."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.__main__ import COMMANDS
from deploy.catalogue import FUNCTIONS, PRODUCT
from deploy.documents import differences, has_binding, value_at
from deploy.monitoring import alerts, metrics
from shared.whatsapp import errors
from tests.deploy.world import ROOT, SETTINGS

PROGRAMS = Path(sys.executable).parent
SCRIPTS = [ROOT / "deploy.sh"]
NAMES = {
    "prefix": "assistant",
    "project": "p",
    "product": PRODUCT,
    "queue": "q",
    "channel": "c",
    "busy_instances": "9",
    "any_service": '"assistant-process"',
    "one_of_services": '"assistant-process"',
}


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_script_passes_shellcheck():
    done = run(PROGRAMS / "shellcheck", "--external-sources", *SCRIPTS)
    assert done.returncode == 0, done.stdout


def test_script_is_formatted():
    done = run(PROGRAMS / "shfmt", "-i", "2", "-d", *SCRIPTS)
    assert done.returncode == 0, done.stdout


def test_script_help_names_every_option_and_command():
    text = run(ROOT / "deploy.sh", "--help").stdout
    source = (ROOT / "deploy" / "__main__.py").read_text(encoding="utf-8").partition("def parser")[2]
    options = set(re.findall(r'"(--[a-z-]+)"', source.partition("return options")[0]))
    assert len(options) > 6
    assert {option for option in options if option not in text} == set()
    assert all(command in text for command in COMMANDS)


def test_permissions_table_of_the_documentation_is_the_scripts_own():
    table = run(ROOT / "deploy.sh", "permissions").stdout.strip()
    document = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    match = re.search(r"<!-- permissions -->\n(.*?)\n<!-- /permissions -->", document, re.DOTALL)
    assert match, "docs/deploy.md has no table of permissions"
    assert match[1].strip() == table, "run ./deploy.sh permissions and put its table into docs/deploy.md"


def logged_events() -> set[str]:
    """Collect the first argument of every `logger.…("event", …)` in the product."""
    events = set()
    for path in [*(ROOT / "shared").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            name = node.args[0]
            if "logger" in ast.unparse(node.func.value) and isinstance(name, ast.Constant):
                events.add(str(name.value))
    return events


def test_every_log_event_that_is_counted_is_written_by_the_code():
    filters = [metric["filter"] for metric in metrics(NAMES).values()]
    counted = {match[1] for text in filters if (match := re.search(r'message="(\w+)"', text))}
    assert len(counted) >= 6
    assert counted - logged_events() == set()


def test_the_refused_token_is_known_by_the_codes_that_the_classifier_knows():
    codes = re.findall(r'"([0-9]+)"', metrics(NAMES)["token-refused"]["filter"])
    assert codes == [str(errors.TOKEN_CODE), str(errors.UNAUTHENTICATED_CODE)]


def test_script_whose_output_nobody_reads_on_ends_quietly(tmp_path):
    (tmp_path / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in SETTINGS.items()))
    done = run("bash", "-c", f"./deploy.sh --dry-run --only apis --env-file {tmp_path}/.env | head -1")
    assert done.stdout.startswith("# A dry run") and done.stderr == ""


def test_every_alert_has_its_section_in_the_operations_manual():
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name, policy in alerts(NAMES).items():
        assert f"### `{name}`" in manual
        assert f"`{name}`" in policy["documentation"]["content"]


def test_every_alert_on_a_log_line_counts_a_metric_that_is_made_and_names_its_service():
    made = metrics(NAMES)
    for name, policy in alerts(NAMES).items():
        [condition] = policy["conditions"]
        threshold = condition.get("conditionThreshold") or condition["conditionAbsent"]
        metric = re.search(r"logging.googleapis.com/user/assistant-([a-z-]+)", threshold["filter"])
        assert metric is None or metric[1] in made
        grouped = threshold["aggregations"][0].get("groupByFields")
        assert grouped or not metric or name == "no-sweep"
        assert policy["alertStrategy"] == {"autoClose": "1800s"}


def test_every_function_has_as_many_threads_as_requests_and_a_memory():
    assert [function.name for function in FUNCTIONS] == ["process", "dashboard_api", "webhook"]
    assert all(function.requests and function.memory for function in FUNCTIONS)


def test_every_variable_of_the_deployment_is_in_its_documentation():
    document = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    header = (ROOT / "deploy.sh").read_text(encoding="utf-8").partition("# Examples")[0]
    variables = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", header))
    assert len(variables) > 8
    assert {variable for variable in variables if f"`{variable}`" not in document} == set()


@pytest.mark.parametrize(
    ("actual", "wanted", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["a.b[1]"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a"]),
        ({}, {"a": 0, "b": False, "c": ""}, []),
        ({}, {"a": {}}, ["a"]),
        ({"a": 320.0}, {"a": 320}, []),
        (None, {"a": {"b": "x"}}, ["a.b"]),
    ],
)
def test_differences_names_what_is_missing_or_other(actual, wanted, expected):
    assert [difference.path for difference in differences(actual, wanted)] == expected


def test_value_at_finds_keys_that_hold_dots():
    assert value_at({"labels": {"serving.knative.dev/service": "x"}}, "labels.serving.knative.dev/service") == "x"
    assert value_at({"a": 1}, "a.b") is None


def test_has_binding_tells_conditions_apart():
    policy = {"bindings": [{"role": "r", "members": ["m"], "condition": {"expression": "one"}}]}
    assert has_binding(policy, "r", "m", "one")
    assert not has_binding(policy, "r", "m")
    assert not has_binding(policy, "r", "m", "other")
    assert not has_binding({}, "r", "m", "")
