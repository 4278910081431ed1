"""What tests/conftest.py promises every test."""

import os
import socket
from pathlib import Path

import pytest
import requests

from tests.conftest import NetworkBlockedError


def test_network_connection_outside_loopback_is_refused_with_advice(blocked_addresses: list[str]) -> None:
    with socket.socket() as connection, pytest.raises(NetworkBlockedError, match=r"192\.0\.2\.1.*fake"):
        connection.connect(("192.0.2.1", 443))
    blocked_addresses.clear()


def test_network_request_by_name_is_refused_and_kept_for_the_verdict(blocked_addresses: list[str]) -> None:
    with pytest.raises(NetworkBlockedError):
        requests.get("http://graph.example.invalid/v25.0/me", timeout=1)

    assert blocked_addresses == ["graph.example.invalid"]
    blocked_addresses.clear()


def test_network_connection_to_loopback_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_settings_of_the_developer_are_not_seen() -> None:
    assert not {"OPENAI_API_KEY", "WHATSAPP_ACCESS_TOKEN", "GOOGLE_CLOUD_PROJECT"} & os.environ.keys()
    assert list(Path.cwd().iterdir()) == []
