#!/usr/bin/env python3
"""The guided first start on Telegram, in a terminal of its own, against the stand-in for the Bot API.

    python3 Tests/EndToEnd/guided.py

A person pastes rubbish, a token that nobody knows, and then the whole sentence of BotFather; says yes to
the bot, and to removing a webhook; opens the link of the administrator. Then the same bot starts a second
time, and as a service that finds a webhook set.

The program is $HUNDRED_PROGRAM, else .build/release/hundred. Python 3, standard library only. The last
line is "N passed, M failed"; exit 1 if any failed.
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests", "StandIn"))

from harness import ANN, Bot  # noqa: E402

PROGRAM = os.environ.get("HUNDRED_PROGRAM") or os.path.join(ROOT, ".build", "release", "hundred")
TOKEN = "7000002:AAguided_first_start_of_a_team_0123"
STRANGE = "7000003:AAof_a_bot_that_nobody_has_made_012"
HOOK = "http://127.0.0.1:9/hook"
failed = passed = 0


def check(what, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED: %s%s" % (what, ": %s" % (detail,) if detail != "" else ""), flush=True)
    return good


class StandIn(Bot):
    """The stand-in under a token as long as real ones are."""

    def __init__(self):
        super().__init__("--token", TOKEN)

    def call(self, method, /, **params):
        return json.loads(self.http("/bot%s/%s" % (TOKEN, method), json.dumps(params)))

    def webhook(self):
        return self.good("getWebhookInfo")["url"]


class Terminal:
    """The program with a person in front of it."""

    def __init__(self, folder, environment, *words):
        self.text = ""
        self.seen = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(PROGRAM, [PROGRAM, *words], environment)
        self.status = None

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return True
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:
            return False
        self.text += chunk.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(chunk)

    def until(self, words, seconds=20):
        """Waits for words behind those that were waited for last."""
        end = time.time() + seconds
        while words not in self.text[self.seen:]:
            if time.time() > end or not self.read(0.2):
                return check("it says “%s”" % words, False, self.text[-600:])
        self.seen = self.text.index(words, self.seen) + len(words)
        return check("it says", True)

    def type(self, line):
        # A terminal that has just stopped showing what is typed throws away what came before that.
        time.sleep(0.3)
        os.write(self.fd, line.encode())

    def end(self, seconds=20):
        """How it ended, once it did."""
        end = time.time() + seconds
        while time.time() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read(0.1) and select.select([self.fd], [], [], 0)[0]:
                    pass
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
            self.read(0.1)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        return "no end within %d s" % seconds


def first_start(bot, folder, environment):
    bot.good("setWebhook", url=HOOK)
    person = Terminal(folder, environment, "telegram")
    person.until("Token: ")
    person.type("what is a token?\n")
    person.until("This is no bot token.")
    person.until("Token: ")
    person.type(STRANGE + "\n")
    person.until("Telegram does not know this token.")
    person.until("Token: ")
    person.type("Use this token to access the HTTP API:  %s Keep it secure.\n" % TOKEN)
    person.until("This is @na1_hundred_bot. Use it? [Y/n] ")
    person.type("\n")
    person.until("readable for this account only.")
    person.until("A webhook is set to host 127.0.0.1:9; polling removes it. Go on? [y/N] ")
    check("the webhook stands until that is answered", bot.webhook() == HOOK)
    person.type("y\n")
    person.until("Become the administrator.")
    person.until("This runs while this window is open.")
    link = re.search(r"https://t\.me/na1_hundred_bot\?start=(claim_[A-Za-z0-9]+)", person.text)
    check("a link", link is not None, person.text[-400:])
    check("a QR code", sum("█" in line and "▀" in line for line in person.text.split("\n")) >= 10)
    check("no token is shown", TOKEN not in person.text and STRANGE not in person.text)
    kept = os.path.join(folder, "data-credentials", "HUNDRED_TELEGRAM_TOKEN")
    if check("the token is kept", os.path.exists(kept)):
        check("for this account only", stat.S_IMODE(os.stat(kept).st_mode) == 0o600, oct(os.stat(kept).st_mode))
        check("in a folder of its own", stat.S_IMODE(os.stat(os.path.dirname(kept)).st_mode) == 0o700)
        check("as it was", open(kept).read() == TOKEN + "\n")
    check("it polls", polls(bot))
    check("the webhook is gone", bot.webhook() == "")
    bot.say("/start " + (link.group(1) if link else "claim_none"))
    check("whoever opens the link is the administrator", said(bot, "Вы администратор"))
    person.type("\x03")
    check("Ctrl-C ends it in good order", person.end() == 0, person.text[-400:])


def second_start(bot, folder, environment):
    person = Terminal(folder, environment, "telegram")
    person.until("This is @na1_hundred_bot, as last time")
    person.until("Write to it: https://t.me/na1_hundred_bot")
    person.until("This runs while this window is open.")
    check("nothing is asked again", "Token:" not in person.text and "administrator" not in person.text)
    check("it polls again", polls(bot))
    person.type("\x03")
    check("and ends again", person.end() == 0, person.text[-400:])


def no_to_the_webhook(bot, folder, environment):
    bot.good("setWebhook", url=HOOK)
    person = Terminal(folder, environment, "telegram")
    person.until("Go on? [y/N] ")
    person.type("\n")
    check("no answer is no", person.end() == 78, person.text[-400:])
    check("and leaves the webhook alone", bot.webhook() == HOOK)


def as_a_service(bot, folder, environment):
    environment = dict(environment, HUNDRED_TELEGRAM_TOKEN=TOKEN)
    done = subprocess.run(
        [PROGRAM, "serve"], env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=40)
    said = (done.stdout + done.stderr).decode()
    check("a service does not take a bot away", done.returncode == 78 and "--take-over" in said, (done.returncode, said[-600:]))
    check("nor its webhook", bot.webhook() == HOOK)
    log = open(os.path.join(folder, "log"), "wb")
    service = subprocess.Popen(
        [PROGRAM, "serve", "--take-over"], env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        check("unless it was told to", polls(bot), open(os.path.join(folder, "log")).read()[-600:])
        check("and then the webhook is gone", bot.webhook() == "")
    finally:
        service.send_signal(signal.SIGTERM)
        try:
            check("it ends", service.wait(20) == 0)
        except subprocess.TimeoutExpired:
            service.kill()
            check("it ends", False)
        log.close()


def polls(bot, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        if bot.control("state")["polls"] == 1:
            return True
        time.sleep(0.1)
    return False


def said(bot, words, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        texts = [m.get("text", "") for m in bot.control("messages", chat=ANN["id"])["messages"]]
        if any(words in text for text in texts):
            return True
        time.sleep(0.1)
    return False


def main():
    if not os.access(PROGRAM, os.X_OK):
        print("there is no program at", PROGRAM)
        print("0 passed, 1 failed")
        return 1
    bot = StandIn()
    folder = tempfile.mkdtemp(prefix="hundred-guided-")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUNDRED_")}
    environment.update(
        HUNDRED_DATA=os.path.join(folder, "data"),
        HUNDRED_COMMANDS=os.environ.get("HUNDRED_COMMANDS", os.path.join(ROOT, "commands")),
        HUNDRED_HTTP_PORT="0",
        HUNDRED_TELEGRAM_API="http://127.0.0.1:%d" % bot.port,
    )
    try:
        for part in [first_start, second_start, no_to_the_webhook, as_a_service]:
            part(bot, folder, environment)
        wrong = bot.control("violations")["violations"]
        check("no call that the Bot API does not take", not wrong, wrong)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
