"""One deployment: its settings, the project it goes to, and what everything in it is called."""

from dataclasses import dataclass, field
from pathlib import Path

from deploy import catalogue
from deploy.catalogue import PRODUCT, Function
from deploy.documents import Json, value_at
from deploy.environment import Settings
from deploy.gcloud import Gcloud
from deploy.resource import Resource, named
from deploy.terminal import Terminal


@dataclass(frozen=True)
class Deployment:
    """What is deployed, where and through which gcloud."""

    prefix: str
    settings: Settings
    cloud: Gcloud
    number: str = "PROJECT_NUMBER"
    billing: str = "BILLING_ACCOUNT"
    versions: dict[str, str] = field(default_factory=dict)
    """Secret -> the number of the version that this run stores."""

    @property
    def terminal(self) -> Terminal:
        """The person, or a log."""
        return self.cloud.terminal

    @property
    def project(self) -> str:
        """The project's id."""
        return self.settings.deploy.google_cloud_project

    @property
    def region(self) -> str:
        """The region of everything."""
        return self.settings.deploy.tasks_location

    @property
    def queue(self) -> str:
        """The queue's name."""
        return self.settings.deploy.tasks_queue

    @property
    def database(self) -> str:
        """The database's name."""
        return self.settings.deploy.firestore_database

    @property
    def folder(self) -> Path:
        """Where files for gcloud are written."""
        return Path(".dist") / self.prefix

    @property
    def labels(self) -> str:
        """The labels of what is ours."""
        return f"managed-by={PRODUCT},deployment={self.prefix}"

    @property
    def mark(self) -> str:
        """What a description of ours begins with."""
        return f"{PRODUCT} ({self.prefix})"

    @property
    def is_behind_iap(self) -> bool:
        """Is Identity-Aware Proxy in front of the dashboard?"""
        return self.settings.deploy.auth_mode == "iap"

    @property
    def place(self) -> str:
        """The flag for what lies at a location."""
        return f"--location={self.region}"

    def email(self, account: str) -> str:
        """Return a service account's address."""
        return f"{self.prefix}-{account}@{self.project}.iam.gserviceaccount.com"

    def service(self, function: Function) -> str:
        """Return a function's name as a Cloud Run service."""
        return f"{self.prefix}-{function.account}"

    def secret(self, setting: str) -> str:
        """Return a secret's name in Secret Manager."""
        return f"{self.prefix}-{setting.lower().replace('_', '-')}"

    def url(self, function: Function) -> str:
        """Return a function's address, which is known before there is a service."""
        return f"https://{self.service(function)}-{self.number}.{self.region}.run.app"

    def most_instances(self, function: Function) -> int:
        """Return how far a function grows."""
        return function.instances or self.settings.deploy.process_max_instances

    def timeout(self, function: Function) -> int:
        """Return how many seconds a request may take."""
        return function.timeout or self.settings.function_timeout

    def apis(self) -> list[str]:
        """Return the services of Google Cloud that this deployment needs."""
        return sorted([*catalogue.APIS, *([catalogue.IAP_API] if self.is_behind_iap else [])])

    def record(self) -> Resource:
        """The record of this deployment: a secret without a value.

        Its annotations say what no other resource can say of itself: the region, and whether the database and the
        queue were made here or were there before.
        """
        name = f"{self.prefix}-deployment"
        region = f"--set-annotations=region={self.region}"
        return self.secret_named(f"secret {name}: the record of this deployment", name, region)

    def secret_named(self, title: str, name: str, *flags: str) -> Resource:
        """Describe a secret of ours, without any value, which is kept in the deployment's region alone."""
        create = ("--replication-policy=user-managed", f"--locations={self.region}", f"--labels={self.labels}")
        return named(title, ("secrets",), name, create=(*create, *flags), ours=("labels.managed-by", PRODUCT))

    def annotation(self, key: str) -> str:
        """Return what the record says."""
        return str(value_at(self.recorded(), f"annotations.{key}") or "")

    def recorded(self) -> Json | None:
        """Return the record, None when there is none."""
        found: Json | None = self.cloud.inspect(*self.record().look)
        return found

    def remember(self, key: str, name: str) -> Resource:
        """Record that a thing is made here: before it is, so that an interrupted run knows it as its own."""
        record = f"{self.prefix}-deployment"
        write = ("secrets", "update", record, f"--update-annotations={key}={name}")
        return Resource(
            f"record that {name} is made here",
            ("secrets", "describe", record),
            find=lambda found: found or {},
            mend=lambda _: [write],
            wanted={"annotations": {key: name}},
        )
