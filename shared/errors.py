"""The error tree. Code branches on the type, never on the text.

AssistantError
├── SettingsError                 the environment is incomplete or wrong
├── RequestError                  a caller's mistake; becomes a 4xx in the one JSON error shape
│   ├── BadRequestError           400
│   ├── UnauthenticatedError      401
│   ├── ForbiddenError            403
│   ├── NotFoundError             404
│   ├── MethodNotAllowedError     405, with the methods that there are
│   ├── ConflictError             409
│   │   ├── EditedError           409, somebody else changed meanwhile what was edited
│   │   ├── WindowClosedError     409, free-form text is no longer allowed by WhatsApp
│   │   ├── OptedOutError         409, the customer asked for no messages
│   │   └── BlockedError          409, staff blocked the customer
│   ├── TooLargeError             413
│   └── InvalidError              422, with a message for each field
├── LeaseLostError                another process holds the contact now: stop at once, write nothing
├── StoppingError                 503, this process is about to end: another one does it
├── StoreError                    the store did not do it
│   ├── StaleError                the document is not as it was read: read it and decide again
│   │   └── DuplicateError        a document that was to be created exists
│   ├── GoneError                 the document does not exist (any more)
│   │   └── ContactGoneError      it is a contact's
│   ├── StoreBusyError            a document changes faster than it can be written; later is better
│   └── StoreUnavailableError     the database does not answer; later is better
├── QueueError                    a task could not be created
├── TimedOutError                 what was waited for did not come
└── RemoteError                   OpenAI or WhatsApp failed; `retryable` tells whether later may help
    ├── ConversationLockedError   another response is running on the conversation
    ├── ConversationGoneError     the conversation vanished, or the model does not take what is in it
    │   └── InputTooLargeError    because it is, with the new input, more than the model takes at once
    ├── PromptGoneError           the stored prompt is not served any more
    ├── EffortRefusedError        the model does not know the reasoning effort
    ├── KnowledgeRefusedError     the server does not look into the vector stores
    ├── UnpaidError               OpenAI's account has no money or no contract: nothing is answered
    ├── ServerLacksError          the server at OPENAI_BASE_URL has not all of OpenAI's API that is needed
    ├── AnswerRefusedError        the model finished without a usable answer
    ├── FileRefusedError          the model does not take a file that was given to it
    ├── FileUnavailableError      WhatsApp does not give a customer's file away
    ├── SendFailedError           WhatsApp surely did not take the message
    │   └── TokenRefusedError     because it refuses the access token (code 190, or 0 with 401)
    └── SendUnknownError          WhatsApp may or may not have taken the message: never retry blindly
"""

from collections.abc import Iterable, Mapping


class AssistantError(Exception):
    """Base of all errors of this product; `code` is stable, the text is fit for people."""

    code = "internal"
    http_status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SettingsError(AssistantError):
    """The environment is incomplete or wrong; `problems` holds one line per variable, without values."""

    code = "settings"
    http_status = 503

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Settings are incomplete or wrong:\n  " + "\n  ".join(problems))
        self.problems = problems


class RequestError(AssistantError):
    """A caller's mistake."""

    code = "bad_request"
    http_status = 400


class BadRequestError(RequestError):
    """The request cannot be understood."""


class UnauthenticatedError(RequestError):
    """Nobody is signed in."""

    code = "unauthenticated"
    http_status = 401


class ForbiddenError(RequestError):
    """The caller is known and may not do this."""

    code = "forbidden"
    http_status = 403


class NotFoundError(RequestError):
    """There is no such thing."""

    code = "not_found"
    http_status = 404


class MethodNotAllowedError(RequestError):
    """The address is right and the method is not; `allowed` lists those that there are."""

    code = "method_not_allowed"
    http_status = 405

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__("this address does not take this method")
        self.allowed = sorted(allowed)


class ConflictError(RequestError):
    """The request contradicts what is stored."""

    code = "conflict"
    http_status = 409


class EditedError(ConflictError):
    """Somebody else changed what was edited; `present` maps each such field to what it is now."""

    def __init__(self, message: str, present: Mapping[str, object]) -> None:
        super().__init__(message)
        self.present = present


class WindowClosedError(ConflictError):
    """WhatsApp allows free-form text only for 24 hours after the customer's last message."""

    code = "window_closed"


class OptedOutError(ConflictError):
    """The customer asked for no messages."""

    code = "opted_out"


class BlockedError(ConflictError):
    """Staff blocked the customer."""

    code = "blocked"


class TooLargeError(RequestError):
    """The body is larger than allowed."""

    code = "too_large"
    http_status = 413


class InvalidError(RequestError):
    """Some fields are wrong; `fields` maps each to its message."""

    code = "invalid"
    http_status = 422

    def __init__(self, message: str, fields: dict[str, str]) -> None:
        super().__init__(message)
        self.fields = fields


class LeaseLostError(AssistantError):
    """Another process holds the contact now: stop at once, write nothing."""

    code = "lease_lost"


class StoppingError(AssistantError):
    """This process is about to end, and takes up nothing any more."""

    code = "stopping"
    http_status = 503


class StoreError(AssistantError):
    """The store did not do what it was asked to."""

    code = "store"


class StaleError(StoreError):
    """The document is not as it was read: read it again and decide again."""

    code = "stale"


class DuplicateError(StaleError):
    """A document that was to be created exists."""

    code = "duplicate"


class GoneError(StoreError):
    """The document does not exist, or not any more."""

    code = "gone"


class ContactGoneError(GoneError):
    """There is no such contact any more: nothing can be done for it."""

    code = "contact_gone"


class StoreBusyError(StoreError):
    """A document changes faster than it can be written."""

    code = "store_busy"


class StoreUnavailableError(StoreError):
    """The database does not answer."""

    code = "store_unavailable"


class QueueError(AssistantError):
    """A task could not be created; the caller must answer 5xx so that its caller tries again."""

    code = "queue"
    http_status = 503


class TimedOutError(AssistantError):
    """What was waited for did not come in time; the caller may try again."""

    code = "timeout"
    http_status = 504


class RemoteError(AssistantError):
    """OpenAI or WhatsApp failed; `remote_code` is the service's own code, kept for staff and logs.

    `retry_after` is the pause in seconds that the service asks for, if it does.
    """

    code = "remote"
    http_status = 502

    def __init__(
        self, message: str, *, remote_code: str = "", retryable: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.remote_code = remote_code
        self.retryable = retryable
        self.retry_after = retry_after


class ConversationLockedError(RemoteError):
    """Another response is running on the conversation."""

    code = "conversation_locked"


class ConversationGoneError(RemoteError):
    """The conversation vanished, or the model does not take what is in it: a new one is needed."""

    code = "conversation_gone"


class InputTooLargeError(ConversationGoneError):
    """The conversation is, with the new input, more than the model or the account takes at once."""

    code = "input_too_large"


class PromptGoneError(RemoteError):
    """The stored prompt is not served any more."""

    code = "prompt_gone"


class EffortRefusedError(RemoteError):
    """The model does not know the reasoning effort: ask again without one."""

    code = "effort_refused"


class KnowledgeRefusedError(RemoteError):
    """The server has no file search, or one of the vector stores is not there."""

    code = "knowledge_refused"


class UnpaidError(RemoteError):
    """OpenAI's account has no money or no contract; waiting does not help."""

    code = "unpaid"


class ServerLacksError(RemoteError):
    """The server at OPENAI_BASE_URL has not all of OpenAI's API that is needed; `route` is what is missing.

    Later may help: somebody can set another server.
    """

    code = "server_lacks"

    def __init__(self, route: str) -> None:
        super().__init__(
            f"OPENAI_BASE_URL has no /{route}: it needs a server with OpenAI's Responses and Conversations API, "
            "not one for chat completions alone",
            remote_code=f"no_{route}",
            retryable=True,
        )
        self.route = route


class AnswerRefusedError(RemoteError):
    """The model finished without a usable answer."""

    code = "answer_refused"


class FileRefusedError(RemoteError):
    """The model does not take a file that was given to it: ask again without files."""

    code = "file_refused"


class FileUnavailableError(RemoteError):
    """WhatsApp does not give a customer's file away, or not the right one."""

    code = "file_unavailable"


class SendFailedError(RemoteError):
    """WhatsApp surely did not take the message."""

    code = "send_failed"


class TokenRefusedError(SendFailedError):
    """WhatsApp refuses the access token."""

    code = "token_refused"


class SendUnknownError(RemoteError):
    """WhatsApp may or may not have taken the message."""

    code = "send_unknown"
