"""The simulator's own page and its files."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

PAGE = Path(__file__).parent / "page"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_routes() -> Blueprint:
    """Return the page, its script and its style sheet."""
    routes = Blueprint("page", __name__)

    @routes.get("/")
    def index() -> Response:
        return send_from_directory(PAGE, "index.html")

    @routes.get("/page/<path:name>")
    def page_file(name: str) -> Response:
        return send_from_directory(PAGE, name)

    @routes.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
        return response

    return routes
