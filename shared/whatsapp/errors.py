"""One classifier for the Graph API: any answer that is not a success becomes one error of the tree.

Decided by `error.code`, never by the title (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes).
"""

from typing import Any

from shared.errors import SendFailedError, SendUnknownError, TokenRefusedError
from shared.untrusted import mapping
from shared.whatsapp.session import Answer

TOKEN_CODE = 190
UNAUTHENTICATED_CODE = 0  # with HTTP 401: "unable to authenticate the app user", mended by a new token as well
# A send refused with one of these may be made again later. 131048 (spam limit) is not among them: pressing on
# makes it worse.
TRANSIENT_CODES = {1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004}

# What staff read in place of Meta's own text, which often says little.
SENTENCES = {
    131026: "WhatsApp cannot deliver to this customer: the number may not be on WhatsApp, or its app is too old.",
    131047: "WhatsApp says that the customer last wrote more than 24 hours ago. Send a template, or try again if "
    "the customer has written since.",
    131049: "WhatsApp held this message back so that the customer does not get too many from businesses. "
    "Try again tomorrow at the earliest.",
    131050: "The customer has asked WhatsApp for no marketing messages from this business.",
    131053: "WhatsApp does not take this file. Try another format or a smaller file.",
    133010: "The business's number is not registered with WhatsApp, so nothing can be sent from it. Register it: "
    "./deploy.sh --only number --register.",
    132000: "The number of parameters is not the one that WhatsApp expects for this template.",
    132001: "WhatsApp does not know this template in this language, or it is not approved yet.",
    132005: "With its parameters the template's text becomes too long.",
    132007: "WhatsApp refuses the template's content because of its policies.",
    132012: "A parameter does not have the form that WhatsApp expects for this template.",
    132015: "WhatsApp has paused this template because of its low quality.",
    132016: "WhatsApp has switched this template off for good because of its low quality.",
    132018: "A parameter is not valid: it must have no line breaks or tabs and at most four blanks in a row.",
}


def explain(code: Any, text: str) -> str:
    """Return what staff read about a refusal: our sentence for its code, else Meta's own text."""
    number = int(code) if str(code).isdecimal() else 0
    return SENTENCES.get(number, text)[:300]


def classify(answer: Answer) -> SendFailedError:
    """Turn an answer that is not a success into the error it stands for; for what may be done twice."""
    error, code = mapping(answer.fields.get("error")), _code(answer)
    details = mapping(error.get("error_data")).get("details")
    message = explain(code, str(details or error.get("message") or f"HTTP {answer.status}"))
    if code == TOKEN_CODE or (code == UNAUTHENTICATED_CODE and answer.status == 401):
        return TokenRefusedError(message, remote_code=str(code), retryable=True)
    retryable = code in TRANSIENT_CODES or answer.status == 429 or answer.status >= 500
    remote_code = str(code) if code is not None else f"http_{answer.status}"
    return SendFailedError(message, remote_code=remote_code, retryable=retryable, retry_after=answer.retry_after)


def classify_send(answer: Answer) -> SendFailedError | SendUnknownError:
    """Turn an answer to POST /messages that is not a success into the error it stands for.

    Only the Graph API knows that a message was not sent, and says so by a code: a gateway in between answers 502,
    504, 429, 408, 499 or 401 of its own accord, and may have passed the request on. With 408 and 5xx, the code has
    to be one of those that mean "not now".
    """
    failed, code = classify(answer), _code(answer)
    is_doubtful = answer.status >= 500 or answer.status == 408
    if code is None or (is_doubtful and code not in {*TRANSIENT_CODES, TOKEN_CODE}):
        return SendUnknownError(failed.message, remote_code=failed.remote_code)
    return failed


def is_passing(answer: Answer) -> bool:
    """Tell whether a message surely was not sent and may be in a moment: 429 or 5xx with a transient code."""
    return (answer.status == 429 or answer.status >= 500) and _code(answer) in TRANSIENT_CODES


def _code(answer: Answer) -> int | str | None:
    code = mapping(answer.fields.get("error")).get("code")
    return code if isinstance(code, int | str) else None
