"""The commands of ./deploy.sh. A deploy is: checks, the plan, your yes, and the steps whose plan is not empty."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from deploy.catalogue import DASHBOARD, WEBHOOK
from deploy.checks import check
from deploy.database import database
from deploy.deployment import Deployment
from deploy.destroy import destroy
from deploy.foundation import accounts, apis, ensure_region
from deploy.functions import earlier_release, functions, list_services
from deploy.meta import check_number, subscribe_webhook
from deploy.monitoring import monitoring
from deploy.queue import queue
from deploy.resource import Change, Resource, carry_out, plan
from deploy.secret_manager import secrets
from deploy.service import NoEarlierReleaseError
from deploy.terminal import Stop, Terminal
from deploy.verify import verify_deployment, walk


@dataclass(frozen=True)
class Step:
    """A part of a deploy: its name for --only, its title, and its resources in the order in which they are made."""

    name: str
    title: str
    resources: Callable[[Deployment], Iterator[Resource]]


STEPS = (
    Step("apis", "Services and the record of this deployment", apis),
    Step("database", "Firestore", database),
    Step("accounts", "Service accounts and their roles", accounts),
    Step("secrets", "Secrets", secrets),
    Step("queue", "Queue", queue),
    Step("functions", "Functions", functions),
    Step("monitoring", "Sweep, metrics, alerts", monitoring),
)


_ABOUT_DRY_RUN = (
    "# A dry run: every command in order, and none is run; a deploy is shown as one into a project with nothing in",
    "# it yet. What is below a line with +, ~ or - changes something, the rest only looks. PROJECT_NUMBER,",
    "# BILLING_ACCOUNT, CHANNEL, REVISION, POLICY, DASHBOARD, BUDGET, BACKUP and TIME stand for what Google Cloud",
    "# tells by then. The files that commands name are written, below .dist; secrets go to standard input.",
)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run one command and return its exit code."""
    if options.dry_run:
        terminal.say(*_ABOUT_DRY_RUN)
    terminal.step("Checks")
    here = check(options, terminal)
    ensure_region(here)
    terminal.between_steps()
    command = {"deploy": deploy, "status": status, "verify": verify, "rollback": roll_back, "destroy": destroy}
    return command[options.command](here, options)


def deploy(here: Deployment, options: argparse.Namespace) -> int:
    """Make what is missing, mend what differs, deploy what changed."""
    steps = [step for step in STEPS if _selected(step.name, options)]
    changes = _carry_out(here, steps, options)
    here.terminal.between_steps()
    if _selected("number", options):
        here.terminal.step("The WhatsApp number")
        check_number(here, registers=options.register)
    if _selected("verify", options):
        here.terminal.step("Health")
        verify_deployment(here)
    if options.subscribe:
        here.terminal.step("Subscribe the webhook")
        subscribe_webhook(here)
    here.terminal.between_steps()
    if not _finish_dry_run(here):
        _tell_what_is_next(here, options, changes)
    return 0


def _carry_out(here: Deployment, steps: Sequence[Step], options: argparse.Namespace) -> int:
    """Show the plan and carry it out; a dry run, which looks at nothing, prints the commands step by step."""
    if not steps:
        return 0
    if here.terminal.is_dry_run:
        for step in steps:
            here.terminal.step(step.title)
            carry_out(here.cloud, step.resources(here))
        return 0
    planned = show_plan(here, steps)
    if not planned:
        return 0
    question = f'Deploy "{here.prefix}" to project {here.project} in {here.region} as {here.cloud.account}?'
    here.terminal.confirm(question, is_sure=options.yes)
    here.cloud.waits = True
    here.versions.clear()
    changes = 0
    for step in planned:
        here.terminal.step(step.title)
        here.cloud.forget()
        changes += carry_out(here.cloud, step.resources(here))
    return changes


def show_plan(here: Deployment, steps: Iterable[Step]) -> dict[Step, list[Change]]:
    """Look at everything, show what is other than it should be like a diff, and return the steps with work."""
    here.terminal.step("Plan")
    here.terminal.between_steps()
    planned: dict[Step, list[Change]] = {}
    as_it_is = 0
    for step in steps:
        changes = [plan(here.cloud, resource) for resource in step.resources(here)]
        work = [change for change in changes if change.action != "leave"]
        as_it_is += len(changes) - len(work)
        if work:
            planned[step] = work
            here.terminal.note(step.title, *(f"  {line}" for change in work for line in change.lines()))
    actions = [change.action for work in planned.values() for change in work]
    counts = [f"{actions.count(action)} to {action}" for action in ("create", "update", "remove")]
    here.terminal.note(f"{', '.join(counts)}; {as_it_is} as they should be")
    return planned


def status(here: Deployment, options: argparse.Namespace) -> int:
    """Show what runs and what differs; exit code 1 if anything does."""
    steps = [step for step in STEPS if _selected(step.name, options)]
    if here.terminal.is_dry_run:
        _carry_out(here, steps, options)
        planned = {}
    else:
        planned = show_plan(here, steps)
    here.terminal.step("What runs")
    list_services(here)
    if _finish_dry_run(here):
        return 0
    count = sum(len(work) for work in planned.values())
    message = (
        f"{count} difference(s). ./deploy.sh mends them."
        if count
        else "Everything is as this checkout would deploy it."
    )
    here.terminal.say("", message)
    return 1 if count else 0


def verify(here: Deployment, _options: argparse.Namespace) -> int:
    """Walk the way of an event on the deployed system."""
    here.terminal.step("Health")
    verify_deployment(here)
    here.terminal.step("The way of an event")
    walk(here)
    here.terminal.between_steps()
    if not _finish_dry_run(here):
        here.terminal.say("", "It works.")
    return 0


def roll_back(here: Deployment, options: argparse.Namespace) -> int:
    """Go back to before the last release: its revisions lose their traffic to the ones that had it before."""
    here.terminal.step("The release before")
    try:
        earlier = earlier_release(here)
    except NoEarlierReleaseError:
        raise Stop("There is no earlier release to go back to.") from None
    if not here.terminal.is_dry_run:
        here.terminal.say(*(f"{name} goes back to {revision}" for name, revision in earlier))
    here.terminal.confirm("Roll back?", is_sure=options.yes)
    for name, revision in earlier:
        here.terminal.note(f"send the traffic of {name} to {revision}")
        target = (f"--region={here.region}", f"--to-revisions={revision}=100")
        here.cloud.change("run", "services", "update-traffic", name, *target)
    here.terminal.between_steps()
    if not _finish_dry_run(here):
        told = "The next ./deploy.sh moves the traffic to the newest revision again, so mend the release first."
        here.terminal.say("", f"Done. {told}")
    return 0


def _selected(step: str, options: argparse.Namespace) -> bool:
    return not options.only or step in options.only


def _finish_dry_run(here: Deployment) -> bool:
    if here.terminal.is_dry_run:
        here.terminal.say("", "# Nothing was changed.")
    return here.terminal.is_dry_run


def _tell_what_is_next(here: Deployment, options: argparse.Namespace, changes: int) -> None:
    say, deploy_settings = here.terminal.say, here.settings.deploy
    say("", f"Done, with {changes} change(s)." if changes else "Nothing had to be changed.")
    say("", f"Dashboard:  {here.url(DASHBOARD)}", f"Webhook:    {here.url(WEBHOOK)}", "", "Next:")
    if deploy_settings.auth_mode == "google":
        say(
            "  - In the Google console, under APIs & Services > Credentials, add the dashboard's address to the",
            "    authorised JavaScript origins of the OAuth client.",
        )
    else:
        say("  - Give staff the role IAP-secured Web App User on the dashboard; docs/deploy.md has the command.")
    if not options.subscribe:
        say(
            "  - At developers.facebook.com, your app > WhatsApp > Configuration: set the callback URL to the",
            f"    webhook's address, the verify token to VERIFY_TOKEN of {here.settings.file} (kept as secret"
            f" {here.secret('VERIFY_TOKEN')}),",
            '    and subscribe to the field "messages". Or let ./deploy.sh --subscribe do it.',
        )
    say("  - Prove the whole way of an event: ./deploy.sh verify")
    say(f"  - Open the dashboard as {deploy_settings.staff_owner}, and send the number a message.")
