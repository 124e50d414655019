"""The local page on which readers mark: served on this machine alone, to whoever has its address.

The address holds a token, which every request must bring; a page of another site cannot read it.
"""

import json
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

from course_tools.grading.desk import UnknownText
from course_tools.grading.gradebook import GradebookBusy
from course_tools.grading.marking import MarkedMeanwhile, NotAMark

LARGEST = 100_000
"""Bytes of a request."""
POLICY = (
    "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; "
    "script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REFUSED = {MarkedMeanwhile: 409, NotAMark: 400, UnknownText: 404, GradebookBusy: 503}


def answer(desk, path, asked):
    """The status and the data that a request of the page gets."""
    try:
        if path == "/next":
            return 200, desk.next(_text(asked, "marker"))
        if path == "/show":
            return 200, desk.show(_text(asked, "number"))
        if path == "/mark":
            names = "number", "comment", "marker"
            number, comment, marker = (_text(asked, name) for name in names)
            points, seen = asked.get("points"), asked.get("seen")
            if not isinstance(points, list):
                raise NotAMark(f"points is {points!r}, expected a number for each criterion")
            return 200, {"sum": desk.give(number, points, comment, marker, seen)}
    except tuple(REFUSED) as error:
        return REFUSED[type(error)], {"error": str(error)}
    return 404, {"error": f"nothing is at {path}"}


def _text(asked, name):
    value = asked.get(name)
    if not isinstance(value, str):
        raise NotAMark(f"{name} is {value!r}, expected text")
    return value


def serve(desk, port=0):
    """A server of the page on this machine; `server.address` opens it in a browser."""
    token, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(16)
    page = (files(__package__) / "mark_page.html").read_text("utf-8").replace("NONCE", nonce)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            place = urlsplit(self.path)
            if not self._is_known(parse_qs(place.query).get("token", [""])[0]):
                self._send(403, "text/plain", "This address needs its token.")
            elif place.path != "/":
                self._send(404, "text/plain", "There is nothing here.")
            else:
                self._send(200, "text/html", page)

        def do_POST(self):
            length = self.headers.get("Content-Length", "")
            if not self._is_known(self.headers.get("X-Token", "")):
                return self._send(403, "text/plain", "This address needs its token.")
            if not length.isdigit() or int(length) > LARGEST:
                return self._send(413, "text/plain", "This is too much.")
            try:
                asked = json.loads(self.rfile.read(int(length)))
            except ValueError:
                asked = None
            if not isinstance(asked, dict):
                return self._send(400, "text/plain", "This is no request of the page.")
            status, data = answer(desk, urlsplit(self.path).path, asked)
            return self._send(status, "application/json", json.dumps(data))

        def _is_known(self, given):
            """The token is right, and the name is this machine's: no other site is pretending."""
            host = self.headers.get("Host", "").rpartition(":")[0]
            same = secrets.compare_digest(given.encode(), token.encode())
            return same and host in ("127.0.0.1", "localhost")

        def _send(self, status, kind, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY.format(nonce=nonce))
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.address = f"http://127.0.0.1:{server.server_port}/?token={token}"
    return server
