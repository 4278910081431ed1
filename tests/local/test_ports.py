"""Choosing ports."""

import socket

import pytest

from local.stack.ports import FREE_PORTS, LOOPBACK, PortError, choose_ports


def test_choose_ports_zero_gives_different_free_ports() -> None:
    chosen = choose_ports({"A_PORT": 0, "B_PORT": 0, "C_PORT": 0})

    assert len(set(chosen.values())) == 3
    for port in chosen.values():
        socket.create_server((LOOPBACK, port)).close()


def test_choose_ports_zero_keeps_clear_of_those_the_system_hands_out() -> None:
    names = [f"PORT_{number}" for number in range(20)]

    assert all(port in FREE_PORTS for port in choose_ports(dict.fromkeys(names, 0)).values())


def test_choose_ports_fixed_and_free_keeps_the_fixed_one() -> None:
    port = choose_ports({"A_PORT": 0})["A_PORT"]

    assert choose_ports({"FREE_PORT": 0, "A_PORT": port})["A_PORT"] == port


def test_choose_ports_several_busy_names_each_with_its_variable() -> None:
    with socket.create_server((LOOPBACK, 0)) as one, socket.create_server((LOOPBACK, 0)) as two:
        ports = {"A_PORT": one.getsockname()[1], "B_PORT": two.getsockname()[1]}
        with pytest.raises(PortError) as error:
            choose_ports(ports)

    assert all(f"Port {port} ({name}) is in use" in str(error.value) for name, port in ports.items())


def test_choose_ports_same_port_for_two_is_an_error() -> None:
    port = choose_ports({"A_PORT": 0})["A_PORT"]

    with pytest.raises(PortError, match="B_PORT"):
        choose_ports({"A_PORT": port, "B_PORT": port})


def test_choose_ports_out_of_range_is_an_error() -> None:
    with pytest.raises(PortError, match=r"70000 \(A_PORT\) is not between"):
        choose_ports({"A_PORT": 70000})
