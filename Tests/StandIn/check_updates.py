"""How updates leave, and the faults on order."""
import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from harness import TOKEN, bot_call, bot_state, test, until


@test
def offsets(bot):
    given = [bot.say("m%d" % n)["update_id"] for n in range(5)]
    assert given == list(range(given[0], given[0] + 5))
    assert bot.ids() == given and bot.ids(offset=0) == given, "an answer confirms nothing"
    assert (
        bot.ids(limit=2) == given[:2] and bot.ids(limit=0) == given and bot.ids(limit=500) == given
    )
    assert bot.ids(offset=given[2]) == given[2:], "an offset forgets what is below"
    assert bot.ids() == given[2:]
    assert bot.ids(offset=given[4] + 50) == given[2:], "far beyond the end it is ignored"
    assert bot.ids(offset=given[0] - 200_000 if given[0] > 200_000 else 1) == given[2:]
    assert (
        bot.ids(offset=-1) == given[4:] and bot.ids() == given[4:]
    ), "negative: the rest is forgotten"
    assert bot.ids(offset=given[4] + 1) == [] and bot.control("state")["pending"] == []


@test
def waiting_for_an_update(bot):
    found = []
    thread = threading.Thread(target=lambda: found.extend(bot.good("getUpdates", timeout=10)))
    thread.start()
    until(lambda: bot_state(bot)["polls"] == 1)
    bot.say("hello")
    thread.join(5)
    assert [u["message"]["text"] for u in found] == ["hello"]
    started = time.time()
    assert bot.ids(offset=found[0]["update_id"] + 1, timeout=1) == []
    assert 0.9 < time.time() - started < 3


@test
def conflicts(bot):
    answers = []
    first = threading.Thread(target=lambda: answers.append(bot_call(bot, "getUpdates", timeout=20)))
    first.start()
    until(lambda: bot_state(bot)["polls"] == 1)
    second = threading.Thread(
        target=lambda: answers.append(bot_call(bot, "getUpdates", timeout=20))
    )
    second.start()
    first.join(5)
    assert (
        answers[0]["error_code"] == 409
        and "terminated by other getUpdates" in answers[0]["description"]
    )
    until(lambda: bot_state(bot)["polls"] == 1)
    bot.good("setWebhook", url="http://127.0.0.1:9/x")
    second.join(5)
    assert answers[1]["error_code"] == 409 and "setWebhook" in answers[1]["description"]
    bot.refused("can't use getUpdates method while webhook is active", "getUpdates")
    bot.say("kept")
    bot.good("deleteWebhook")
    assert len(bot.ids()) == 1, "pending updates survive deleteWebhook"
    third = threading.Thread(
        target=lambda: answers.append(bot_call(bot, "getUpdates", timeout=20, offset=2**31 - 1))
    )
    bot.good("deleteWebhook", drop_pending_updates=True)
    third.start()
    until(lambda: bot_state(bot)["polls"] == 1)
    assert bot.control("kill-polls")["ended"] == 1
    third.join(5)
    assert answers[2]["error_code"] == 409


@test
def faults(bot):
    bot.say("/start")
    bot.control("fail", method="sendMessage", kind="429", times=2, retry_after=7)
    for _ in range(2):
        answer = bot.refused(
            "Too Many Requests: retry after 7", "sendMessage", chat_id=11, text="a"
        )
        assert bot.status == 429 and bot.headers["Retry-After"] == "7"
        assert answer["parameters"] == {"retry_after": 7}
    bot.good("sendMessage", chat_id=11, text="a")
    for kind, there in (("drop-before", 0), ("drop-after-accept", 1)):
        before = len(bot.control("messages", chat=11)["messages"])
        bot.control("fail", method="sendMessage", kind=kind)
        try:
            bot.call("sendMessage", chat_id=11, text=kind)
            raise AssertionError("an answer came")
        except (http.client.HTTPException, OSError):
            pass
        assert len(bot.control("messages", chat=11)["messages"]) == before + there
    for kind, code in (("500", 500), ("403", 403), ("401", 401)):
        bot.control("fail", kind=kind)
        assert bot.call("getMe")["error_code"] == code
    bot.control("fail", kind="502")
    assert b"html" in bot.http("/bot%s/getMe" % TOKEN) and bot.status == 502
    bot.control("fail", kind="cut-after-accept")
    try:
        bot.call("getMe")
        raise AssertionError("a whole answer came")
    except http.client.IncompleteRead:
        pass
    assert bot.good("getMe")["username"] == "na1_hundred_bot"


@test
def a_webhook(bot):
    got = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            got.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body["message"]["text"]))
            self.send_response(503 if len(got) < 4 else 200)
            answer = json.dumps(
                {"method": "sendMessage", "chat_id": 11, "text": "by answer"}
            ).encode()
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words):
            pass

    receiver = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True).start()
    bot.refused("secret token", "setWebhook", url="http://127.0.0.1:1/", secret_token="a b")
    bot.good(
        "setWebhook",
        url="http://127.0.0.1:%d/hook" % receiver.server_port,
        secret_token="s3cret",
        max_connections=1,
    )
    bot.say("one")
    bot.say("two")
    bot.control("wait", pending=0, timeout=10)
    receiver.shutdown()
    receiver.server_close()
    assert got == [("s3cret", "one")] * 4 + [("s3cret", "two")], got
    tries = bot.control("deliveries")["deliveries"]
    assert [t["status"] for t in tries] == [503, 503, 503, 200, 200]
    pauses = [b["at"] - a["at"] for a, b in zip(tries, tries[1:4])]
    assert pauses[0] < 0.1 < 0.18 < pauses[1] < pauses[2], pauses
    bot.control("wait", method="sendMessage", count=2, timeout=5)


@test
def what_tests_ask(bot):
    poison = bot.control("raw", update={"message": {"message_id": 1}})["update_id"]
    edit = bot.say("/up 5")
    bot.say("/up 6", edit_of=edit["message_id"])
    bot.say("/up 7", forward=True)
    found = bot.good("getUpdates")
    assert [next(iter(u.keys() - {"update_id"})) for u in found] == [
        "message",
        "message",
        "edited_message",
        "message",
    ]
    assert found[0] == {"update_id": poison, "message": {"message_id": 1}}
    assert found[1]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 3}]
    assert found[3]["message"]["forward_origin"]["type"] == "user"
    last = bot.control("calls")["last"]
    threading.Timer(0.1, lambda: bot_call(bot, "sendMessage", chat_id=11, text="x")).start()
    assert (
        bot.control("wait", method="sendMessage", since=last, timeout=5)["calls"][0]["params"][
            "text"
        ]
        == "x"
    )
    bot.http("/control/wait", json.dumps({"method": "sendPhoto", "timeout": 0.1}))
    assert bot.status == 408
    bot.http("/control/nonsense")
    assert bot.status == 400
