"""Settings and servers that the whole suite shares."""

import sys

import pytest
import trustme
from hypothesis import HealthCheck, settings
from support.calendar_server import Line, Radicale

from spine_vigil.cli.main import main

settings.register_profile(
    "ci",
    derandomize=True,  # a suite that fails today fails tomorrow
    deadline=None,  # a slow machine is no defect
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("ci")


@pytest.fixture
def vigil(monkeypatch, capsys):
    """Run `vigil` in this process; return exit code, standard output and standard error."""

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["vigil", *map(str, args)])
        with pytest.raises(SystemExit) as done:
            main()
        said = capsys.readouterr()
        return done.value.code or 0, said.out, said.err

    return run


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
