"""Removes what deploy made, and nothing else. Services of Google Cloud stay enabled: others may use them."""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace

from deploy.catalogue import FUNCTIONS, SECRETS
from deploy.database import backups, the_database
from deploy.deployment import Deployment
from deploy.foundation import accounts
from deploy.functions import sources, the_repository, the_service
from deploy.monitoring import monitoring
from deploy.queue import the_queue
from deploy.resource import Resource, carry_out
from deploy.secret_manager import the_secret
from deploy.terminal import Stop


def destroy(here: Deployment, _options: argparse.Namespace) -> int:
    """Remove the deployment; the data only after a second confirmation."""
    with_data = here.terminal.is_dry_run or _confirmed(here)
    record = here.recorded()
    has_database = here.terminal.is_dry_run or here.annotation("database") == here.database
    _remove(here, "Alerts and the sweep", reversed(list(monitoring(here))))
    _remove(here, "Functions", _functions(here))
    _remove(here, "Queue", _queue(here))
    _remove(here, "Secrets", [the_secret(here, setting) for setting in SECRETS])
    _remove(here, "Service accounts and their roles", reversed(list(accounts(here))))
    if with_data:
        _remove(here, "Data", _data(here, has_database))
    here.terminal.step("The record of this deployment")
    if record and has_database and not with_data:
        here.terminal.note(f"kept, like the data: the secret {here.prefix}-deployment, which costs nothing")
    else:
        carry_out(here.cloud, [replace(here.record(), is_gone=True)])
    here.terminal.between_steps()
    here.terminal.say("", "# Nothing was changed." if here.terminal.is_dry_run else "Done.")
    return 0


def _confirmed(here: Deployment) -> bool:
    terminal = here.terminal
    terminal.say(
        "",
        f'This stops the assistant "{here.prefix}" in project {here.project} and removes its functions, queue and'
        " secrets.",
        "Tasks still waiting in the queue are lost. A removed queue's name cannot be used again for some days.",
    )
    if not terminal.typed("Type the project's id to go on:", here.project):
        raise Stop("That is not the project's id. Nothing was changed.")
    terminal.say(
        f"The data are every customer, message and setting in the database {here.database}, and its backups."
    )
    return terminal.typed('Type "delete the data" to delete them too, anything else keeps them:', "delete the data")


def _remove(here: Deployment, title: str, resources: Iterable[Resource]) -> None:
    here.terminal.step(title)
    carry_out(here.cloud, (replace(resource, is_gone=True) for resource in resources))


def _functions(here: Deployment) -> Iterator[Resource]:
    for function in reversed(FUNCTIONS):
        yield the_service(here, function)
        yield sources(here, function)
    yield the_repository(here)


def _queue(here: Deployment) -> Iterator[Resource]:
    if here.terminal.is_dry_run or here.annotation("queue") == here.queue:
        yield the_queue(here)
    elif here.cloud.inspect(*the_queue(here).look):
        here.terminal.note(f"left alone: the queue {here.queue}, which deploy.sh did not make")


def _data(here: Deployment, has_database: bool) -> Iterator[Resource]:
    if has_database:
        yield the_database(here)
        yield from backups(here)
    elif here.cloud.inspect(*the_database(here).look):
        here.terminal.note(f"left alone: the database {here.database}, which deploy.sh did not make")
