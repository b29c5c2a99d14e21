"""A Radicale server on a free loopback port, a proxy to it that can break, and access to its contents."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import icalendar

USER, PASSWORD = "navigator", "pass wörd €9:@/%"
_CONFIG = """
[server]
hosts = 127.0.0.1:{port}
{tls}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
"""
_READY_SECONDS = 60
_TRIES = 5


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Radicale:
    """A server process with one user; `url` says where it listens."""

    def __init__(self, folder, certificate=None, key=None):
        folder.mkdir(parents=True, exist_ok=True)
        tls = f"ssl = True\ncertificate = {certificate}\nkey = {key}" if certificate else ""
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        self._log = folder / "log"
        for _ in range(_TRIES):
            self.port = _free_port()
            (folder / "config").write_text(_CONFIG.format(folder=folder, tls=tls, port=self.port), encoding="utf-8")
            with self._log.open("wb") as log:
                command = [sys.executable, "-m", "radicale", "-C", str(folder / "config")]
                self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
            if self._becomes_ready():
                break
            self.stop()
        else:
            raise RuntimeError("Radicale did not start:\n" + self._log.read_text(encoding="utf-8"))
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}/"

    def _becomes_ready(self):
        """Wait until it listens; False where it gives up, as where another took the port in between."""
        give_up = time.monotonic() + _READY_SECONDS
        while time.monotonic() < give_up and self._process.poll() is None:
            if "Radicale server ready" in self._log.read_text(encoding="utf-8"):
                return True
            time.sleep(0.05)
        return False

    def stop(self):
        self._process.terminate()
        self._process.wait()

    def clear(self):
        """Delete every calendar of the user."""
        for path in self._members(f"/{USER}/"):
            assert self.request("DELETE", path)[0] == 200

    def request(self, method, path, body=None, **headers):
        """Do what another client of the same user does; return the status, the headers and the content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        login = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        connection.request(method, path, body, {"Authorization": f"Basic {login}", **headers})
        answer = connection.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return found

    def paths(self):
        """Return the addresses of all objects of the user's calendars."""
        found = []
        for folder in self._members(f"/{USER}/"):
            found += self._members(folder)
        return found

    def _members(self, folder):
        status, _, content = self.request("PROPFIND", folder, Depth="1")
        if status == 404:  # before its first calendar a user has no place
            return []
        assert status == 207
        return [path for path in re.findall(r"<response><href>([^<]+)</href>", content.decode()) if path != folder]

    def events(self):
        """Return the events of the user's calendars by UID."""
        found = [icalendar.Calendar.from_ical(self.request("GET", path)[2]) for path in self.paths()]
        return {str(event["UID"]): event for calendar in found for event in calendar.walk("VEVENT")}

    def path_of(self, uid):
        """Return the address of the event with a UID."""
        return next(path for path in self.paths() if uid in path)

    def change(self, uid, old, new):
        """Change the text of an event as a user does in a client."""
        path = self.path_of(uid)
        content = self.request("GET", path)[2]
        assert old in content
        assert self.request("PUT", path, content.replace(old, new), **{"Content-Type": "text/calendar"})[0] == 204

    def remove(self, uid):
        """Delete an event as a user does in a client."""
        assert self.request("DELETE", self.path_of(uid))[0] == 200


class Line:
    """Proxy between client and server that records requests and breaks where it should.

    `breaks_at` is the number of the PUT or DELETE, from 1, at which it breaks for good: `before` the server has it, or
    `after`, when the answer is on its way. `is_open` mends it. `refuses` may answer a request itself, with status,
    headers and content. `on_body` may change what is sent, `on_answer` what is answered.
    """

    def __init__(self, port):
        self.asked = []
        self.breaks_at, self.breaks = None, "before"
        self.is_open = True
        self.refuses = lambda _method, _path: None
        self.on_write = lambda: None
        self.on_body = lambda body: body
        self.on_answer = lambda _, status, headers, content: (status, headers, content)
        line = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                """Say nothing."""

        for method in ("GET", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "MKCALENDAR"):
            setattr(Handler, f"do_{method}", lambda handler: line.pass_on(handler, port))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def writes(self):
        """The methods that change something, in their order."""
        return [method for method, _, _ in self.asked if method in ("PUT", "DELETE")]

    def pass_on(self, client, port):
        body = client.rfile.read(int(client.headers.get("Content-Length", 0)))
        is_write = client.command in ("PUT", "DELETE")
        breaks = is_write and self.breaks_at == len(self.writes) + 1
        if not self.is_open or (breaks and self.breaks == "before"):
            self.is_open = False
            client.close_connection = True
            return
        self.asked.append((client.command, client.path, dict(client.headers)))
        refusal = self.refuses(client.command, client.path)
        if refusal is not None:
            self._reply(client, *refusal)
            return
        connection = http.client.HTTPConnection("127.0.0.1", port)
        body = self.on_body(body)
        # Uncompressed, so that `on_answer` finds what it changes.
        headers = {**client.headers, "Content-Length": str(len(body)), "Accept-Encoding": "identity"}
        connection.request(client.command, client.path, body, headers)
        answer = connection.getresponse()
        headers = {name: value for name, value in answer.getheaders() if name != "Content-Length"}
        status, headers, content = self.on_answer(client.command, answer.status, headers, answer.read())
        connection.close()
        if is_write:
            self.on_write()
        if breaks:
            self.is_open = False
            client.close_connection = True
            return
        self._reply(client, status, headers, content)

    def _reply(self, client, status, headers, content):
        with contextlib.suppress(ConnectionError):  # the client may be dead by now
            client.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                client.send_header(name, value)
            client.end_headers()
            client.wfile.write(content)

    def forget(self):
        """Mend the line and forget what was asked."""
        self.asked, self.breaks_at, self.is_open = [], None, True

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def message_without_password(error):
    """Return the message, having looked for the password in it and in all that hangs on it."""
    assert PASSWORD not in repr(error.value)
    assert error.value.__cause__ is None
    return str(error.value)
