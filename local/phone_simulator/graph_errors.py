"""The Graph API's errors: one type, one shape, one table of what Meta says for each code."""

from dataclasses import dataclass
from typing import Any

from local.phone_simulator.made_up import new_trace_id


@dataclass(frozen=True)
class KnownError:
    """What Meta answers for one error code."""

    message: str
    details: str = ""
    status: int = 400


KNOWN_ERRORS = {
    1: KnownError("An unknown error occurred", status=500),
    2: KnownError("Service temporarily unavailable", status=503),
    4: KnownError("Application request limit reached"),
    10: KnownError("(#10) Application does not have permission for this action", status=403),
    100: KnownError("(#100) Invalid parameter"),
    190: KnownError("Error validating access token: Session has expired", status=401),
    368: KnownError("(#368) Temporarily blocked for policies violations", status=403),
    80007: KnownError("(#80007) Rate limit issues"),
    130429: KnownError("(#130429) Rate limit hit", "Cloud API message throughput has been reached.", status=429),
    130497: KnownError("(#130497) Business account is restricted from messaging users in this country"),
    131000: KnownError("(#131000) Something went wrong", "Message failed to send.", status=500),
    131008: KnownError("(#131008) Required parameter is missing"),
    131009: KnownError("(#131009) Parameter value is not valid"),
    131016: KnownError("(#131016) Service unavailable", status=500),
    131021: KnownError("(#131021) Recipient cannot be sender", "Sender and recipient are the same number."),
    131026: KnownError("(#131026) Message undeliverable", "Message Undeliverable."),
    131031: KnownError("(#131031) Business Account locked", status=403),
    131042: KnownError("(#131042) Business eligibility payment issue"),
    131047: KnownError(
        "(#131047) Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied "
        "to this number.",
    ),
    131048: KnownError("(#131048) Spam rate limit hit"),
    131049: KnownError("(#131049) Meta chose not to deliver this message to keep the ecosystem healthy"),
    131051: KnownError("(#131051) Unsupported message type"),
    131052: KnownError("(#131052) Media download error"),
    131053: KnownError("(#131053) Media upload error"),
    131056: KnownError(
        "(#131056) (Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number to the "
        "same phone number in a short period of time.",
    ),
    131057: KnownError("(#131057) Account in maintenance mode", status=500),
    132000: KnownError("(#132000) Number of parameters does not match the expected number of params"),
    132012: KnownError("(#132012) Parameter format does not match format in the created template"),
    132001: KnownError("(#132001) Template name does not exist in the translation", status=404),
}


class GraphError(Exception):
    """An answer of the Graph API that is an error; `body()` has Meta's shape."""

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        message: str = "",
        subcode: int | None = None,
        status: int | None = None,
        kind: str = "OAuthException",
        retry_after: int | None = None,
    ) -> None:
        known = KNOWN_ERRORS.get(code, KnownError(f"(#{code}) Error"))
        self.code = code
        self.message = message or known.message
        self.details = details or known.details
        self.subcode = subcode
        self.status = status or known.status
        self.kind = kind
        self.retry_after = retry_after
        super().__init__(f"{self.message} {self.details}".strip())

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": error | {"fbtrace_id": new_trace_id()}}


def unknown_object(object_id: str, method: str) -> GraphError:
    """Return the answer for an id that is not ours."""
    return GraphError(
        100,
        message=(
            f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be "
            "loaded due to missing permissions, or does not support this operation."
        ),
        subcode=33,
        kind="GraphMethodException",
    )
