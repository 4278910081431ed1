"""What everything else stands on: services of Google Cloud, the record of this deployment, accounts and roles."""

from collections.abc import Iterator
from dataclasses import replace

from deploy import catalogue
from deploy.catalogue import ACCOUNTS, GRANTS, IAP_AGENT, Grant
from deploy.deployment import Deployment
from deploy.documents import has_binding
from deploy.gcloud import Command
from deploy.resource import Resource
from deploy.terminal import Stop


def apis(here: Deployment) -> Iterator[Resource]:
    """Enable what is not enabled, and make the record."""
    enabled = here.cloud.inspect("services", "list", "--enabled", form="value(config.name)") or ""
    missing = [api for api in here.apis() if api not in enabled.splitlines()]
    if missing:
        names = " ".join(api.removesuffix(".googleapis.com") for api in missing)
        yield Resource(
            f"enable {names}",
            ("services", "list", "--enabled"),
            find=lambda _: None,
            make=lambda _: [("services", "enable", *missing)],
            form="value(config.name)",
        )
    yield here.record()


def ensure_region(here: Deployment) -> None:
    """Stop where this deployment is in another region: nothing of it would be found in this one."""
    deployed_in = here.annotation("region")
    if deployed_in and deployed_in != here.region:
        raise Stop(
            f'"{here.prefix}" is deployed in {deployed_in}. Use --region {deployed_in}, or another --prefix for a'
            f" second one in {here.region}."
        )


def accounts(here: Deployment) -> Iterator[Resource]:
    """Make the service accounts, and give them their roles on the project, the database and each other."""
    for name, purpose in ACCOUNTS.items():
        yield _account(here, name, purpose)
    yield from grants(here, "project", here.project)
    yield from grants(here, "database", here.project)
    yield from grants(here, "account:tasks", here.email("tasks"))


def _account(here: Deployment, name: str, purpose: str) -> Resource:
    create = ("iam", "service-accounts", "create", f"{here.prefix}-{name}", f"--display-name={here.prefix} {name}")
    return Resource(
        f"service account {here.prefix}-{name}",
        ("iam", "service-accounts", "describe", here.email(name)),
        make=lambda _: [(*create, f"--description={here.mark}: {purpose}")],
        remove=lambda _: [("iam", "service-accounts", "delete", here.email(name))],
        ours=("description", here.mark),
    )


def grants(here: Deployment, target: str, resource: str) -> Iterator[Resource]:
    """Give every role of the table that is on this target, and that the settings have a use for."""
    for grant in GRANTS:
        if grant.on == target and not _is_needless(here, grant):
            yield _grant(here, grant, resource)


def needless_grants(here: Deployment, target: str, resource: str) -> Iterator[Resource]:
    """Take away what another setting has made needless; a dry run shows an empty project, which has none of it."""
    for grant in GRANTS:
        if grant.on == target and _is_needless(here, grant):
            needless = _grant(here, grant, resource)
            if here.terminal.is_dry_run:
                here.cloud.inspect(*needless.look)
            else:
                yield replace(needless, is_gone=True)


def _is_needless(here: Deployment, grant: Grant) -> bool:
    """With a token of its own, the dashboard may not read the one that can send."""
    if grant.account == IAP_AGENT:
        return not here.is_behind_iap
    has_own = catalogue.OWN_TOKEN in here.settings.values
    return has_own and grant.account == "dashboard-api" and grant.on == f"secret:{catalogue.SHARED_TOKEN}"


def _grant(here: Deployment, grant: Grant, resource: str) -> Resource:
    member, expression = _member(here, grant.account), ""
    group, place, condition = _commands(here, grant.on)
    if grant.on == "database":
        # The role holds for this one database, so that two environments in a project cannot read each other's.
        expression = f'resource.name=="projects/{here.project}/databases/{here.database}"'
        condition = (f"--condition=expression={expression},title={here.prefix}-database",)
    flags = (resource, *place, f"--member={member}", f"--role={grant.role}", *condition)
    agent = [("beta", "services", "identity", "create", f"--service={catalogue.IAP_API}")]
    # Other roles go with what they are on.
    removed = grant.on in ("project", "database") or _is_needless(here, grant)
    return Resource(
        f"{member.removeprefix('serviceAccount:')} has {grant.role} on {resource}",
        (*group, "get-iam-policy", resource, *place),
        find=lambda policy: True if has_binding(policy, grant.role, member, expression) else None,
        make=lambda _: [*(agent if grant.account == IAP_AGENT else []), (*group, "add-iam-policy-binding", *flags)],
        remove=lambda _: [(*group, "remove-iam-policy-binding", *flags)] if removed else [],
        is_shared=True,
    )


def _commands(here: Deployment, target: str) -> tuple[Command, Command, Command]:
    """Return the group of commands for a target, the flag for its place, and the one for "no condition"."""
    kinds: dict[str, tuple[Command, Command, Command]] = {
        "project": (("projects",), (), ("--condition=None",)),
        "database": (("projects",), (), ()),
        "account": (("iam", "service-accounts"), (), ()),
        "secret": (("secrets",), (), ()),
        "queue": (("tasks", "queues"), (here.place,), ()),
        "function": (("run", "services"), (f"--region={here.region}",), ()),
    }
    return kinds[target.partition(":")[0]]


def _member(here: Deployment, account: str) -> str:
    if account == IAP_AGENT:
        return f"serviceAccount:service-{here.number}@gcp-sa-iap.iam.gserviceaccount.com"
    return f"serviceAccount:{here.email(account)}"
