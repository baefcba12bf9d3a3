#!/usr/bin/env python3
"""What Hundred writes for other programs, read by other programs.

    python3 Tests/Exports/run.py

The sample cohort is loaded into a directory that goes away, and written as CSV, iCalendar, Markdown, PDF, JSON
and PNG. The files are read by libraries that know nothing of Hundred: icalendar and pypdf from PyPI, in a
virtual environment under .build, and Python's own csv. The program is $HUNDRED_PROGRAM, else
.build/release/hundred. The last line is "N passed, M failed"; exit 1 if any failed.
"""

import base64
import csv
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Kit"))

from checks import Report  # noqa: E402

PROGRAM = os.environ.get("HUNDRED_PROGRAM") or os.path.join(ROOT, ".build", "release", "hundred")
COMMANDS = os.environ.get("HUNDRED_COMMANDS") or os.path.join(ROOT, "commands")
LIBRARIES = os.path.join(ROOT, ".build", "export-tests")
PACKAGES = ["icalendar==7.3.0", "pypdf==7.1.0"]


def with_libraries():
    """Starts again inside the virtual environment, which is made where it is missing."""
    python = os.path.join(LIBRARIES, "bin", "python")
    mark = os.path.join(LIBRARIES, "packages.txt")
    wanted = "\n".join(PACKAGES)
    if not os.path.exists(mark) or open(mark).read() != wanted:
        subprocess.run([sys.executable, "-m", "venv", LIBRARIES], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run(pip + PACKAGES, check=True)
        with open(mark, "w") as file:
            file.write(wanted)
    os.execv(python, [python, os.path.abspath(__file__), "--inside"])


class Hundred:
    def __init__(self, folder):
        self.data = os.path.join(folder, "data")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("HUNDRED_")}
        self.environment.update(HUNDRED_DATA=self.data, HUNDRED_COMMANDS=COMMANDS)

    def run(self, *words):
        return subprocess.run(
            [PROGRAM, *words], env=self.environment, capture_output=True, timeout=120, stdin=subprocess.DEVNULL
        )

    def rung(self, until):
        """All that leaves by a time."""
        return json.loads(self.out("ring", "--json", "--until", until))["said"]

    def out(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(words), done.stderr.decode()))
        return done.stdout

    def file(self, who, line, at="2026-06-01T12:00:00+05:00"):
        """The file of an answer to one line."""
        answer = json.loads(self.out("say", "--dry-run", "--json", "--as", who, "--at", at, line))
        for said in answer["said"]:
            if "file" in said:
                return said["file"]["name"], base64.b64decode(said["file"]["base64"], validate=True)
        raise RuntimeError("%s: no file in %s" % (line, answer))


def calendars(hundred, facts, report):
    from icalendar import Calendar

    raw = hundred.out("export", "--format", "ics", "--language", "en")
    report.check("ics: lines of at most 75 octets", all(len(line) <= 75 for line in raw.split(b"\r\n")))
    report.check("ics: every line ends with CR LF", raw.count(b"\n") == raw.count(b"\r\n"))
    calendar = Calendar.from_ical(raw)
    events = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
    report.check("ics: nothing that the library can't read", not calendar.errors, calendar.errors)
    report.check("ics: ids are unique", len(events) == len(calendar.walk("VEVENT")))
    report.check("ics: VERSION and PRODID", str(calendar["VERSION"]) == "2.0" and "Hundred" in str(calendar["PRODID"]))
    wanted = 0
    for challenge in facts["challenges"]:
        for milestone in challenge.get("milestones", []):
            if milestone.get("dropped_on") or milestone.get("carried_to_sustainability"):
                continue
            wanted += 1
            event = events.get("%s@hundred" % milestone["id"].lower())
            report.check("ics: %s" % milestone["id"], event is not None)
            if event is not None:
                good = event.decoded("DTSTART").isoformat() == milestone["due"]
                report.check("ics: day of %s" % milestone["id"], good, event.decoded("DTSTART"))
                report.check("ics: title of %s" % milestone["id"], milestone["title"] in str(event["SUMMARY"]))
                days = (event.decoded("DTEND") - event.decoded("DTSTART")).days
                report.check("ics: %s is one whole day" % milestone["id"], days == 1)
    report.check("ics: there are milestones", wanted > 20, wanted)
    for uid, day in [("na-1-day-1", "2026-02-02"), ("na-1-day-100", "2026-05-12"), ("ch-08-day-90", "2026-05-02")]:
        event = events.get("%s@hundred" % uid)
        report.check("ics: %s" % uid, event is not None and event.decoded("DTSTART").isoformat() == day)
    report.check("ics: reviews", "na-1-midpoint@hundred" in events and "na-1-closing@hundred" in events)
    report.check("ics: checks afterwards", "ch-03-check-90@hundred" in events, sorted(events)[:5])
    name, one = hundred.file("u03-lead", "/export ics")
    mine = Calendar.from_ical(one).walk("VEVENT")
    report.check("ics: a leader's own", name == "CH-03.ics" and mine and all("ch-03" in e["UID"] for e in mine))
    # What is due reminds the day before; what is done does not.
    done = events["ch-03-m1@hundred"]
    report.check("ics: done is not reminded of", not done.walk("VALARM") and "✔" in str(done["SUMMARY"]))
    arabic = Calendar.from_ical(hundred.out("export", "--format", "ics", "--language", "ar"))
    report.check("ics: in Arabic", any("اليوم" in str(e["SUMMARY"]) for e in arabic.walk("VEVENT")))


def invitation(folder, report):
    """The days to keep free, which the bot sends with the invitation to a launch."""
    from icalendar import Calendar

    folder = os.path.join(folder, "design")
    os.mkdir(folder)
    hundred = Hundred(folder)
    design = os.path.join(ROOT, "Tests", "Transcripts", "cohort-design.json")
    hundred.out("import", design, "--until", "2026-01-05T09:00:00+05:00")
    hundred.out("say", "--as", "po-director", "--at", "2026-01-05T10:00:00+05:00", "/launch set 30 Jan 10:00 CH-03")
    files = {}
    for said in hundred.rung("2026-01-16T12:00:00+05:00"):
        if "file" in said:
            files.setdefault(said["file"]["name"], []).append((said["to"], said["file"]))
    report.check("invitation: to all of the team", len(files.get("CH-03.ics", [])) >= 5, sorted(files))
    report.check("invitation: two launches are one file", "CH-01-CH-02.ics" in files, sorted(files))
    days = {}
    for name, sent in sorted(files.items()):
        for to, file in sent:
            raw = base64.b64decode(file["base64"], validate=True)
            about = "%s to %s" % (name, to)
            report.check("invitation %s: lines" % about, all(len(line) <= 75 for line in raw.split(b"\r\n")))
            calendar = Calendar.from_ical(raw)
            report.check("invitation %s: read" % about, not calendar.errors, calendar.errors)
            days[name] = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
            report.check("invitation %s: ids" % about, len(days[name]) == len(calendar.walk("VEVENT")))
    for uid, day in [
        ("ch-03-launch", "2026-01-30"), ("ch-03-day-1", "2026-02-02"), ("ch-03-midpoint", "2026-03-20"),
        ("ch-03-day-100", "2026-05-12"), ("ch-03-closing", "2026-05-14"),
    ]:
        event = days.get("CH-03.ics", {}).get("%s@hundred" % uid)
        good = event is not None and event.decoded("DTSTART").isoformat() == day
        report.check("invitation: %s" % uid, good, event and event.decoded("DTSTART"))
    launch = days.get("CH-03.ics", {}).get("ch-03-launch@hundred")
    report.check("invitation: its hour", launch is not None and "10:00" in str(launch["SUMMARY"]), launch)
    both = days.get("CH-01-CH-02.ics", {})
    report.check("invitation: both days", "ch-01-launch@hundred" in both and "ch-02-launch@hundred" in both)


def tables(hundred, facts, report):
    raw = hundred.out("export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))
    readings = {r["id"]: r for c in facts["challenges"] for r in c.get("updates", [])}
    report.check("csv: a row a reading", len(rows) == len(readings), (len(rows), len(readings)))
    for row in rows:
        reading = readings.get(row["id"])
        good = reading is not None and row["as_of"] == reading["as_of"] and float(row["value"]) == reading["value"]
        report.check("csv: %s" % row["id"], good, row)
        bad = [v for k, v in row.items() if k != "value" and v and v[0] in "=+-@\t\r"]
        report.check("csv: no formula in %s" % row["id"], not bad, bad)
    _, one = hundred.file("u03-lead", "/export csv")
    mine = list(csv.DictReader(io.StringIO(one.decode("utf-8"), newline="")))
    report.check("csv: a leader's own", mine == [r for r in rows if r["challenge"] == "CH-03"])


def pages(hundred, report):
    from pypdf import PdfReader

    for language, word in (("en", "Who answers for it"), ("ru", "Кто отвечает")):
        raw = hundred.out(
            "export", "--format", "pdf", "--challenge", "CH-03", "--language", language, "--as-of", "2026-03-20"
        )
        pdf = PdfReader(io.BytesIO(raw))
        text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
        report.check("pdf %s: one page" % language, len(pdf.pages) == 1, len(pdf.pages))
        box = pdf.pages[0].mediabox
        report.check("pdf %s: A4" % language, round(box.width) == 595 and round(box.height) == 842, box)
        report.check("pdf %s: its words" % language, word in text and "CH-03" in text, text[:200])
        report.check("pdf %s: title" % language, "CH-03" in (pdf.metadata.title or ""))
    name, raw = hundred.file("u03-lead", "/export onepager language=ar")
    pdf = PdfReader(io.BytesIO(raw))
    report.check("pdf ar: from chat", name == "CH-03-ar.pdf" and len(pdf.pages) == 1, (name, len(pdf.pages)))
    name, raw = hundred.file("po-director", "/export pdf NA-1")
    pdf = PdfReader(io.BytesIO(raw))
    report.check("pdf: a cohort", name == "NA-1.pdf" and len(pdf.pages) > 1, (name, len(pdf.pages)))
    page = hundred.out("export", "--format", "md", "--challenge", "CH-03", "--language", "en").decode()
    report.check("md: a page", page.startswith("# CH\\-03 ") and "\n## " in page, page[:80])


def pictures(hundred, folder, report):
    def pixels(path):
        """Width, height and the unpacked rows of a PNG, every chunk's sum checked."""
        data = open(path, "rb").read()
        report.check("png: signature", data[:8] == b"\x89PNG\r\n\x1a\n")
        at, packed, head = 8, b"", None
        while at < len(data):
            size, kind = struct.unpack(">I4s", data[at : at + 8])
            body = data[at + 8 : at + 8 + size]
            (total,) = struct.unpack(">I", data[at + 8 + size : at + 12 + size])
            report.check("png: sum of %s" % kind, zlib.crc32(kind + body) == total)
            head = struct.unpack(">II", body[:8]) if kind == b"IHDR" else head
            packed += body if kind == b"IDAT" else b""
            at += 12 + size
        return (*head, zlib.decompress(packed))

    seen = set()
    for what, language, day in [
        ("CH-01", "en", "2026-03-20"), ("CH-01", "ar", "2026-03-20"), ("CH-01", "ru", "2026-03-20"),
        ("CH-05", "en", "2026-03-20"), ("CH-03", "en", "2026-02-03"), ("NA-1", "en", "2026-03-20"),
    ]:
        path = os.path.join(folder, "picture.png")
        words = hundred.out("picture", what, "--language", language, "--as-of", day, "-o", path)
        width, height, rows = pixels(path)
        report.check("png: %s %s is wide enough" % (what, language), width == 900 and height >= 600)
        report.check("png: %s %s shows something" % (what, language), len(set(rows)) > 16)
        report.check("png: %s %s in words" % (what, language), what in words.decode())
        seen.add(rows)
    report.check("png: every picture is another", len(seen) == 6, len(seen))
    for words in (["CH-99"], ["CH-01", "--language", "xx"], ["CH-01", "--goal", "G9"], ["CH-01", "--as-of", "soon"]):
        done = hundred.run("picture", *words, "-o", os.path.join(folder, "none.png"))
        report.check("picture %s is refused" % words, done.returncode == 64, done.returncode)
    report.check("nothing is left of a refusal", not os.path.exists(os.path.join(folder, "none.png")))


def main():
    report = Report()
    folder = tempfile.mkdtemp(prefix="hundred-exports-")
    try:
        hundred = Hundred(folder)
        sample = os.path.join(COMMANDS, "demo", "cohort-na1.json")
        hundred.out("import", sample)
        facts = json.loads(hundred.out("export", "--format", "json"))
        calendars(hundred, facts, report)
        invitation(folder, report)
        tables(hundred, facts, report)
        pages(hundred, report)
        pictures(hundred, folder, report)
        name, raw = hundred.file("po-director", "/export json NA-1")
        report.check("json: the same as the program writes", json.loads(raw)["challenges"] == facts["challenges"], name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed" % (report.passed, report.failed))
    return 1 if report.failed else 0


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        with_libraries()
    sys.exit(main())
