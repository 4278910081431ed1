"""The store that a command works on: the one that the environment or .env names."""

import os
import sys
from pathlib import Path

from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError

from local.stack.configuration import read_configuration
from shared.errors import StoreUnavailableError
from shared.settings import GraphSettings
from shared.store.connection import open_client
from shared.store.store import Store

WHICH_STORE = (
    "The store is what the environment, or .env, names: the emulator of FIRESTORE_EMULATOR_HOST, else\n"
    "the Firestore of GOOGLE_CLOUD_PROJECT (and FIRESTORE_DATABASE), else the emulator of ./dev.sh up."
)


class CommandError(Exception):
    """What was asked for cannot be done; the message says why."""


def read_settings(env_file: Path, *, in_stack: bool) -> GraphSettings:
    """Read what names the store, and what a business begins with."""
    configuration = read_configuration({}, env_file=env_file)
    environment = configuration.environment(configuration.ports)
    if configuration.starts_firestore and "GOOGLE_CLOUD_PROJECT" in configuration.given and not in_stack:
        del environment["FIRESTORE_EMULATOR_HOST"]
    os.environ.update(environment)  # where Firestore's client looks for its emulator
    return GraphSettings(_env_file=None)


def open_store(settings: GraphSettings) -> Store:
    """Connect to the store; raises CommandError when it cannot be reached."""
    emulator = os.environ.get("FIRESTORE_EMULATOR_HOST")
    name = f"the Firestore emulator at {emulator}" if emulator else f"Firestore of {settings.google_cloud_project}"
    hint = "Does ./dev.sh up run?" if emulator else "Sign in: gcloud auth application-default login"
    try:
        store = Store(open_client(settings))
        store.facts.check()
    except (StoreUnavailableError, GoogleAuthError, GoogleAPICallError) as error:
        raise CommandError(f"{name} cannot be reached: {error}\n{hint}") from None
    print(f"The store: {name}, project {settings.google_cloud_project}.", file=sys.stderr)
    return store
