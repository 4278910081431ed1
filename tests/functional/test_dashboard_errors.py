"""What the dashboard's API answers when the store cannot do what it is asked to."""

from typing import Any, cast

import pytest

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.members import StaffList
from functions.dashboard_api.routes import create_app
from functions.dashboard_api.session import Sessions
from shared.errors import ContactGoneError, GoneError, StoreBusyError, StoreError, StoreUnavailableError
from shared.model.message import Media, Message
from shared.queue.tasks import Queue
from shared.settings import DashboardSettings
from shared.store.members import Members
from shared.store.store import Store
from tests.emulator.makers import make_message
from tests.functional.dashboard import Staff
from tests.functional.product import error_code

ID = "0" * 32


class Failing:
    """Fails at whatever it is asked to do."""

    def __init__(self, error: StoreError) -> None:
        self._error = error

    def __getattr__(self, _name: str) -> "Failing":
        return self

    def __call__(self, *_arguments: Any, **_options: Any) -> Any:
        raise self._error


class FailingMessages(Failing):
    """Knows one message with a file, and fails at everything else."""

    def get(self, message_id: str) -> Message:
        return make_message(message_id, kind="document", media=Media(id="1", state="failed"))


class FailingStore(Failing):
    """Fails at everything but reading a message."""

    @property
    def messages(self) -> FailingMessages:
        return FailingMessages(self._error)


class NoMembers:
    """Knows nobody."""

    def get(self, _email: str) -> None:
        return None


def staff_with(error: StoreError) -> Staff:
    settings = DashboardSettings(
        _env_file=None,
        whatsapp_phone_id="1",
        whatsapp_access_token="token",
        google_cloud_project="project",
        process_url="http://127.0.0.1:9/",
    )
    store = FailingStore(error)
    desk = Desk(cast(Store, store), cast(Queue, store), list)
    members = StaffList(cast(Members, NoMembers()), [], open_to_all=True)
    return Staff.sign_in(create_app(desk, Sessions(settings, members), members).test_client(use_cookies=False))


CHANGES: list[tuple[str, str, Any]] = [
    ("PATCH", f"/api/profile/{ID}", {"first_name": "x"}),
    ("POST", f"/api/conversations/{ID}/pause", None),
    ("POST", f"/api/conversations/{ID}/read", None),
    ("POST", f"/api/media/{ID}/retry", None),
]
READS: list[tuple[str, str, Any]] = [
    ("GET", "/api/conversations", None),
    ("GET", "/api/sync", None),
    ("GET", f"/api/profile/{ID}", None),
    ("GET", f"/api/conversations/{ID}/messages", None),
    ("PUT", f"/api/conversations/{ID}/messages/1", {"text": "x"}),
]


@pytest.mark.parametrize("error", [ContactGoneError("gone"), GoneError("gone")], ids=lambda error: error.code)
@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_change_of_what_vanished_meanwhile_is_a_404(method: str, path: str, body: Any, error: StoreError) -> None:
    answer = staff_with(error).call(method, path, body)
    assert (answer.status_code, error_code(answer)) == (404, "not_found")


@pytest.mark.parametrize(
    "error", [StoreBusyError("busy"), StoreUnavailableError("away")], ids=lambda error: error.code
)
@pytest.mark.parametrize(("method", "path", "body"), [*CHANGES, *READS])
def test_store_that_cannot_do_it_now_is_a_503_with_its_code(
    method: str, path: str, body: Any, error: StoreError
) -> None:
    answer = staff_with(error).call(method, path, body)
    assert (answer.status_code, error_code(answer)) == (503, error.code)
