"""What Firestore raises, and what becomes of it at the store's door."""

import pytest
from google.api_core import exceptions as google

from shared.errors import DuplicateError, GoneError, StaleError, StoreUnavailableError
from shared.store.connection import firestore_errors


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (google.AlreadyExists("x"), DuplicateError),
        (google.FailedPrecondition("x"), StaleError),
        (google.Aborted("x"), StaleError),
        (google.NotFound("x"), GoneError),
        (google.ServiceUnavailable("x"), StoreUnavailableError),
        (google.DeadlineExceeded("x"), StoreUnavailableError),
        (google.ResourceExhausted("x"), StoreUnavailableError),
        (google.InternalServerError("x"), StoreUnavailableError),
        (google.Cancelled("x"), StoreUnavailableError),
        (google.RetryError("x", None), StoreUnavailableError),
        (google.InvalidArgument("x"), google.InvalidArgument),
        (google.PermissionDenied("x"), google.PermissionDenied),
        (KeyError("x"), KeyError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_error_of_firestore_becomes_ours_unless_only_a_bug_can_cause_it(
    raised: Exception, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as caught, firestore_errors():
        raise raised
    assert type(caught.value) is expected
