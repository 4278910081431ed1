"""What files are told apart by: their MIME types, and their sizes."""

MEGABYTE = 1024 * 1024
PDF = "application/pdf"


def base_type(mime_type: str) -> str:
    """Return a MIME type without its parameters, like `audio/ogg` of `audio/ogg; codecs=opus`."""
    return mime_type.partition(";")[0].strip().lower()
