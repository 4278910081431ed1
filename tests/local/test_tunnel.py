"""Giving the tunnel's URL to Meta."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from local.stack.tunnel import TunnelError, how_to_open_a_tunnel, set_callback

SECRETS = {"WHATSAPP_APP_ID": "42", "WHATSAPP_APP_SECRET": "new, old", "VERIFY_TOKEN": "verify"}


class Graph:
    """Plays the Graph API's subscriptions."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[tuple[str, dict[str, list[str]]]] = []
        graph = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                graph.requests.append((self.path, parse_qs(form)))
                body = {"success": True} if graph.status == 200 else {"error": {"message": "handshake failed"}}
                self.send_response(graph.status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.environment = {**SECRETS, "GRAPH_API_URL": f"http://127.0.0.1:{self.server.server_port}"}


@pytest.fixture
def graph() -> Iterator[Graph]:
    played = Graph()
    yield played
    played.server.shutdown()
    played.server.server_close()


def test_callback_is_set_with_the_apps_own_token(graph: Graph) -> None:
    set_callback("https://tunnel.example.com", graph.environment)
    path, form = graph.requests[0]
    assert path == "/v25.0/42/subscriptions"
    assert form["callback_url"] == ["https://tunnel.example.com"]
    assert form["access_token"] == ["42|new"]
    assert form["fields"] == ["messages"]


def test_refusal_names_metas_reason(graph: Graph) -> None:
    graph.status = 400
    with pytest.raises(TunnelError, match="handshake failed"):
        set_callback("https://tunnel.example.com", graph.environment)


def test_missing_variables_are_named() -> None:
    with pytest.raises(TunnelError, match="WHATSAPP_APP_ID"):
        set_callback("https://tunnel.example.com", {})


def test_url_without_https_is_refused() -> None:
    with pytest.raises(TunnelError, match="https"):
        set_callback("http://tunnel.example.com", SECRETS)


def test_instructions_name_the_webhooks_port() -> None:
    assert "http://127.0.0.1:8081" in how_to_open_a_tunnel(8081)
