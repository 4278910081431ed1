"""Before anything is changed: are the settings, the tools, the sign-in and the project as they must be?"""

import argparse
from dataclasses import replace

from deploy import environment
from deploy.deployment import Deployment
from deploy.documents import value_at
from deploy.gcloud import TRANSIENT_TRIES, Gcloud
from deploy.terminal import Stop, Terminal

OLDEST_GCLOUD = (
    520  # has `run deploy --function`, --no-invoker-iam-check, `beta run deploy --iap`, minimum instances
)


def check(options: argparse.Namespace, terminal: Terminal) -> Deployment:
    """Check everything, and return what is to be deployed where."""
    settings = environment.read(options.env_file, options.project, options.region, options.prefix)
    terminal.note(f"{options.env_file} is complete")
    cloud = Gcloud(terminal, settings.deploy.google_cloud_project)
    cloud.tries = 0
    _check_gcloud(cloud)
    here = _check_project(Deployment(options.prefix, settings, cloud))
    cloud.tries = TRANSIENT_TRIES
    return here


def _check_gcloud(cloud: Gcloud) -> None:
    version = cloud.inspect("version", in_project=False)
    account = cloud.inspect("auth", "list", "--filter=status:ACTIVE", form="value(account)", in_project=False)
    if cloud.terminal.is_dry_run:
        cloud.terminal.note("signed in as …")
        return
    if int(str(version["Google Cloud SDK"]).partition(".")[0]) < OLDEST_GCLOUD:
        raise Stop(f"gcloud is older than {OLDEST_GCLOUD}. Run: gcloud components update")
    if not version.get("alpha") or not version.get("beta"):
        raise Stop("gcloud lacks two of its parts. Run: gcloud components install alpha beta")
    if not account:
        raise Stop("gcloud is not signed in. Run: gcloud auth login")
    cloud.account = account.splitlines()[0]
    cloud.terminal.note(f"signed in as {cloud.account}")


def _check_project(here: Deployment) -> Deployment:
    project, cloud = here.project, here.cloud
    found = cloud.inspect("projects", "describe", project, in_project=False)
    billing = cloud.inspect("billing", "projects", "describe", project, in_project=False)
    if cloud.terminal.is_dry_run:
        return here
    if not found:
        raise Stop(f"There is no project {project}, or {cloud.account} may not see it.")
    if found.get("lifecycleState") != "ACTIVE":
        raise Stop(f"Project {project} is being deleted.")
    if not value_at(billing, "billingEnabled"):
        link = f"https://console.cloud.google.com/billing/linkedaccount?project={project}"
        raise Stop(f"Project {project} has no billing account. Link one: {link}")
    here.terminal.note(f"project {project} (number {found['projectNumber']})")
    account = str(billing["billingAccountName"]).removeprefix("billingAccounts/")
    return replace(here, number=str(found["projectNumber"]), billing=account)
