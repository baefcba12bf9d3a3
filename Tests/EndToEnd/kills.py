#!/usr/bin/env python3
"""The real program, killed at random moments and in the middle of its writes.

    python3 Tests/EndToEnd/kills.py [--kills 200] [--seed N] [--keep]

Several writers say lines through the plain webhook, each under a key of its own, and say a line again
until it is answered. Meanwhile the program is killed (SIGKILL): at a random moment, or, through strace,
at its Nth pwrite, fdatasync, fallocate, rename or ftruncate. After every start nothing that was answered with a commit is
missing from the journal; at the end no key is there twice, the journal is whole, and what it comes to
without its snapshots is what it comes to with them.

Then `fdatasync` fails, once and for ever: nothing is answered with a commit afterwards, the program ends
with 74, and starts again. A message that ends the program twice in the same place is put aside. Two
programs started at once on one directory: one serves, the other ends with 75 and changes nothing.

The program is $HUNDRED_PROGRAM, else .build/release/hundred. Without strace, which is said, the kills are
at random moments only. The last line is "N passed, M failed"; exit 1 if any failed.
"""

import argparse
import glob
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Kit"))

from checks import Report  # noqa: E402

PROGRAM = os.environ.get("HUNDRED_PROGRAM") or os.path.join(ROOT, ".build", "release", "hundred")
TOKEN = "token-of-the-kills"
STRACE = shutil.which("strace")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Program:
    def __init__(self, folder):
        self.folder = folder
        self.data = os.path.join(folder, "data")
        self.port = free_port()
        self.process = None
        self.log = open(os.path.join(folder, "log.ndjson"), "ab")
        self.environment = {n: v for n, v in os.environ.items() if not n.startswith("HUNDRED_")}
        self.environment.update(
            HUNDRED_DATA=self.data, HUNDRED_HTTP_PORT=str(self.port), HUNDRED_WEBHOOK_KILLS_TOKEN=TOKEN,
            HUNDRED_COMMANDS=os.environ.get("HUNDRED_COMMANDS", os.path.join(ROOT, "commands")),
            HUNDRED_LOG_LEVEL="warning")

    def start(self, inject=None, port=None):
        """`inject`: what strace does to its calls: ("pwrite64", "signal=KILL:when=7")."""
        words = [PROGRAM, "serve"]
        if inject and STRACE:
            calls, what = inject
            words = [STRACE, "-f", "-qqq", "-o", "/dev/null", "-e", "trace=" + calls, "-e",
                     "inject=%s:%s" % (calls, what)] + words
        environment = dict(self.environment, HUNDRED_HTTP_PORT=str(port)) if port else self.environment
        self.process = subprocess.Popen(
            words, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True)
        return self.process

    def kill(self):
        # strace and what it watches are one session.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            return "no end"

    def ended(self):
        return self.process.poll() is not None

    def run(self, *words):
        done = subprocess.run([PROGRAM, *words], env=self.environment, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def say(self, key, text, timeout=5, who="w1"):
        """Status and the object that came back; (0, None) where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(
                "POST", "/webhooks/in/kills", json.dumps({"from": who, "text": text}),
                {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json", "webhook-id": key})
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, json.loads(body) if answer.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()

    def until_ready(self, seconds=20):
        end = time.time() + seconds
        while time.time() < end and not self.ended():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/ready")
                if connection.getresponse().status == 200:
                    return True
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(0.01)
        return False

    def lines(self):
        """Every whole line of the journal, oldest file first."""
        paths = glob.glob(self.data + "/journal-*.ndjson") + glob.glob(self.data + "/archive/journal-*.ndjson")
        for path in sorted(paths, key=os.path.basename):
            with open(path, "rb") as file:
                for line in file:
                    try:
                        value = json.loads(line)
                    except ValueError:
                        continue
                    yield value

    def keys(self):
        found = {}
        for line in self.lines():
            if line.get("key"):
                found[line["key"]] = found.get(line["key"], 0) + 1
        return found


def team(report, program, names):
    """A challenge, and these people in its team."""
    _, out, _ = program.run("claim")
    code = out.split()[0] if out.split() else ""
    program.start()
    if not report.check("it comes up", program.until_ready()):
        return False
    lines = [("boss", "/start claim_" + code),
             ("boss", '/adopt "newborns with papers" "61 % to 98 %" "day 40" Astana')]
    lines += [(name, "/join CH-01") for name in names] + [("boss", "/team accept all")]
    for n, (who, text) in enumerate(lines):
        status, answer = program.say("team-%d" % n, text, who=who)
        if not report.check("%s is taken" % text.split()[0], status == 200 and answer["outcome"] == "commit", answer):
            return False
    return report.check("it ends well before the kills", program.stop() == 0)


class Writers:
    """Say lines until told to stop; a line is said until it is answered."""

    def __init__(self, program, count):
        self.program, self.count = program, count
        self.acknowledged, self.lock, self.over = {}, threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.write, args=(i,)) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def write(self, who):
        n = 0
        while not self.over.is_set():
            n += 1
            key = "w%d-%d" % (who, n)
            while not self.over.is_set():
                status, answer = self.program.say(key, "/language %s" % ("ru" if n % 2 else "en"), who="w%d" % who)
                if status == 200 and answer["outcome"] in ("commit", "nothing"):
                    # "nothing": it was written before, and the answer was lost.
                    with self.lock:
                        self.acknowledged[key] = answer.get("n")
                    break
                if status == 200:
                    # Answered without a commit: nothing was promised.
                    break
                time.sleep(0.01)

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def snapshot(self):
        with self.lock:
            return dict(self.acknowledged)


def suffixed(keys, wanted):
    """Keys of the journal end with what the webhook was told."""
    tails = {}
    for key, count in keys.items():
        tails[key.rsplit(":", 1)[-1].rsplit(" ", 1)[-1]] = count
    return [w for w in wanted if w not in tails]


def settled(report, program, writers, count):
    """The program comes up, the writers end, and the journal holds what they were told, once; returns that."""
    program.start()
    report.check("it comes up again", program.until_ready())
    time.sleep(0.5)
    writers.stop()
    report.check("it ends well", program.stop() == 0)
    promised, keys = writers.snapshot(), program.keys()
    report.check("nothing that was answered is lost", not suffixed(keys, promised), suffixed(keys, promised)[:5])
    report.check("nothing is there twice", all(n == 1 for n in keys.values()),
                 [k for k, n in keys.items() if n > 1][:5])
    report.check("something was written", len(promised) > count, len(promised))
    status, out, err = program.run("verify")
    report.check("the journal is whole", status == 0, out[-500:] + err)
    return promised


CALLS = ["pwrite64", "fdatasync", "fallocate", "renameat", "ftruncate", "fsync"]


def kills(report, seed, count, keep):
    chance = random.Random("kills %s" % seed)
    folder = tempfile.mkdtemp(prefix="hundred-kills-")
    program = Program(folder)
    writers = None
    try:
        if not team(report, program, ["w%d" % n for n in range(6)]):
            return
        writers = Writers(program, 6)
        at_calls = starts = 0
        for kill in range(count):
            inject = None
            if STRACE and chance.random() < 0.5:
                call = chance.choice(CALLS[:2] * 3 + CALLS)
                inject = (call, "signal=KILL:when=%d" % chance.randint(1, 60 if call == "pwrite64" else 25))
                at_calls += 1
            program.start(inject)
            starts += 1
            deadline = time.time() + chance.uniform(0.02, 0.9)
            while time.time() < deadline and not program.ended():
                time.sleep(0.005)
            program.kill()
            if kill % 10 == 9 or kill == count - 1:
                promised = writers.snapshot()
                missing = suffixed(program.keys(), promised)
                if not report.check("kill %d: what was answered is there" % kill, not missing, missing[:3]):
                    break
        promised = settled(report, program, writers, count)
        status, out, err = program.run("replay")
        report.check("with and without snapshots it is one state", status == 0, err)
        print("kills: %d, %d of them at a call, %d answered, %d lines, seed %s" % (
            starts, at_calls, len(promised), sum(1 for _ in program.lines()), seed), flush=True)
    finally:
        if writers:
            writers.stop()
        if program.process and not program.ended():
            program.kill()
        clean(report, keep, folder)


def failing_syncs(report, keep):
    """Nothing is promised after a sync that failed."""
    if not STRACE:
        return
    for forever in (False, True):
        folder = tempfile.mkdtemp(prefix="hundred-syncs-")
        program = Program(folder)
        try:
            if not team(report, program, ["w1"]):
                return
            program.start(("fdatasync", "error=EIO:when=6" + ("+" if forever else "")))
            if not report.check("it comes up", program.until_ready()):
                continue
            answered = []
            for n in range(40):
                status, answer = program.say("s-%d" % n, "/language %s" % ("ru" if n % 2 else "en"))
                answered.append(status == 200 and answer["outcome"] == "commit")
                if program.ended():
                    break
            name = "fdatasync fails %s" % ("for ever" if forever else "once")
            try:
                status = program.process.wait(5)
            except subprocess.TimeoutExpired:
                status = "no end"
            report.check("%s: it ends with 74" % name, status == 74, status)
            good = answered.index(False) if False in answered else len(answered)
            report.check("%s: nothing is promised afterwards" % name, True not in answered[good:], answered)
            report.check("%s: something was promised before" % name, good >= 1, answered)
            program.start()
            report.check("%s: it starts again" % name, program.until_ready())
            missing = suffixed(program.keys(), ["s-%d" % n for n in range(good)])
            report.check("%s: what was promised is there" % name, not missing, missing)
            report.check("%s: and ends well" % name, program.stop() == 0)
        finally:
            if program.process and not program.ended():
                program.kill()
            clean(report, keep, folder)


def poison(report, keep):
    """A message that ends the program while it is decided, twice, is put aside."""
    if not STRACE:
        return
    folder = tempfile.mkdtemp(prefix="hundred-poison-")
    program = Program(folder)
    try:
        if not team(report, program, ["w1"]):
            return
        # The thread that decides notes the message with its first pwrite to `inflight` and takes it off with
        # its second: killed there, the program ended while the message was worked on.
        inflight = os.path.join(program.data, "inflight")
        environment, deaths = program.environment, 0
        for attempt in range(2):
            words = [STRACE, "-f", "-qqq", "-o", "/dev/null", "-P", inflight, "-e", "trace=pwrite64", "-e",
                     "inject=pwrite64:signal=KILL:when=2", PROGRAM, "serve"]
            open(inflight, "ab").close()
            program.process = subprocess.Popen(
                words, env=environment, stdin=subprocess.DEVNULL, stdout=program.log, stderr=program.log,
                start_new_session=True)
            if not report.check("poison: it comes up", program.until_ready()):
                return
            status, answer = program.say("poison-1", "/language ru")
            deaths += status == 0
            program.kill()
        report.check("the message ended it twice", deaths == 2, deaths)
        with open(inflight) as file:
            report.check("it is noted", "poison-1" in file.read())
        program.start()
        report.check("poison: it comes up a third time", program.until_ready())
        status, answer = program.say("poison-1", "/language ru")
        said = " ".join(s["text"] for s in answer["said"]) if answer else ""
        report.check("it is put aside, with words", status == 200 and answer["outcome"] == "commit"
                     and "put it aside" in said, (status, answer))
        status, answer = program.say("fine-1", "/language ru")
        report.check("others are heard as before", status == 200 and answer["outcome"] == "commit", answer)
        report.check("poison: it ends well", program.stop() == 0)
        report.check("once", sum(1 for line in program.lines() if line.get("cmd") == "quarantine") == 1)
        with open(os.path.join(folder, "log.ndjson")) as log:
            report.check("the operator can read it in the log", '"incident":"poison"' in log.read())
    finally:
        if program.process and not program.ended():
            program.kill()
        clean(report, keep, folder)


def double_starts(report, keep):
    folder = tempfile.mkdtemp(prefix="hundred-double-")
    program = Program(folder)
    try:
        program.run("claim")
        first = program.start()
        report.check("double: the first comes up", program.until_ready())
        # What it writes at its start is sealed after half a second.
        time.sleep(1.5)
        before = {p: os.stat(p).st_mtime_ns for p in glob.glob(program.data + "/*")}
        began = time.time()
        second = subprocess.Popen(
            [PROGRAM, "serve"], env=dict(program.environment, HUNDRED_HTTP_PORT=str(free_port())),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        _, err = second.communicate(timeout=20)
        report.check("double: the second ends with 75", second.returncode == 75, second.returncode)
        report.check("double: it names the first", str(first.pid) in err.decode(), err)
        after = {p: os.stat(p).st_mtime_ns for p in glob.glob(program.data + "/*")}
        report.check("double: nothing was touched", before == after)
        report.check("double: soon", time.time() - began < 5, time.time() - began)
        report.check("double: the first ends well", program.stop() == 0)
    finally:
        if program.process and not program.ended():
            program.kill()
        clean(report, keep, folder)


def clean(report, keep, folder):
    if keep or report.failed:
        print("kept:", folder, flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description="The program, killed in the middle of its writes.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--long", action="store_true", help="5,000 kills")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="keep the data directories")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print("seed", seed, "" if STRACE else "(no strace: kills at random moments only)", flush=True)
    report = Report()
    if not os.access(PROGRAM, os.X_OK):
        print("there is no program at", PROGRAM)
        print("0 passed, 1 failed")
        return 1
    double_starts(report, options.keep)
    failing_syncs(report, options.keep)
    poison(report, options.keep)
    kills(report, seed, 5000 if options.long else options.kills, options.keep)
    print("%d passed, %d failed" % (report.passed, report.failed))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
