"""Connecting to Firestore, and the door at which its errors become ours (shared/errors.py)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    GoogleAPICallError,
    NotFound,
    RetryError,
)
from google.cloud import firestore

from shared.errors import DuplicateError, GoneError, StaleError, StoreUnavailableError
from shared.settings import GraphSettings

READ_SECONDS = 10.0
WRITE_SECONDS = 30.0
# What passes by itself, by its HTTP status: conflicts of the service's own, quota, and its bad moments.
PASSING_HTTP = (409, 429, 499, 500, 502, 503, 504)


def utc_now() -> dt.datetime:
    """Return the time of this machine, aware of its zone."""
    return dt.datetime.now(dt.UTC)


def open_client(settings: GraphSettings) -> firestore.Client:
    """Connect to the database, or to the emulator that FIRESTORE_EMULATOR_HOST names."""
    return firestore.Client(project=settings.google_cloud_project, database=settings.firestore_database)


@contextmanager
def firestore_errors() -> Iterator[None]:
    """Turn what Firestore raises into a StoreError; what only a bug of ours can cause stays what it is.

    Codes: cloud.google.com/firestore/docs/understand-error-codes.
    """
    try:
        yield
    except AlreadyExists as error:
        raise DuplicateError("the document exists") from error
    except (FailedPrecondition, Aborted) as error:
        raise StaleError("the document has changed since it was read") from error
    except NotFound as error:
        raise GoneError("the document does not exist") from error
    except RetryError as error:
        raise StoreUnavailableError("the store does not answer") from error
    except GoogleAPICallError as error:
        if error.code not in PASSING_HTTP:
            raise
        raise StoreUnavailableError(f"the store does not answer: {type(error).__name__}") from error
