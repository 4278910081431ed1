"""One classifier for the Graph API: any answer to a send becomes one error of the tree.

Decided by `error.code`, never by the title (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes).
"""

from typing import Any

import requests

from shared.errors import RemoteError, SendFailedError, TokenRefusedError

TOKEN_CODE = 190
# A send refused with one of these may be made again later. 131048 (spam limit) is not among them: pressing on
# makes it worse.
TRANSIENT_CODES = {1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004}


def classify(response: requests.Response) -> RemoteError:
    """Turn an answer that is not a success into the error it stands for."""
    error = _error(response)
    code = error.get("code")
    details = error.get("error_data")
    details = details.get("details") if isinstance(details, dict) else None
    message = str(details or error.get("message") or f"HTTP {response.status_code}")[:300]
    if code == TOKEN_CODE:
        return TokenRefusedError(message, remote_code=str(code), retryable=True)
    retryable = code in TRANSIENT_CODES or response.status_code == 429 or response.status_code >= 500
    remote_code = str(code) if code is not None else f"http_{response.status_code}"
    return SendFailedError(message, remote_code=remote_code, retryable=retryable)


def _error(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
