"""Keeping experiments away from the developer's own accounts."""

import os

from local.stack.configuration import DEFAULT_PORTS
from shared.settings import DashboardSettings, ProcessSettings, WebhookSettings

OTHER_VARIABLES = {"OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "SWEEP_SECONDS", *DEFAULT_PORTS}


def forget_settings() -> None:
    """Take the product's settings out of this process's environment, so that all but the emulators is simulated."""
    classes = (WebhookSettings, ProcessSettings, DashboardSettings)
    names = {name.upper() for settings in classes for name in settings.model_fields}
    for name in names | OTHER_VARIABLES:
        os.environ.pop(name, None)
