"""The web application: Graph API, control API and the page with its libraries."""

import base64
import hashlib
import re
from pathlib import Path

from flask import Flask, Response, send_from_directory

from local.phone_simulator.control_routes import control_blueprint
from local.phone_simulator.graph_routes import VersionConverter, graph_blueprint
from local.phone_simulator.simulation import Simulation

STATIC = Path(__file__).parent / "static"
VENDOR = Path(__file__).parents[2] / "frontend" / "vendor"
MAX_REQUEST_BYTES = 110 * 1024 * 1024
IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


def create_app(simulation: Simulation) -> Flask:
    """Return the application of one simulation."""
    app = Flask(__name__, static_folder=str(STATIC), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    app.url_map.converters["version"] = VersionConverter
    app.register_blueprint(graph_blueprint(simulation))
    app.register_blueprint(control_blueprint(simulation))

    @app.get("/")
    def page() -> Response:
        html = (STATIC / "index.html").read_text(encoding="utf-8")
        response = Response(html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = content_security_policy(html)
        return response

    @app.get("/vendor/<name>")
    def vendor(name: str) -> Response:
        return send_from_directory(VENDOR, name)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return app


def content_security_policy(html: str) -> str:
    """Return a policy that allows only our own scripts, and the import map of this page by its hash."""
    found = IMPORT_MAP.search(html)
    digest = hashlib.sha256((found.group(1) if found else "").encode()).digest()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{base64.b64encode(digest).decode()}'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
