"""MIME types as files are told apart by."""


def base_type(mime_type: str) -> str:
    """Return a MIME type without its parameters, like `audio/ogg` of `audio/ogg; codecs=opus`."""
    return mime_type.partition(";")[0].strip().lower()
