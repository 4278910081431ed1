"""What gcloud says when it fails, told apart and said again for people.

Its command line has no stable error codes, so errors are known by the API's status names and by sentences in them.
"""

import re
from typing import Literal

Kind = Literal[
    "minute",
    "propagating",
    "granting",
    "login",
    "domain",
    "quota",
    "billing",
    "transient",
    "permission",
    "taken",
    "missing",
    "other",
]

# The first line that fits decides. `granting`: a service account of ours lacks what it may just have been given
# (cloud.google.com/iap/docs: changes take "typically 2 minutes, potentially 7 minutes or longer").
_SIGNS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        "login",
        ("active account", "reauthenticat", "invalid_grant", "auth login", "invalid authentication credentials"),
    ),
    ("domain", ("allowedpolicymemberdomains", "permitted customer", "requireinvokeriam")),
    # A log-based metric: "If a metric was created recently, it could take up to 10 minutes to become available."
    (
        "propagating",
        ("cannot find metric", "service_disabled", "has not been used in project", "api is not enabled"),
    ),
    ("minute", ("per minute",)),  # a quota that is free again soon, which a first deploy may use up
    ("quota", ("resource_exhausted", "quota exceeded", "exceeded your quota", "exceeded for quota")),
    ("billing", ("requires billing", "billing must be enabled", "billing account for project")),
    ("granting", ("for revision service account", "permission 'iam.serviceaccounts.actas' denied")),
    ("granting", ("build failed because the service account", "the service account running this build")),
    # Not "internal" alone: many projects are called so, and errors name the project.
    ("transient", ("concurrent policy changes", "unavailable", "aborted", "try again")),
    ("transient", ("internal error", "internal server", "internalserver", ") internal: ")),
    ("permission", ("permission_denied", "does not have permission", "permission denied", " 403")),
    ("taken", ("already_exists", "already exists")),
    ("missing", ("not_found", "matched no objects", "not found", "cannot find", "does not exist")),
)

# What gcloud adds to each 401, 403 and 404, whatever they are about (googlecloudsdk/api_lib/util/exceptions.py).
_SIGNED_IN_AS = re.compile(r"this command is (un)?authenticated\b.*")


def kind_of(text: str) -> Kind:
    """Tell what an error is."""
    lowered = _SIGNED_IN_AS.sub("", text.lower())
    return next((kind for kind, signs in _SIGNS if any(sign in lowered for sign in signs)), "other")


def explain(text: str, project: str, account: str) -> str:
    """Say an error in our words, and quote gcloud's."""
    quota = f"A quota of project {project} is used up. Raise it in the console under IAM & Admin > Quotas, or wait."
    sentences: dict[Kind, str] = {
        "login": "gcloud is not signed in, or its sign-in has expired. Run: gcloud auth login",
        "domain": "The organisation forbids roles for everyone (constraint iam.allowedPolicyMemberDomains), or"
        " functions without a check of their callers (run.managed.requireInvokerIam). docs/deploy.md tells more.",
        "propagating": f"A service of Google Cloud is not enabled in project {project}, or not ready yet. Wait some"
        " minutes, then run the same command again; if it still fails, enable the service that gcloud names below.",
        "granting": "A service account of this deployment may not do what it was given the role for. Google Cloud"
        " takes up to ten minutes to know a new role everywhere: run the same command again later. Where gcloud"
        " names actAs below, it may be you who lacks the role Service Account User.",
        "minute": quota,
        "quota": quota,
        "billing": f"Project {project} has no working billing account. Link one in the console under Billing.",
        "transient": "Google Cloud did not answer as it should, several times. Run the same command again later.",
        "permission": f"{account or 'This account'} may not do this in project {project}. Ask an owner of the"
        " project for the roles that docs/deploy.md lists.",
        "taken": "Something of this name exists already. Choose another name with --prefix.",
    }
    quoted = [line for line in text.splitlines() if line.strip()][-12:]
    return "\n".join([sentences.get(kind_of(text), "A command failed."), "", "gcloud said:", *quoted])
