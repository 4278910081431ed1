"""The errors a call can end with; `code` is the name of the gRPC status.

TasksError
├── InvalidArgumentError   the request breaks a rule of the service
├── NotFoundError          no such queue or task
├── AlreadyExistsError     the name is in use, or was until recently
└── UnsupportedError       the service can do it, the emulator cannot
"""


class TasksError(Exception):
    """A call that the service answers with an error status."""

    code = "INTERNAL"


class InvalidArgumentError(TasksError):
    """The request breaks a rule of the service."""

    code = "INVALID_ARGUMENT"


class NotFoundError(TasksError):
    """There is no such queue or task."""

    code = "NOT_FOUND"


class AlreadyExistsError(TasksError):
    """The name is in use, or was until recently."""

    code = "ALREADY_EXISTS"


class UnsupportedError(TasksError):
    """The service can do it, the emulator cannot."""

    code = "UNIMPLEMENTED"
