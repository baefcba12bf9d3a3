#!/usr/bin/env python3
"""The real program, told to stop under load, restored from a backup that was made under load, and with no room.

    python3 Tests/EndToEnd/stops.py [--stops 100] [--seed N] [--keep]

Stops: writers say lines through the plain webhook; meanwhile the program is told to stop (SIGTERM) at random
moments. Each time it ends with 0 within ten seconds, its journal ends with a clean seal, it is ready again
within ten seconds, and nothing that was answered with a commit is missing; at the end nothing is there twice.

The drill: while writers go on, a backup is made; a new directory is restored from it up to a time. It is
whole, and its state is that of the first directory at that commit.

No room: while the system refuses to reserve blocks, a command is answered 503 with Retry-After, a question is
answered, `/ready` names the disk; afterwards commands are taken again without a restart. Needs strace.

The last line is "N passed, M failed"; exit 1 if any failed.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import http.client
import time

import kills
from kills import Program, Report, Writers, clean, settled, suffixed, team


def seconds(list_):
    ordered = sorted(list_)
    return "median %.2f s, longest %.2f s" % (ordered[len(ordered) // 2], ordered[-1])


def last_line(program):
    last = None
    for line in program.lines():
        last = line
    return last or {}


def stops(report, seed, count, keep):
    chance = random.Random("stops %s" % seed)
    folder = tempfile.mkdtemp(prefix="hundred-stops-")
    program = Program(folder)
    writers = None
    try:
        if not team(report, program, ["w%d" % n for n in range(6)]):
            return
        writers = Writers(program, 6)
        readies, ends = [], []
        for stop in range(count):
            began = time.time()
            program.start()
            if not report.check("stop %d: it is ready" % stop, program.until_ready(10)):
                break
            readies.append(time.time() - began)
            time.sleep(chance.uniform(0.0, 0.3))
            began = time.time()
            status = program.stop()
            ends.append(time.time() - began)
            if not report.check("stop %d: it ends with 0" % stop, status == 0, status):
                break
            report.check("stop %d: in ten seconds" % stop, ends[-1] < 10, ends[-1])
            last = last_line(program)
            report.check("stop %d: the journal is closed" % stop, last.get("k") == "seal" and last.get("clean"), last)
            if stop % 10 == 9 or stop == count - 1:
                missing = suffixed(program.keys(), writers.snapshot())
                if not report.check("stop %d: what was answered is there" % stop, not missing, missing[:3]):
                    break
        writers.over.set()
        promised = settled(report, program, writers, count)
        if readies and ends:
            print("stops: %d, %d answered; ready: %s; ended: %s; seed %s" % (
                len(ends), len(promised), seconds(readies), seconds(ends), seed), flush=True)
    finally:
        if writers:
            writers.stop()
        if program.process and not program.ended():
            program.kill()
        clean(report, keep, folder)


def state(program, data, until):
    status, out, err = program.run("replay", "--data", data, "--until", str(until))
    return out.strip() if status == 0 else (status, err)


def drill(report, seed, keep, rounds=3):
    chance = random.Random("drill %s" % seed)
    folder = tempfile.mkdtemp(prefix="hundred-drill-")
    program = Program(folder)
    backup = os.path.join(folder, "backup")
    writers = None
    try:
        if not team(report, program, ["w%d" % n for n in range(4)]):
            return
        program.start()
        report.check("drill: it comes up", program.until_ready())
        writers = Writers(program, 4)
        for turn in range(rounds):
            time.sleep(chance.uniform(0.3, 1.0))
            status, out, err = program.run("backup", backup)
            report.check("drill %d: a backup under load" % turn, status == 0, out + err)
            # A time that the backup reaches: of a commit that was answered before it began.
            times = [line["t"] for line in program.lines() if line.get("k") == "cmd"]
            at = chance.choice(times[len(times) // 4:max(len(times) // 4 + 1, len(times) // 2)])
            text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // 1000)) + ".%03dZ" % (at % 1000)
            new = os.path.join(folder, "new-%d" % turn)
            began = time.time()
            status, out, err = program.run("restore", "--from", backup, "--to-time", text, "--data", new)
            took = time.time() - began
            if not report.check("drill %d: restored" % turn, status == 0, out + err):
                continue
            n = int(out.split("up to commit ")[1].split()[0])
            status, out, err = program.run("verify", "--data", new)
            report.check("drill %d: it is whole" % turn, status == 0, out + err)
            report.check("drill %d: up to that time" % turn, [
                line for line in program.lines() if line.get("k") == "cmd" and line["n"] == n + 1 and line["t"] <= at] == [])
            first, second = state(program, program.data, n), state(program, new, n)
            report.check("drill %d: the same state" % turn, first == second and "state=" in str(first), (first, second))
            print("drill: commit %d of %d restored in %.2f s" % (n, len(times), took), flush=True)
        writers.stop()
        report.check("drill: it ends well", program.stop() == 0)
    finally:
        if writers:
            writers.stop()
        if program.process and not program.ended():
            program.kill()
        clean(report, keep, folder)


def ask(program, key, text, who="w1"):
    """Status, Retry-After, and the object that came back."""
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=10)
    try:
        connection.request(
            "POST", "/webhooks/in/kills", json.dumps({"from": who, "text": text}),
            {"Authorization": "Bearer " + kills.TOKEN, "Content-Type": "application/json", "webhook-id": key})
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, answer.getheader("Retry-After"), json.loads(body) if body else None
    except (OSError, http.client.HTTPException, ValueError) as error:
        return 0, None, str(error)
    finally:
        connection.close()


def ready(program):
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=5)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def no_room(report, keep):
    if not kills.STRACE:
        print("no room: not tried, there is no strace", flush=True)
        return
    folder = tempfile.mkdtemp(prefix="hundred-room-")
    program = Program(folder)
    try:
        if not team(report, program, ["w1"]):
            return
        # Room is asked for once a start, and again whenever there was none.
        program.start(("fallocate", "error=ENOSPC:when=1..6"))
        end = time.time() + 20
        while ready(program)[0] == 0 and time.time() < end and not program.ended():
            time.sleep(0.05)
        refused, questions, because, last = [], [], "", None
        for n in range(400):
            last = ask(program, "r-%d" % n, "/language %s" % ("ru" if n % 2 else "en"))
            if last[0] == 200 and last[2]["outcome"] == "commit":
                break
            refused.append(last)
            questions.append(ask(program, "q-%d" % n, "/help"))
            because = because or (ready(program)[1] if "disk" in ready(program)[1] else "")
            time.sleep(0.05)
        report.check("no room: a command is answered 503", refused and all(r[0] == 503 for r in refused), refused[:3])
        report.check("no room: and told when to come again", refused and all(r[1] == "30" for r in refused), refused[:3])
        report.check("no room: questions are answered",
                     questions and all(q[0] == 200 and q[2]["outcome"] == "answer" for q in questions), questions[:2])
        report.check("no room: it says that it is not ready", "disk" in because, because)
        report.check("no room: it goes on by itself", last and last[0] == 200 and not program.ended(), last)
        report.check("no room: and is ready", ready(program)[0] == 200, ready(program))
        report.check("no room: it ends well", kills_status(program) == 0)
        keys = program.keys()
        report.check("no room: what was refused was not written",
                     len(suffixed(keys, ["r-%d" % n for n in range(len(refused))])) == len(refused))
        status, out, err = program.run("verify")
        report.check("no room: the journal is whole", status == 0, out + err)
    finally:
        if program.process and not program.ended():
            program.kill()
        clean(report, keep, folder)


def kills_status(program):
    """The program below strace is told to stop; strace ends with its status."""
    below = "/proc/%d/task/%d/children" % (program.process.pid, program.process.pid)
    with open(below) as file:
        children = file.read().split()
    for child in children:
        os.kill(int(child), 15)
    return program.process.wait(30)


def main():
    parser = argparse.ArgumentParser(description="The program, told to stop, restored, and without room.")
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--long", action="store_true", help="500 stops")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="keep the data directories")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print("seed", seed, flush=True)
    report = Report()
    if not os.access(kills.PROGRAM, os.X_OK):
        print("there is no program at", kills.PROGRAM)
        print("0 passed, 1 failed")
        return 1
    no_room(report, options.keep)
    drill(report, seed, options.keep)
    stops(report, seed, 500 if options.long else options.stops, options.keep)
    print("%d passed, %d failed" % (report.passed, report.failed))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
