#!/usr/bin/env python3
"""The real program with a second journal, killed on the way; then its first directory is destroyed.

    python3 Tests/EndToEnd/mirror.py [--kills 20] [--seed N] [--keep]

As in kills.py writers say lines until they are answered, and the program is killed at random moments or, with
strace, inside its Nth write or sync, now of the directory, now of the mirror. After every kill what was answered
is in the directory. Then, in turn, a file of lines is damaged, cut off, removed, and the directory as a whole:
`serve --mirror` and `repair --from-mirror` bring every answered line back. Last, the mirror can't be written to: the
bot goes on and says so, and the mirror is whole again when it can.

The program is $HUNDRED_PROGRAM, else .build/release/hundred. The last line is "N passed, M failed".
"""

import argparse
import glob
import json
import os
import random
import shutil
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from kills import CALLS, PROGRAM, STRACE, Program, Report, Writers, clean, suffixed, team  # noqa: E402


class Mirrored(Program):
    def __init__(self, folder):
        super().__init__(folder)
        self.mirror = os.path.join(folder, "mirror")
        self.environment["HUNDRED_MIRROR"] = self.mirror

    def segments(self, folder):
        found = glob.glob(folder + "/journal-*.ndjson") + glob.glob(folder + "/archive/journal-*.ndjson")
        return {os.path.basename(p): open(p, "rb").read() for p in found}

    def behind(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.port, timeout=5) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith("hundred_mirror_behind_lines "):
                    return int(line.split()[1])
        return None

    def logged(self, incident):
        with open(os.path.join(self.folder, "log.ndjson")) as log:
            return sum('"incident":"%s"' % incident in line for line in log)


def kills(report, program, chance, count):
    writers = Writers(program, 4)
    try:
        for kill in range(count):
            inject = None
            if STRACE and chance.random() < 0.6:
                call = chance.choice(CALLS[:2] * 3 + CALLS)
                inject = (call, "signal=KILL:when=%d" % chance.randint(1, 90 if call == "pwrite64" else 40))
            program.start(inject)
            deadline = time.time() + chance.uniform(0.3, 1.6)
            while time.time() < deadline and not program.ended():
                time.sleep(0.005)
            program.kill()
            promised = writers.snapshot()
            missing = suffixed(program.keys(), promised)
            report.check("kill %d: what was answered is there" % kill, not missing, missing[:3])
        program.start()
        report.check("it comes up after the kills", program.until_ready())
        time.sleep(0.5)
    finally:
        writers.stop()
    report.check("it ends well after the kills", program.stop() == 0)
    report.check("something was answered", len(writers.snapshot()) > count, len(writers.snapshot()))
    return writers.snapshot()


def same(report, program, what):
    report.check("%s: both hold the same files" % what,
                 program.segments(program.data) == program.segments(program.mirror))
    status, out, err = program.run("verify", "--mirror", program.mirror)
    report.check("%s: verify --mirror finds nothing" % what, status == 0 and "warning" not in out, out[-300:] + err)


def last(program):
    return max(glob.glob(program.data + "/journal-*.ndjson"), key=os.path.basename)


def destroyed(report, program, promised):
    """What is broken, and who mends it."""
    def flip():
        with open(last(program), "r+b") as file:
            file.seek(os.path.getsize(last(program)) // 2)
            byte = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte[0] ^ 4]))

    def cut():
        os.truncate(last(program), os.path.getsize(last(program)) // 3)

    def gone():
        for path in glob.glob(program.data + "/journal-*.ndjson"):
            os.remove(path)

    def everything():
        shutil.rmtree(program.data)

    for name, destroy, starts in [("a damaged byte", flip, True), ("a file cut off", cut, False),
                                  ("every file gone", gone, True), ("a file damaged again", flip, False),
                                  ("the directory gone", everything, False)]:
        destroy()
        status, out, err = program.run("verify")
        report.check("%s: it is seen" % name, status != 0, (status, out))
        if not starts:
            program.start()
            if name == "the directory gone":
                report.check("%s: no start, by name" % name, program.process.wait(20) == 78)
            else:
                program.kill()
            status, out, err = program.run("repair", "--from-mirror", program.mirror)
            mended = status == 0 or "nothing to repair" in err
            report.check("%s: it is mended" % name, mended, out[-300:] + err)
        before = program.logged("repair.frame")
        program.start()
        report.check("%s: it comes up" % name, program.until_ready())
        if starts:
            report.check("%s: the log says what came back" % name, program.logged("repair.frame") > before)
        missing = suffixed(program.keys(), promised)
        report.check("%s: what was answered is there" % name, not missing, missing[:3])
        report.check("%s: it ends well" % name, program.stop() == 0)
        same(report, program, name)


def unwritable(report, program):
    """The mirror's disk fails: the bot goes on, says so, and the mirror is whole again when it can be."""
    program.start()
    report.check("it comes up with both", program.until_ready() and program.behind() == 0)
    report.check("it ends well before the mirror goes", program.stop() == 0)
    # Root writes whatever the permissions are: something else stands in its place.
    away = program.mirror + ".away"
    os.rename(program.mirror, away)
    open(program.mirror, "w").close()
    before = program.logged("mirror")
    program.start()
    report.check("it comes up without its mirror", program.until_ready())
    status, answer = program.say("n-1", "/language ru")
    report.check("and answers", status == 200 and answer["outcome"] == "commit", answer)
    time.sleep(1)
    report.check("the metric says so", (program.behind() or 0) > 0, program.behind())
    report.check("the log says so", program.logged("mirror") > before)
    os.remove(program.mirror)
    os.rename(away, program.mirror)
    end = time.time() + 20
    while time.time() < end and program.behind() != 0:
        time.sleep(0.2)
    report.check("it is whole again by itself", program.behind() == 0, program.behind())
    status, answer = program.say("n-2", "/language en")
    report.check("answers from both", status == 200 and answer["outcome"] == "commit", answer)
    time.sleep(1)
    said = "".join(json.dumps(line) for line in program.lines())
    report.check("the administrators were told", "admin.mirror.lost" in said and "admin.mirror.back" in said)
    report.check("it ends well with both", program.stop() == 0)
    same(report, program, "whole again")


def main():
    parser = argparse.ArgumentParser(description="The program with a second journal.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--long", action="store_true", help="500 kills")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="keep the directories")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print("seed", seed, "" if STRACE else "(no strace: kills at random moments only)", flush=True)
    report = Report()
    if not os.access(PROGRAM, os.X_OK):
        print("there is no program at", PROGRAM)
        print("0 passed, 1 failed")
        return 1
    folder = tempfile.mkdtemp(prefix="hundred-mirror-")
    program = Mirrored(folder)
    try:
        if team(report, program, ["w%d" % n for n in range(4)]):
            promised = kills(report, program, random.Random("mirror %s" % seed), 500 if options.long else options.kills)
            same(report, program, "after the kills")
            destroyed(report, program, promised)
            unwritable(report, program)
    finally:
        if program.process and not program.ended():
            program.kill()
        clean(report, options.keep, folder)
    print("%d passed, %d failed" % (report.passed, report.failed))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
