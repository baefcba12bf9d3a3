"""What the checks of the stand-in share: one stand-in, and a client of both its sides."""
import http.client
import json
import threading
import time

import botapi

TOKEN = "7000001:AAself_check"
ANN = {"id": 11, "is_bot": False, "first_name": "Ann", "language_code": "ru"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Team"}
tests = []


def test(made):
    tests.append(made)
    return made


class Bot:
    """One stand-in and both its sides."""

    def __init__(self, *more):
        self.server, self.port = botapi.serve(["--token", TOKEN, *more])
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def http(self, path, body=None, kind="application/json", timeout=20):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("POST", path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            self.headers, self.status = answer.headers, answer.status
            return answer.read()
        finally:
            connection.close()

    def call(self, method, /, **params):
        return json.loads(self.http("/bot%s/%s" % (TOKEN, method), json.dumps(params)))

    def good(self, method, /, **params):
        answer = self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    def refused(self, words, method, /, **params):
        answer = self.call(method, **params)
        assert not answer["ok"] and words in answer["description"], (words, answer)
        return answer

    def control(self, name, **body):
        answer = json.loads(self.http("/control/" + name, json.dumps(body)))
        assert self.status == 200, answer
        return answer

    def say(self, text, **more):
        return self.control("say", **dict({"from": ANN, "text": text}, **more))

    def ids(self, **params):
        return [update["update_id"] for update in self.good("getUpdates", **params)]


def bot_call(bot, method, /, **params):
    """A call beside others: with a client of its own."""
    other = Bot.__new__(Bot)
    other.port = bot.port
    return other.call(method, **params)


def bot_state(bot):
    other = Bot.__new__(Bot)
    other.port = bot.port
    return other.control("state")


def until(condition):
    end = time.time() + 10
    while not condition():
        assert time.time() < end, "it never came to pass"
        time.sleep(0.01)
