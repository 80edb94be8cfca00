"""The served pages: the port, the proxy before them, and the server under them that stops when they do."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from danvan.config import commands, database
from danvan.config.tests.conftest import DANVAN, danvan, environment
from danvan.config.tests.made import an_empty_house, copy

pytestmark = pytest.mark.xdist_group("serving")  # one embedded server of their own for all


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A migrated database of its own. Not under pytest's folder: PostgreSQL started by root must be let in."""
    folder = Path(tempfile.mkdtemp(prefix="serving-", dir=database.var_dir()))
    with an_empty_house() as empty:
        copy(empty, folder)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def served(var: Path, **variables: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = subprocess.Popen(
        [*DANVAN, "serve", "--port", str(port)],
        env=environment(DANVAN_VAR=str(var), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert started.stdout
        assert started.stdout.readline() == f"http://127.0.0.1:{port}/\n"
        _wait(lambda: socket.create_connection(("127.0.0.1", port)).close())
        yield started, port
    finally:
        started.terminate()
        started.wait(30)
        started.stdout.close()


def _wait(until) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            return until()
        time.sleep(0.1)
    return until()


def ask(port: int, path: str = "/account/login/", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse()


def postgres(var: Path) -> psutil.Process:
    return psutil.Process(int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0]))


@pytest.mark.parametrize("asked", [signal.SIGHUP, signal.SIGTERM])
def test_the_database_server_opens_no_port_and_stops_with_the_pages(var, asked):
    """SIGHUP: the terminal was closed."""
    with served(var) as (started, _port):
        server = postgres(var)
        assert [one for one in server.net_connections("inet") if one.status == psutil.CONN_LISTEN] == []  # by file only

        started.send_signal(asked)
        started.wait(30)

        _gone, alive = psutil.wait_procs([server], timeout=10)
        assert alive == []


def test_behind_a_proxy_with_tls_pages_are_shown_and_all_else_is_sent_there(var):
    with served(var, DANVAN_HTTPS="1") as (_started, port):
        page = ask(port, X_Forwarded_Proto="https")
        assert page.status == 200
        assert "max-age" in page.headers["Strict-Transport-Security"]

        plain = ask(port)
        assert (plain.status, plain.headers["Location"]) == (301, f"https://127.0.0.1:{port}/account/login/")


@pytest.fixture(scope="module")
def port(var) -> Iterator[int]:
    """Of pages that are served as they are by default."""
    with served(var) as (_started, port):
        yield port


def test_without_a_proxy_nobody_is_believed_to_be_one(port):
    page = ask(port, X_Forwarded_Proto="https")
    assert page.status == 200
    assert "Strict-Transport-Security" not in page.headers


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_the_watchdog_is_not(port):
    page = ask(port, "/tables/")
    assert (page.status, page.headers["Location"]) == (302, "/account/login/?next=/tables/")
    assert ask(port, "/health/").status == 200


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_told_before_the_work(var, says, command):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        says(danvan(command, "--port", port, DANVAN_VAR=str(var)), "chọn cổng khác bằng --port")


@pytest.mark.parametrize("port", ["99999", "0", "-1", "http", "²", "1" * 5000])
def test_a_number_that_is_no_port_is_refused(capsys, port):
    parser = argparse.ArgumentParser()
    commands.serve_arguments(parser)

    with pytest.raises(SystemExit, match="2"):
        parser.parse_args([f"--port={port}"])
    assert "hãy cho một số từ 1 đến 65535" in capsys.readouterr().err
