#!/usr/bin/env python3
"""A stand-in for the Telegram Bot API, for tests. Python 3, standard library only.

    python3 botapi.py --port 0 --token 1:AA… --username na1_hundred_bot

The first line it prints is "listening PORT". The bot is at /bot<token>/<method>, the tests at
/control/<name> (GET with a query, or POST with JSON; see control.py). It ends with its standard
input under --until-eof, else by a signal.

Every call is checked against bot-api.json: what does not fit is answered 400 with the path of the
field, and kept (GET /control/violations). Where the real server is lenient (a number as a string in
JSON), the stand-in is not.
"""

import argparse
import json
import random
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True  # tests run it from the checkout, which stays as it is

from control import Control, Mistake
from methods import Methods
from schema import Schema, Upload
from updates import TAKEN_OVER, Conflict, Dropped, Updates
from world import Refused, World

BODY_LIMIT = 60 << 20


class StandIn:
    def __init__(self, options):
        number = int(options.token.split(":")[0])
        bot = {
            "id": number,
            "is_bot": True,
            "first_name": options.name,
            "username": options.username,
            "can_join_groups": True,
            "can_read_all_group_messages": options.no_privacy,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        self.token, self.schema = options.token, Schema()
        self.world = World(bot, not options.no_privacy)
        first = options.first_update or random.randint(1, 2**31 - 1 - 2**24)
        self.updates = Updates(
            self.world.lock, first, options.scale, options.quirks, self.from_webhook
        )
        self.methods = Methods(self.world, self.updates)
        self.control = Control(self.world, self.updates, self.schema)

    def from_webhook(self, method, params):
        name = self.schema.method(str(method))
        if name and not re.match(r"get|setwebhook|deletewebhook|close|logout", name.lower()):
            self.call(name, params, "webhook")

    def call(self, method, params, source):
        """Plays one call: (status, headers, body) or Dropped. The list of calls has all of it."""
        name = self.schema.method(method)
        started = time.time()
        wrong = (
            self.schema.check_call(name, {k: v for k, v in params.items() if k != "$files"})
            if name
            else []
        )
        if not name:
            wrong = ["%s: unknown method" % method]
        elif surrogates(params):
            wrong.append("%s: a text that is not UTF-8" % name)
        fault = self.fault(name or method, params) if not wrong else None
        kind = fault["kind"] if fault else ""
        accepted = not kind or kind.endswith("-after-accept")
        try:
            if not name:
                raise Refused(404, "Not Found: method not found")
            if wrong:
                raise Refused(400, "Bad Request: " + wrong[0])
            if not accepted:
                raise refusal(fault)
            result = self.methods.call(name, params)
            answer = {"ok": True, "result": result}
        except Refused as error:
            answer = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                answer["parameters"] = error.parameters
        except Conflict as error:
            answer = {"ok": False, "error_code": 409, "description": str(error)}
        except Dropped:
            answer, kind = {"ok": False, "error_code": 0, "description": "dropped"}, "drop"
        self.note(name or method, params, source, started, answer, wrong, kind)
        if kind.startswith("timeout"):
            time.sleep(fault["seconds"])
        if kind.startswith(("drop", "timeout")):
            raise Dropped()
        return reply(answer, kind)

    def fault(self, name, params):
        with self.world.lock:
            for fault in self.world.failures:
                if fault["method"] in ("*", name.lower()) and fault["chat"] in (
                    None,
                    params.get("chat_id"),
                ):
                    fault["left"] -= 1
                    if fault["left"] <= 0:
                        self.world.failures.remove(fault)
                    return fault
        return None

    def note(self, name, params, source, started, answer, wrong, kind):
        with self.updates.changed:
            self.world.numbered += 1
            self.world.calls.append(
                {
                    "k": self.world.numbered,
                    "method": name,
                    "http": source,
                    "ok": answer["ok"],
                    "params": {
                        k: v.view() if isinstance(v, Upload) else v
                        for k, v in params.items()
                        if k != "$files"
                    },
                    "result": answer.get("result"),
                    "error_code": answer.get("error_code"),
                    "description": answer.get("description"),
                    "violations": wrong,
                    "fault": kind or None,
                    "at": started,
                    "seconds": time.time() - started,
                }
            )
            self.updates.changed.notify_all()


def refusal(fault):
    """The answer of an injected fault, as the real server words it."""
    after = fault["retry_after"]
    words = {
        "400": "Bad Request: message can't be sent",
        "401": "Unauthorized",
        "404": "Not Found",
        "403": "Forbidden: bot was blocked by the user",
        "500": "Internal Server Error: restart",
        "409": TAKEN_OVER,
        "502": "Bad Gateway",
        "429": "Too Many Requests: retry after %d" % after,
    }
    kind = fault["kind"]
    code = int(kind) if kind.isdigit() else 0
    more = {"retry_after": after} if kind == "429" else {}
    return Refused(code, fault["description"] or words.get(kind, kind), **more)


def reply(answer, kind):
    """Status, headers and bytes of an answer, spoilt where a fault says so."""
    status = 200 if answer["ok"] else answer["error_code"]
    body = json.dumps(answer, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if "retry_after" in answer.get("parameters", {}):
        headers["Retry-After"] = str(answer["parameters"]["retry_after"])
    if kind in ("502", "garbage-after-accept"):
        body, headers["Content-Type"] = b"<html>Bad Gateway</html>", "text/html"
    if kind == "500-after-accept":
        status, body = 500, b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'
    if kind == "cut-after-accept":
        headers["Content-Length"], body = str(len(body)), body[: len(body) // 2]
    return status, headers, body


def surrogates(value):
    if isinstance(value, str):
        return any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return any(surrogates(k) or surrogates(v) for k, v in value.items())
    return isinstance(value, list) and any(map(surrogates, value))


def multipart(body, kind):
    """Fields and files of a multipart body."""
    match = re.search(r'boundary="?([^";]{1,200})"?', kind)
    if not match:
        raise Refused(400, "Bad Request: no boundary")
    fields, mark = {}, b"\r\n--" + match.group(1).encode()
    for part in (b"\r\n" + body).split(mark)[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        text = head.decode("utf-8", "replace")
        name, file = re.search(r'[;\s]name="([^"]*)"', text), re.search(r'filename="([^"]*)"', text)
        if not name:
            raise Refused(400, "Bad Request: a part without a name")
        typed = re.search(r"(?i)content-type:\s*([^\s;]+)", text)
        fields[name.group(1)] = (
            Upload(file.group(1), data, typed.group(1) if typed else "") if file else data.decode()
        )
    return fields


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    standin = None
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *words):
        pass

    def do_GET(self):
        self.do_POST()

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_LIMIT:
            return self.send(
                413, {}, b'{"ok":false,"error_code":413,"description":"Request Entity Too Large"}'
            )
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        if url.path.startswith("/control/"):
            return self.control(url.path[len("/control/") :], query, body)
        match = re.fullmatch(r"/bot([^/]+)/([^/]+)", urllib.parse.unquote(url.path))
        if not match:
            return self.refuse(404, "Not Found")
        if match.group(1) != self.standin.token:
            known = re.fullmatch(r"\d+:[\w-]+", match.group(1))
            return self.refuse(401 if known else 404, "Unauthorized" if known else "Not Found")
        try:
            params, source = self.params(match.group(2), query, body)
            self.send(*self.standin.call(match.group(2), params, source))
        except Refused as error:
            self.refuse(error.code, error.description)
        except (Dropped, BrokenPipeError, ConnectionResetError):
            self.drop()
        return None

    def params(self, method, query, body):
        kind = self.headers.get("Content-Type", "")
        schema = self.standin.schema
        known = schema.method(method) is not None
        try:
            if kind.startswith("application/json") and body:
                given = json.loads(body)
                if not isinstance(given, dict):
                    raise Refused(400, "Bad Request: can't parse JSON object")
                return dict(schema.from_form(method, query) if known else query, **given), "json"
            if kind.startswith("multipart/form-data"):
                query.update(multipart(body, kind))
                source = "multipart"
            elif kind.startswith("application/x-www-form-urlencoded"):
                query.update(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
                source = "form"
            elif body:
                raise Refused(400, "Bad Request: a body of type %s is not read" % (kind or "none"))
            else:
                source = "query"
        except (ValueError, RecursionError):
            raise Refused(400, "Bad Request: can't parse the body") from None
        if not known:
            return query, source
        files = {name: value for name, value in query.items() if isinstance(value, Upload)}
        named = json.dumps([value for value in query.values() if isinstance(value, str)])
        # Files that a field names by attach:// are no fields themselves.
        attached = {name for name in files if "attach://" + name in named}
        read = schema.from_form(method, {k: v for k, v in query.items() if k not in attached})
        for name, value in read.items():
            if isinstance(value, str) and value[:9] == "attach://" and value[9:] in files:
                read[name] = files[value[9:]]
        return dict(read, **({"$files": files} if attached else {})), source

    def control(self, name, query, body):
        try:
            given = json.loads(body) if body else {}
            if not isinstance(given, dict):
                raise Mistake("the body must be an object")
            answer, status = self.standin.control.handle(name, dict(query, **given)), 200
        except TimeoutError as error:
            answer, status = {"error": str(error)}, 408
        except (Mistake, ValueError, TypeError, AttributeError) as error:
            answer, status = {"error": "%s" % error}, 400
        made = json.dumps(answer, default=str).encode()
        self.send(status, {"Content-Type": "application/json"}, made)

    def refuse(self, code, description):
        answer = {"ok": False, "error_code": code, "description": description}
        self.send(code, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    def send(self, status, headers, body):
        try:
            self.send_response(status)
            for name, value in dict({"Content-Length": str(len(body))}, **headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
            if headers.get("Content-Length", str(len(body))) != str(len(body)):
                self.close_connection = True
        except OSError:
            self.close_connection = True

    def drop(self):
        """Ends the connection at once, by a reset."""
        self.close_connection = True
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        except OSError:
            pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request, address):
        kind = sys.exc_info()[0]
        if not issubclass(kind, OSError) and kind is not ValueError:
            super().handle_error(request, address)


def serve(arguments=None):
    """A server that listens, and the port; `python3 -c` and selfcheck.py use it in-process."""
    parser = argparse.ArgumentParser(description="A stand-in for the Telegram Bot API.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", required=True, help="number:letters; the number is the bot's id")
    parser.add_argument("--username", default="na1_hundred_bot")
    parser.add_argument("--name", default="Hundred")
    parser.add_argument(
        "--first-update", type=int, default=0, help="the first update_id; 0: at random"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="seconds of the webhook's pauses for each real one"
    )
    parser.add_argument(
        "--quirks", action="store_true", help="slow down busy polls as the real server does"
    )
    parser.add_argument(
        "--no-privacy", action="store_true", help="the bot reads all messages of groups"
    )
    parser.add_argument("--until-eof", action="store_true", help="end when the standard input ends")
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"\d{1,16}:[\w-]+", options.token):
        parser.error("the token must be number:letters")
    handler = type("Handler", (Handler,), {"standin": StandIn(options)})
    server = Server(("127.0.0.1", options.port), handler)
    if options.until_eof:

        def watch():
            sys.stdin.buffer.read()
            server.shutdown()

        threading.Thread(target=watch, daemon=True).start()
    return server, server.server_address[1]


if __name__ == "__main__":
    made, port = serve()
    print("listening", port, flush=True)
    try:
        made.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
