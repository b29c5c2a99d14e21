"""Settings and servers that the whole suite shares."""

import sys
from datetime import date
from io import BytesIO, TextIOWrapper

import polars as pl
import pytest
import trustme
from hypothesis import HealthCheck, settings
from support.calendar_server import Line, Radicale
from support.outcome import Outcome

from spine_vigil.cli.main import main

# polars keeps the class of dates that it meets first; a frozen clock has another one.
pl.lit(date(2026, 1, 1))

settings.register_profile(
    "ci",
    derandomize=True,  # a suite that fails today fails tomorrow
    deadline=None,  # a slow machine is no defect
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("ci")


def pytest_collection_modifyitems(config, items):
    """Leave out tests marked external unless `-m` names the mark, so that other marks can be chosen beside it."""
    if "external" not in config.option.markexpr:
        external = [item for item in items if item.get_closest_marker("external")]
        items[:] = [item for item in items if item not in external]
        config.hook.pytest_deselected(items=external)


@pytest.fixture
def vigil(monkeypatch, capsys):
    """Run `vigil` in this process; return exit code, standard output and standard error."""

    def run(*args, stdin=None):
        monkeypatch.setattr(sys, "argv", ["vigil", *map(str, args)])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
        with pytest.raises(SystemExit) as done:
            main()
        streams = capsys.readouterr()
        return Outcome(done.value.code or 0, streams.out, streams.err)

    return run


@pytest.fixture
def vigil_command(vigil):
    """Run `vigil` in this process, in tests that call the package `vigil`, as its users do."""
    return vigil


@pytest.fixture(scope="session")
def _radicale(tmp_path_factory):
    server = Radicale(tmp_path_factory.mktemp("radicale"))
    yield server
    server.stop()


@pytest.fixture
def radicale(_radicale):
    """Yield a calendar server without a calendar."""
    yield _radicale
    _radicale.clear()


@pytest.fixture
def line(radicale):
    """Yield a line to the calendar server that notes what is asked and can break."""
    line = Line(radicale.port)
    yield line
    line.stop()


@pytest.fixture
def secure(tmp_path):
    """Yield a server over TLS whose certificate is of an authority that no machine trusts, and the authority's file."""
    authority, folder = trustme.CA(), tmp_path / "secure"
    folder.mkdir()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    server = Radicale(folder, folder / "server.pem", folder / "server.pem")
    yield server.url, str(folder / "authority.pem")
    server.stop()
