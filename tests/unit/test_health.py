"""What `/health` answers, and how often it looks."""

import flask
import pytest

from shared.errors import StoreUnavailableError
from shared.http import Health


@pytest.mark.parametrize("checks", [{"store": "ok"}, {"store": "store_unavailable"}], ids=str)
def test_health_looks_once_however_many_ask(checks):
    looked = []

    def check():
        looked.append(1)
        if checks["store"] != "ok":
            raise StoreUnavailableError("away")

    health = Health({"store": check})
    with flask.Flask("test").app_context():
        answers = [health.response() for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200 if checks["store"] == "ok" else 503}
    assert answers[0].get_json()["checks"] == checks
    assert len(looked) == 1
