"""What is deployed: names, sizes, limits and roles. docs/deploy.md and docs/scaling.md explain the figures."""

from dataclasses import dataclass

PRODUCT = "whatsapp-assistant"  # marks what is ours: a label, or the beginning of a description
BASE_IMAGE = "python312"  # Python that the functions run on, and its image, which Google keeps patched

APIS = (
    "artifactregistry.googleapis.com",  # the functions' images
    "billingbudgets.googleapis.com",  # the budget
    "cloudbilling.googleapis.com",  # is there a billing account?
    "cloudbuild.googleapis.com",  # builds the functions
    "cloudresourcemanager.googleapis.com",  # roles on the project
    "cloudscheduler.googleapis.com",  # the sweep
    "cloudtasks.googleapis.com",  # the queue
    "firestore.googleapis.com",  # the store
    "iam.googleapis.com",  # service accounts
    "logging.googleapis.com",  # log-based metrics
    "monitoring.googleapis.com",  # alerts and the dashboard
    "run.googleapis.com",  # the functions
    "secretmanager.googleapis.com",  # secrets
    "storage.googleapis.com",  # the uploaded sources; on by default, but not in every organisation
)
IAP_API = "iap.googleapis.com"  # with AUTH_MODE=iap


@dataclass(frozen=True)
class Function:
    """One Cloud Run service. `requests` at once are also its threads; `instances` 0: PROCESS_MAX_INSTANCES."""

    name: str
    memory: str
    cpus: int
    requests: int
    instances: int
    timeout: int
    is_public: bool

    @property
    def account(self) -> str:
        """Name the account that it runs as."""
        return self.name.replace("_", "-")


# Deployed in this order: whoever receives is there before whoever sends.
#
# A turn waits for OpenAI most of its time and uses up to two more threads: 16 turns fit one CPU and the 32 threads
# of the function's pool, and 2 GiB hold them with all their files (docs/scaling.md); its time-out is the settings'.
# An instance of the dashboard serves some ten people; its slowest request fetches a file. The webhook answers in
# milliseconds, and Meta gives up before its time-out.
FUNCTIONS = (
    Function("process", "2Gi", cpus=1, requests=16, instances=0, timeout=0, is_public=False),
    Function("dashboard_api", "512Mi", cpus=1, requests=20, instances=4, timeout=60, is_public=True),
    Function("webhook", "512Mi", cpus=1, requests=40, instances=10, timeout=30, is_public=True),
)
PROCESS, DASHBOARD, WEBHOOK = FUNCTIONS

# The queue. WhatsApp takes 80 messages a second of one number, in both directions together, so 40 answered ones;
# each brings up to four tasks: the message, then sent, delivered and read. The rate is twice that, to catch up
# after a stop. A task is kept as long as Meta keeps retrying: 7 days.
WHATSAPP_MESSAGES_PER_SECOND = 80
TASKS_PER_ANSWER = 4
QUEUE_KEEPS = "604800s"
QUEUE_BACKOFF = ("2s", "300s", 7)  # shortest, longest, doublings

SWEEP_SCHEDULE = "*/5 * * * *"
SWEEP_BODY = '{"v":1,"type":"sweep"}'
BACKUP_DAYS = "7d"

ACCOUNTS = {
    "webhook": "runs the webhook function",
    "process": "runs the process function",
    "dashboard-api": "runs the dashboard_api function",
    "tasks": "signs the queue's calls of the process function",
    "scheduler": "signs the sweep's calls of the process function",
    "build": "builds the functions' images",
}

SECRETS = (
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_APP_SECRET",
    "VERIFY_TOKEN",
    "OPENAI_API_KEY",
    "SESSION_SECRET",
    "WHATSAPP_DASHBOARD_TOKEN",  # optional: the dashboard's own, which need not be able to send
)
OWN_TOKEN = "WHATSAPP_DASHBOARD_TOKEN"  # noqa: S105  # a variable's name
SHARED_TOKEN = "WHATSAPP_ACCESS_TOKEN"  # noqa: S105  # likewise


@dataclass(frozen=True)
class Grant:
    """A role of one of our accounts on one thing, and why."""

    account: str
    role: str
    on: str
    why: str


_READER = "roles/secretmanager.secretAccessor"
_ENQUEUE, _ACT_AS, _STORE = "roles/cloudtasks.enqueuer", "roles/iam.serviceAccountUser", "roles/datastore.user"
_INVOKE = "roles/run.invoker"
IAP_AGENT = "iap"  # Google's own account for Identity-Aware Proxy

# Everything an account may do is in this table.
GRANTS = (
    Grant("webhook", _ENQUEUE, "queue", "creates a task for each event"),
    Grant("webhook", _ACT_AS, "account:tasks", "names the account that signs its tasks"),
    Grant("webhook", _READER, "secret:WHATSAPP_APP_SECRET", "checks Meta's signature"),
    Grant("webhook", _READER, "secret:VERIFY_TOKEN", "answers Meta's handshake"),
    Grant("process", _STORE, "database", "reads and writes contacts and messages"),
    Grant("process", _ENQUEUE, "queue", "creates follow-up tasks"),
    Grant("process", _ACT_AS, "account:tasks", "names the account that signs its tasks"),
    Grant("process", _READER, "secret:WHATSAPP_ACCESS_TOKEN", "sends to WhatsApp"),
    Grant("process", _READER, "secret:OPENAI_API_KEY", "asks OpenAI"),
    Grant("dashboard-api", _STORE, "database", "reads and writes contacts and messages"),
    Grant("dashboard-api", _ENQUEUE, "queue", "hands staff's messages to the process function"),
    Grant("dashboard-api", _ACT_AS, "account:tasks", "names the account that signs its tasks"),
    Grant(
        "dashboard-api",
        _READER,
        "secret:WHATSAPP_ACCESS_TOKEN",
        "lists the templates, without a token of its own",
    ),
    Grant(
        "dashboard-api", _READER, "secret:WHATSAPP_DASHBOARD_TOKEN", "lists the templates, with a token of its own"
    ),
    Grant("dashboard-api", _READER, "secret:SESSION_SECRET", "signs session cookies"),
    Grant("tasks", _INVOKE, "function:process", "delivers tasks"),
    Grant("scheduler", _INVOKE, "function:process", "starts the sweep"),
    Grant(
        "build",
        "roles/run.builder",
        "project",
        "reads the uploaded source, stores the image, writes the build's log",
    ),
    Grant(
        IAP_AGENT,
        _INVOKE,
        "function:dashboard_api",
        "lets in whom Identity-Aware Proxy knows, with `AUTH_MODE=iap`",
    ),
)


def permissions_table() -> list[str]:
    """Return the table of roles as docs/deploy.md has it."""
    lines = ["| account | role | on | why |", "| --- | --- | --- | --- |"]
    for grant in GRANTS:
        kind, _, name = grant.on.partition(":")
        account = "Google's account for IAP" if grant.account == IAP_AGENT else f"`PREFIX-{grant.account}`"
        target = f"the {kind} `{name}`" if name else f"the {kind}"
        lines.append(f"| {account} | `{grant.role}` | {target} | {grant.why} |")
    everyone = "everyone, without a role (`--no-invoker-iam-check`)"
    reasons = {
        WEBHOOK: "Meta calls it; it checks Meta's signature",
        DASHBOARD: "staff open it; it has its own sign-in",
    }
    lines += [f"| {everyone} | | the function `{item.name}` | {why} |" for item, why in reasons.items()]
    return lines
