"""Taking it away again, and going back."""

import copy
from typing import Any

from deploy.service import rollback

LEFT = {"apis", "project", "number", "billing", "login", "may_see_billing", "revisions", "unhealthy"}
LEFT |= {"lines", "number_state"}
ANSWERS = "bottega-aurora\ndelete the data\n"


def left(state: dict[str, Any]) -> set[str]:
    """What is still there, empty lists of roles aside, and log buckets that Google deletes 7 days later."""
    policies = {name for name, bindings in state["policies"].items() if bindings}
    policies |= {name for name, bucket in state["log_buckets"].items() if bucket["lifecycleState"] == "ACTIVE"}
    return {kind for kind in state.keys() - LEFT - {"policies", "log_buckets"} if state[kind]} | policies


def test_destroy_with_both_confirmations_leaves_nothing(deployed):
    deployed.deploy("destroy", answers=ANSWERS)
    assert left(deployed.state) == set()


def test_destroy_without_the_second_confirmation_keeps_the_data_and_can_finish_later(deployed):
    deployed.deploy("destroy", answers="bottega-aurora\nno\n")
    data = {"databases", "backup_schedules", "backups", "indexes", "exemptions", "expiries"}
    assert left(deployed.state) == {*data, "secrets"}
    assert set(deployed.state["secrets"]) == {"assistant-deployment"}
    deployed.deploy("destroy", answers=ANSWERS)
    assert left(deployed.state) == set()


def test_destroy_with_a_wrong_answer_changes_nothing(deployed):
    before = copy.deepcopy(deployed.state)
    for answers in ("", "yes\n", "another-project\n"):
        assert "Nothing was changed." in deployed.deploy("destroy", answers=answers, code=1).output
    assert deployed.state == before


def test_destroy_again_after_a_failure_leaves_nothing(deployed):
    commands = ("monitoring policies delete", "run services delete", "secrets delete", "firestore databases delete")
    deployed.gcloud.fail = dict.fromkeys(commands, "the connection was lost")
    runs = 0
    while deployed.deploy("destroy", answers=ANSWERS, code=None).code:
        runs += 1
        assert runs <= len(commands)
    assert runs == len(commands)
    assert left(deployed.state) == set()


def test_destroy_leaves_what_somebody_else_made_and_the_other_environment(deployed):
    deployed.deploy("--prefix", "staging")
    deployed.state["queues"]["theirs"] = {"name": "theirs"}
    deployed.state["alerts"]["theirs"] = {"name": "theirs", "displayName": "theirs", "userLabels": {}}
    deployed.deploy("destroy", "--prefix", "staging", answers=ANSWERS)
    assert deployed.deploy("status").changes == []
    assert "theirs" in deployed.state["queues"]
    assert "theirs" in deployed.state["alerts"]


def test_destroy_keeps_a_database_that_was_there_before(world):
    world.deploy("--only", "apis")
    world.state["databases"]["(default)"] = {"type": "FIRESTORE_NATIVE", "locationId": "europe-west1"}
    world.deploy()
    run = world.deploy("destroy", answers=ANSWERS)
    assert "left alone: the database (default)" in run.output
    assert "(default)" in world.state["databases"]


def test_rollback_undoes_the_last_release_only(deployed):
    serving = {name: service["status"]["traffic"][0] for name, service in deployed.state["services"].items()}
    main = deployed.checkout / "functions" / "process" / "main.py"
    main.write_text(main.read_text() + "\n# another release\n")
    deployed.deploy("--only", "functions")
    assert deployed.state["services"]["assistant-process"]["status"]["traffic"][0] != serving["assistant-process"]

    run = deployed.deploy("rollback")
    assert [call[3] for call in run.changes] == ["assistant-process"]
    for name, service in deployed.state["services"].items():
        assert service["status"]["traffic"][0]["revisionName"] == serving[name]["revisionName"]
    assert "move the traffic of assistant-process" in deployed.deploy("status", code=1).output


def test_rollback_without_an_earlier_release_says_so(deployed):
    run = deployed.deploy("rollback", code=1)
    assert "There is no earlier release" in run.output
    assert run.changes == []


def service(name: str, serving: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"traffic": [{"revisionName": serving, "percent": 100}]}}


def revision(name: str, release: str, minute: int, ready: str = "True") -> dict[str, Any]:
    made = f"2026-11-22T10:{minute:02}:00Z"
    return {
        "metadata": {
            "name": name,
            "labels": {"release": release},
            "creationTimestamp": made,
        },
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def test_rollback_skips_revisions_that_never_started():
    revisions = [revision("p3", "c", 3), revision("p2", "b", 2, ready="False"), revision("p1", "a", 1)]
    assert rollback([(service("p", "p3"), revisions)]) == [("p", "p1")]


def test_rollback_goes_back_before_a_release_that_took_two_deploys():
    revisions = [revision("p3", "c", 3), revision("p2", "c", 2), revision("p1", "a", 1)]
    assert rollback([(service("p", "p3"), revisions)]) == [("p", "p1")]


def test_rollback_a_second_time_goes_back_one_more():
    revisions = [revision("p3", "c", 3), revision("p2", "b", 2), revision("p1", "a", 1)]
    assert rollback([(service("p", "p2"), revisions)]) == [("p", "p1")]
