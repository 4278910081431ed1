"""Who the simulated business is, and the secrets it shares with the product."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self


@dataclass(frozen=True)
class SimulatorSettings:
    """The simulated business; an empty `access_token` accepts any token."""

    app_secret: str = field(default="local-app-secret", repr=False)
    phone_number_id: str = "100000000000001"
    account_id: str = "200000000000002"
    verify_token: str = field(default="local-verify-token", repr=False)
    access_token: str = field(default="", repr=False)
    business_name: str = "Bottega Aurora"
    display_phone_number: str = "390297000000"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the product's own variable names; unset or blank ones keep their default."""
        values = {name: environment.get(variable, "").strip() for name, variable in VARIABLES.items()}
        # While a secret is rotated the variable holds the new and the old one; Meta signs with one.
        values["app_secret"] = values["app_secret"].partition(",")[0].strip()
        return cls(**{item.name: values[item.name] for item in fields(cls) if values.get(item.name)})


VARIABLES = {
    "app_secret": "WHATSAPP_APP_SECRET",
    "phone_number_id": "WHATSAPP_PHONE_ID",
    "account_id": "WHATSAPP_ACCOUNT_ID",
    "verify_token": "VERIFY_TOKEN",
    "access_token": "WHATSAPP_ACCESS_TOKEN",
    "business_name": "PHONE_SIMULATOR_BUSINESS_NAME",
}
