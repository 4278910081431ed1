"""Secret Manager. A value travels from the settings into gcloud's standard input: it is never an argument, a file
or a line of output. The functions are given a numbered version, so that a new value is a new revision.
"""

from collections.abc import Iterator

from deploy.deployment import Deployment
from deploy.documents import Difference
from deploy.foundation import grants
from deploy.resource import Resource


def secrets(here: Deployment) -> Iterator[Resource]:
    """Make each secret, store its value when it is a new one, and say who may read it."""
    for setting in here.settings.secret_names():
        name = here.secret(setting)
        yield the_secret(here, setting)
        yield _value(here, setting, name)
        yield from grants(here, f"secret:{setting}", name)


def the_secret(here: Deployment, setting: str) -> Resource:
    """Describe a secret, without its value."""
    name = here.secret(setting)
    return here.secret_named(f"secret {name}", name)


def _value(here: Deployment, setting: str, name: str) -> Resource:
    look = ("secrets", "versions", "access", "latest", f"--secret={name}")
    add = [("secrets", "versions", "add", name, "--data-file=-", "--format=value(name)")]
    stored = here.cloud.inspect(*look, form="")
    if stored is None or not here.settings.is_stored(setting, stored):
        here.versions[setting] = str(int(_newest(here, name) or 0) + 1)  # what Secret Manager will say below

    def stored_as(said: str) -> None:
        here.versions[setting] = said.strip().rpartition("/")[2]

    return Resource(
        f"new version of {name}",
        look,
        make=lambda _: add,
        mend=lambda _: add,
        compare=lambda stored: (
            [] if here.settings.is_stored(setting, stored) else [Difference("its value", None, None)]
        ),
        text=here.settings.secret(setting),
        after=stored_as,
        form="",
    )


def version_of(here: Deployment, setting: str) -> str:
    """Return the number of the version that functions are to have: the newest, even if it is yet to be stored."""
    return here.versions.get(setting) or _newest(here, here.secret(setting)) or "1"


def _newest(here: Deployment, name: str) -> str:
    form = "value(name)"
    newest = here.cloud.inspect("secrets", "versions", "describe", "latest", f"--secret={name}", form=form)
    return str(newest or "").rpartition("/")[2]
