#!/usr/bin/env python3
"""The real program against the stand-in for Telegram, killed again and again.

    python3 Tests/EndToEnd/run.py [--long] [--seed N] [--mode poll|webhook] [--keep]

A person claims the bot, adopts a challenge, brings the bot into a group and lets a team in. Then the
team writes some sixty messages while the program is killed (SIGKILL) at random moments and started
again. At the end nothing that was said is lost, nothing counts twice, and no call of the bot was one
that the Bot API does not take.

The program is $HUNDRED_PROGRAM, else .build/release/hundred. Python 3, standard library only. The last
line is "N passed, M failed"; exit 1 if any failed.
"""

import argparse
import glob
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, timedelta

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests", "StandIn"))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Kit"))

from checks import Report  # noqa: E402
from harness import TOKEN, Bot  # noqa: E402

PROGRAM = os.environ.get("HUNDRED_PROGRAM") or os.path.join(ROOT, ".build", "release", "hundred")
LEADERS = {"id": -1002147483648124, "type": "supergroup", "title": "Leaders"}
GROUP = {"id": -1002147483648123, "type": "supergroup", "title": "Team"}
HOOK_SECRET = "end-to-end_secret-of-the-door"
IN_TOKEN = "token-of-the-registry"


def person(number, name):
    return {"id": number, "is_bot": False, "first_name": name, "language_code": "en"}


ANN = person(4503599627370495, "Ann")
TEAM = [person(5000 + n, name) for n, name in enumerate("Bolat Chinara Dana Erlan Fatima Gulnar".split())]
LATER = [person(6000 + n, name) for n, name in enumerate("Hana Iskander Jamal Karim".split())]


class Program:
    """`hundred serve`, started, killed and started again."""

    def __init__(self, folder, mode, port, api):
        self.folder, self.port, self.mode = folder, port, mode
        self.log = open(os.path.join(folder, "log.ndjson"), "ab")
        self.lock = threading.Lock()
        self.process = None
        self.starts = 0
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("HUNDRED_")
        }
        self.environment.update(
            HUNDRED_DATA=os.path.join(folder, "data"),
            HUNDRED_COMMANDS=os.environ.get("HUNDRED_COMMANDS", os.path.join(ROOT, "commands")),
            HUNDRED_HTTP_PORT=str(port),
            HUNDRED_TELEGRAM_TOKEN=TOKEN,
            HUNDRED_TELEGRAM_API=api,
            HUNDRED_TELEGRAM_MODE=mode,
            HUNDRED_TELEGRAM_WEBHOOK_SECRET=HOOK_SECRET,
            HUNDRED_WEBHOOK_REGISTRY_TOKEN=IN_TOKEN,
        )
        if mode == "webhook":
            self.environment["HUNDRED_PUBLIC_URL"] = "http://127.0.0.1:%d" % port

    def start(self):
        with self.lock:
            self.process = subprocess.Popen(
                [PROGRAM, "serve"], env=self.environment, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            )
            self.starts += 1

    def kill(self):
        """As a power cut would, but for the disk."""
        with self.lock:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self):
        with self.lock:
            self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                return "no end within 20 s"

    def run(self, *words):
        """Another subcommand on the same data; status and output."""
        done = subprocess.run(
            [PROGRAM, *words], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=30,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def http(self, method, path, body=None, **headers):
        """Status and body; (0, why) where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if body is not None:
                named.setdefault("Content-Type", "application/json")
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        finally:
            connection.close()

    def until_ready(self, seconds=20):
        end = time.time() + seconds
        while time.time() < end:
            if self.process.poll() is not None:
                return False
            if self.http("GET", "/ready")[0] == 200:
                return True
            time.sleep(0.05)
        return False

    def tail(self):
        self.log.flush()
        with open(self.log.name, "rb") as file:
            return file.read()[-3000:].decode("utf-8", "replace")


class Never(Exception):
    pass


class Trial:
    def __init__(self, mode, seed, kills, report, keep):
        self.mode, self.kills, self.report, self.keep = mode, kills, report, keep
        self.random = random.Random("%s %s" % (mode, seed))
        self.folder = tempfile.mkdtemp(prefix="hundred-end-to-end-")
        self.bot = Bot("--scale", "0.05")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.program = Program(self.folder, mode, port, "http://127.0.0.1:%d" % self.bot.port)

    def check(self, what, good, detail=""):
        return self.report.check("%s: %s" % (self.mode, what), good, detail)

    # ---- people

    def say(self, who, text, **more):
        return self.bot.control("say", **dict({"from": who, "text": text}, **more))

    def slowly(self, who, text, **more):
        """Somebody who has said much already: not more than 20 a minute of one person."""
        time.sleep(3.2)
        return self.say(who, text, **more)

    def shown(self, chat):
        return self.bot.control("messages", chat=chat)["messages"]

    def ours(self, chat):
        return [m for m in self.shown(chat) if m["from"] == "bot"]

    def wait(self, what, condition, seconds=15):
        end = time.time() + seconds
        while time.time() < end:
            found = condition()
            if found:
                self.check(what, True)
                return found
            time.sleep(0.02)
        self.check(what, False, self.program.tail())
        raise Never(what)

    def hears(self, chat, words, since=0):
        """Waits for a message of the bot with these words, after so many of its messages."""
        return self.wait(
            "“%s” is said in %s" % (words, chat),
            lambda: next((m for m in self.ours(chat)[since:] if words in (m["text"] or "")), None),
        )

    def asks(self, who, text, words, chat=None, **more):
        """Says something and waits for what the bot says next with these words."""
        where = chat["id"] if chat else who["id"]
        since = len(self.ours(where))
        self.say(who, text, **dict({"chat": where} if chat else {}, **more))
        return self.hears(where, words, since)

    def press(self, who, message, label, chat):
        return self.bot.control(
            "press", chat=chat, message_id=message["message_id"], label=label, **{"from": who}
        )

    def button(self, message, label):
        return next(
            (b for row in message["buttons"] for b in row if label in b["text"]), {"text": None}
        )["text"]

    # ---- the acts

    def run(self):
        try:
            self.refusals()
            self.first_day()
            self.doors()
            self.chart()
            self.scoreboard()
            said = self.storm()
            self.after(said)
        except Never:
            pass
        except AssertionError as error:
            self.check("the stand-in takes what the trial does", False, error)
        finally:
            if self.program.process and self.program.process.poll() is None:
                self.program.kill()
            self.bot.server.shutdown()
            if self.keep or self.report.failed:
                print("kept:", self.folder, flush=True)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)

    def refusals(self):
        """What `serve` ends for with 78: waiting would not help."""
        program, token = self.program, self.program.environment["HUNDRED_TELEGRAM_TOKEN"]
        cases = [("a wrong token", "7000001:wrong", "Telegram does not know this token")]
        if self.mode == "poll":
            cases.append(("somebody's webhook", token, "A webhook is set to host 127.0.0.1:9"))
            self.bot.good("setWebhook", url="http://127.0.0.1:9/secret/path")
        for what, used, words in cases:
            program.environment["HUNDRED_TELEGRAM_TOKEN"] = used
            program.start()
            try:
                status = program.process.wait(15)
            except subprocess.TimeoutExpired:
                status = "no end"
                program.kill()
            log = program.tail()
            self.check("%s ends it with 78" % what, status == 78, (status, log))
            self.check("%s is told in words" % what, words in log, log)
            self.check("%s shows no secret" % what, used not in log and "/secret/path" not in log, log)
        program.environment["HUNDRED_TELEGRAM_TOKEN"] = token
        if self.mode == "poll":
            info = self.bot.good("getWebhookInfo")
            self.check("the webhook is left alone", info["url"].endswith("/secret/path"), info)
            self.bot.good("deleteWebhook")

    def first_day(self):
        status, out, err = self.program.run("claim")
        code = re.search(r"claim_([0-9a-z]+)", out)
        if not self.check("claim prints a link", status == 0 and code, (status, out, err)):
            raise Never("claim")
        self.program.start()
        if not self.check("serve gets ready", self.program.until_ready(), self.program.tail()):
            raise Never("serve")
        self.asks(ANN, "/start claim_" + code.group(1), "administrator")
        day = '/adopt "newborns with papers" "61 % to 98 %" "day 40" Astana'
        adopted = self.asks(ANN, day, "CH-01")
        rows = [b for row in adopted["buttons"] for b in row]
        self.check("the bot gets into a group by a link", any(b["data"] is None for b in rows), rows)
        self.asks(
            ANN, '/goal set "Places opened" from 120 to 1000 places total second source="registry"', "✔"
        )

        self.bot.control("member", chat=GROUP, action="add", **{"from": ANN})
        card = self.asks(ANN, "/start@na1_hundred_bot bind_CH-01", "CH-01", chat=GROUP)
        self.let_in(TEAM, card)
        self.card = card

        # A reading as plain words, corrected by an edit; another as a reply; a press; taken back.
        first = self.say(ANN, "61,4")
        self.hears(ANN["id"], "61.4")
        since = len(self.ours(ANN["id"]))
        self.say(ANN, "61,8", edit_of=first["message_id"])
        self.hears(ANN["id"], "61.8", since)
        asked = self.asks(ANN, "62", "62", chat=GROUP, reply_to_message_id=card["message_id"])
        since = len(self.ours(GROUP["id"]))
        replace = self.button(asked, "62")
        if self.check("a second figure for the day is asked about", replace, asked["buttons"]):
            self.press(ANN, asked, replace, GROUP["id"])
            self.hears(GROUP["id"], "✔", since)
            since = len(self.ours(ANN["id"]))
            self.say(ANN, "/undo")
            self.wait("undo is answered", lambda: len(self.ours(ANN["id"])) > since)

    def let_in(self, people, card):
        """They tap “I'm in”, the leader accepts all."""
        label = self.button(card, "")
        for who in people:
            self.press(who, card, label, GROUP["id"])
        self.wait(
            "the leader hears of %s" % people[-1]["first_name"],
            lambda: any(people[-1]["first_name"] in (m["text"] or "") for m in self.ours(ANN["id"])),
        )
        self.asks(ANN, "/team accept all", people[-1]["first_name"])

    def doors(self):
        """The plain webhook, and what the doors refuse."""
        program = self.program
        self.check("health", program.http("GET", "/health")[0] == 200)
        body = json.dumps({"from": "clerk-7", "text": "/join CH-01"})
        self.check("no token", program.http("POST", "/webhooks/in/registry", body) == (401, b""))
        bearer = {"Authorization": "Bearer " + IN_TOKEN}
        status, _ = program.http("POST", "/webhooks/in/registry", '{"from":5}', **bearer)
        self.check("a body that is none of ours", status == 400, status)
        outcomes = []
        for _ in range(2):
            status, answer = program.http(
                "POST", "/webhooks/in/registry", body, webhook_id="m-1", **bearer
            )
            outcomes.append((status, json.loads(answer)["outcome"] if status == 200 else answer))
        self.check(
            "heard, and once", outcomes == [(200, "commit"), (200, "nothing")], outcomes
        )
        update = json.dumps({"update_id": 1})
        for secret in (None, "wrong"):
            headers = {"X_Telegram_Bot_Api_Secret_Token": secret} if secret else {}
            status = program.http("POST", "/webhooks/telegram", update, **headers)
            self.check("Telegram's door with secret %s" % secret, status == (401, b""), status)

    def chart(self):
        """A picture leaves as a file of its own, with the words as its caption."""
        since = len(self.ours(ANN["id"]))
        self.slowly(ANN, "/chart CH-01")
        shown = self.wait(
            "a chart is shown", lambda: next((m for m in self.ours(ANN["id"])[since:] if m["photo"]), None)
        )
        self.check("the chart has words", "CH-01" in (shown["caption"] or ""), shown)
        calls = self.bot.control("calls", method="sendPhoto")["calls"]
        self.check("the picture was sent once", len(calls) == 1, calls)

    def boards(self, chat=GROUP):
        return [m for m in self.ours(chat["id"]) if "Updated" in (m["text"] or "") and not m["deleted"]]

    def scoreboard(self):
        """Posted where it may not be pinned; the leader is told, once; posted anew and pinned."""
        self.slowly(ANN, "/board@na1_hundred_bot", chat=GROUP["id"])
        first = self.wait("a scoreboard is posted", lambda: next(iter(self.boards()), None))
        self.hears(ANN["id"], "I may not pin in")
        self.check("what may not be pinned is not", not first["pinned"], first)
        self.bot.control("member", chat=GROUP["id"], action="admin", **{"from": ANN})
        self.slowly(ANN, "/board@na1_hundred_bot", chat=GROUP["id"])
        self.board = self.wait(
            "the scoreboard is posted anew and pinned", lambda: next((m for m in self.boards() if m["pinned"]), None)
        )
        older = self.wait(
            "the older one says where it went",
            lambda: next((m for m in self.ours(GROUP["id"])
                          if m["message_id"] == first["message_id"] and "further down" in m["text"]), None),
        )
        self.check("the older one is an edit", older["edits"] >= 1, older)
        # In a group of no challenge: all challenges of the cohort.
        self.bot.control("member", chat=LEADERS, action="add", **{"from": ANN})
        self.bot.control("member", chat=LEADERS["id"], action="admin", **{"from": ANN})
        self.slowly(ANN, "/board@na1_hundred_bot cohort", chat=LEADERS["id"])
        self.wide = self.wait(
            "a cohort's scoreboard is posted and pinned",
            lambda: next((m for m in self.boards(LEADERS) if m["pinned"] and "CH-01" in m["text"]), None),
        )

    def living(self, total):
        """The one message followed the figures; deleted, it comes again and is pinned."""
        number = self.board["message_id"]

        def shows(words):
            return next((m for m in self.boards() if m["pinned"] and words in m["text"]), None)

        shown = self.wait("the scoreboard shows the total", lambda: shows("%d places" % total), 80)
        self.check("it is the same message, edited", shown["message_id"] == number and shown["edits"] >= 1, shown)
        pins = [c for c in self.bot.control("calls", method="pinChatMessage")["calls"]
                if c["params"].get("message_id") == number]
        self.check("it was pinned once", len(pins) == 1, pins)
        if self.mode == "poll":
            self.bot.good("deleteMessage", chat_id=GROUP["id"], message_id=number)
            self.slowly(ANN, "/done M1 protocol 12")
            again = self.wait("a deleted scoreboard is posted anew and pinned", lambda: shows("☑ 1 of"), 80)
            self.check("it is another message", again["message_id"] != number, again)
        self.slowly(ANN, '/adopt "permits in a week" "42 days to 7 days" "day 40" Astana')
        wide = self.wait(
            "a cohort's scoreboard shows a challenge that was taken over",
            lambda: next((m for m in self.boards(LEADERS) if "CH-02" in m["text"]), None), 80,
        )
        self.check("it is one message", wide["message_id"] == self.wide["message_id"] and wide["edits"], wide)
        silent = [c for c in self.bot.control("calls", method="pinChatMessage")["calls"]
                  if not c["params"].get("disable_notification")]
        self.check("nothing is pinned with a sound", not silent, silent)

    def storm(self):
        """Some sixty messages; the program dies every second or so."""
        done = threading.Event()

        def kill():
            for _ in range(self.kills):
                # Sometimes before it is even up.
                if done.wait(self.random.uniform(0.1, 1.6)):
                    return
                self.program.kill()
                if done.wait(self.random.uniform(0, 0.3)):
                    return self.program.start()
                self.program.start()

        chance = random.Random(self.random.random())
        killer = threading.Thread(target=kill)
        killer.start()
        said, days = {}, [date.today() - timedelta(days=n) for n in range(13, 1, -1)]
        try:
            count = max(60, self.kills * 4)
            for n in range(count):
                # In turn, so that nobody says more than one person may in a minute.
                who = TEAM[n % len(TEAM)]
                if n % 9 == 4 and days:
                    day = days.pop(0)
                    text = "/up@na1_hundred_bot %.2f on=%s" % (61 + n / 50, day)
                    number = self.tell(who, text)
                    better = round(61.5 + n / 50, 2)
                    self.say(who, "/up@na1_hundred_bot %.2f on=%s" % (better, day),
                             chat=GROUP["id"], edit_of=number)
                    said[number] = ("reading", (str(day), better))
                elif n % 2 and n < 100:
                    number = self.tell(who, '/milestone@na1_hundred_bot "step %d" due day 70' % n)
                    said[number] = ("milestone", "step %d" % n)
                else:
                    step = chance.randint(1, 5)
                    number = self.tell(who, "/up@na1_hundred_bot +%d G2" % step)
                    said[number] = ("increment", step)
                if n in (20, 40):
                    for late in LATER[:2] if n == 20 else LATER[2:]:
                        self.press(late, self.card, self.button(self.card, ""), GROUP["id"])
                # Not more than 20 a minute of each of the six, beyond the ten that they may say at once.
                time.sleep(chance.uniform(0.05, 0.45) * (1.6 if count > 60 else 1))
            while killer.is_alive() and self.program.starts < self.kills:
                time.sleep(0.1)
        finally:
            done.set()
            killer.join()
        return said

    def tell(self, who, text):
        return self.say(who, text, chat=GROUP["id"])["message_id"]

    # ---- what is left

    def after(self, said):
        program = self.program
        if not self.check("it comes up again", program.until_ready(), program.tail()):
            raise Never("ready")
        self.wait("all updates are confirmed", lambda: not self.bot.control("state")["pending"], 30)

        def answers():
            found = {}
            for message in self.shown(GROUP["id"]):
                if message["from"] == "bot" and message["reply_to"] in said:
                    found.setdefault(message["reply_to"], []).append(message["text"])
            return found

        # What is owed after a crash leaves after the next start; an answer that was lost, within a minute.
        end = time.time() + 75
        while time.time() < end and len(answers()) < len(said):
            time.sleep(0.2)
        found = answers()
        acknowledged = {n for n, texts in found.items() if any("✔" in text for text in texts)}
        self.check(
            "all %d messages are acknowledged" % len(said), acknowledged == set(said),
            [(said[n], found.get(n)) for n in set(said) - acknowledged][:5],
        )
        self.asks(ANN, "/team accept all", "in. CH-01")
        self.living(120 + sum(value for what, value in said.values() if what == "increment"))
        self.check("violations", self.bot.control("violations")["violations"] == [],
                   self.bot.control("violations")["violations"][:3])
        self.check("it ends well", program.stop() == 0, program.tail())
        self.compare(said, acknowledged)
        print("%s: %d messages, %d starts, %d calls of the bot, %d updates brought again" % (
            self.mode, len(said), program.starts, self.bot.control("calls")["last"], self.again()),
            flush=True)

    def again(self):
        """How many updates came to the program more than once."""
        given = {}
        for call in self.bot.control("calls", method="getUpdates")["calls"]:
            for update in call["result"] or []:
                given[update["update_id"]] = given.get(update["update_id"], 0) + 1
        for delivery in self.bot.control("deliveries")["deliveries"]:
            given[delivery["update_id"]] = given.get(delivery["update_id"], 0) + 1
        return sum(1 for count in given.values() if count > 1)

    def compare(self, said, acknowledged):
        status, out, err = self.program.run("verify")
        self.check("the journal is whole", status == 0, (status, out, err))
        status, out, err = self.program.run("export", "--format", "json")
        if not self.check("export", status == 0, (status, err)):
            return
        challenge = json.loads(out)["challenges"][0]

        def all_of(kind):
            return [value for number, (what, value) in said.items() if what == kind and number in acknowledged]

        titles = [m["title"] for m in challenge["milestones"]]
        self.check("each milestone is there once", sorted(titles) == sorted(all_of("milestone")),
                   sorted(set(titles) ^ set(all_of("milestone"))))
        readings = [u for u in challenge["updates"] if "voided_at" not in u]
        hidden = {u["supersedes"] for u in readings if u.get("supersedes")}
        first = [u for u in readings if not u["goal"].endswith("G2") and u["id"] not in hidden]
        dated = sorted((u["as_of"], u["value"]) for u in first)
        today = [value for day, value in dated if value == 61.8]
        self.check("the first reading stands as it was corrected", today == [61.8], dated)
        self.check("each reading counts once, as edited",
                   [d for d in dated if d[1] != 61.8] == sorted(all_of("reading")),
                   (dated, sorted(all_of("reading"))))
        totals = [u for u in readings if u["goal"].endswith("G2")]
        self.check("the total is the sum of what was added",
                   max(u["value"] for u in totals) == 120 + sum(all_of("increment")),
                   (max(u["value"] for u in totals), 120 + sum(all_of("increment"))))
        self.check("one reading for each addition", len(totals) == len(all_of("increment")),
                   (len(totals), len(all_of("increment"))))
        status, out, _ = self.program.run("say", "--as", "trial", "--json", "/start")
        self.check("it can be asked afterwards", status == 0 and json.loads(out)["said"], out)
        self.journal()

    def journal(self):
        """No update made two commits."""
        seen, twice = set(), []
        for path in sorted(glob.glob(os.path.join(self.folder, "data", "journal-*.ndjson"))):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    key = json.loads(line).get("key") if line.strip() else None
                    if key in seen:
                        twice.append(key)
                    if key:
                        seen.add(key)
        self.check("keys of the journal", len(seen) > 60 and not twice, twice)


def main():
    parser = argparse.ArgumentParser(description="The program, killed again and again.")
    parser.add_argument("--long", action="store_true", help="more messages and many more kills")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--mode", choices=["poll", "webhook"], default=None)
    parser.add_argument("--keep", action="store_true", help="keep the data directories")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print("seed", seed, flush=True)
    report = Report()
    if not os.access(PROGRAM, os.X_OK):
        print("there is no program at", PROGRAM)
        print("0 passed, 1 failed")
        return 1
    for mode in [options.mode] if options.mode else ["poll", "webhook"]:
        Trial(mode, seed, 40 if options.long else 8, report, options.keep).run()
    print("%d passed, %d failed" % (report.passed, report.failed))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
