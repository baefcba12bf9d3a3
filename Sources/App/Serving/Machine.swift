import Accelerator
import Language
import Runtime
import Storage

/// What is true of the machine and not of the challenges: told in chat to administrators, and counted.
struct Machine: Sendable {
    let journal: FileJournal
    let zones: String

    /// The same mind, which can say what `/admin disk` and `/admin version` ask for.
    func known(to mind: Mind) -> Mind {
        var mind = mind
        let decide = mind.decide
        mind.decide = { input, state, at, random in
            let outcome = decide(input, state, at, random)
            guard case .answer(var answers) = outcome else { return outcome }
            for i in answers.indices {
                for j in answers[i].phrases.indices {
                    switch answers[i].phrases[j].key {
                    case "admin.disk.unknown":
                        answers[i].phrases[j] = disk()
                        if let mirror = mirror() { answers[i].phrases.append(mirror) }
                    case "admin.version.unknown": answers[i].phrases[j] = version()
                    default: break
                    }
                }
            }
            return .answer(answers)
        }
        return mind
    }

    private func disk() -> Phrase {
        do throws(JournalError) {
            let figures = try journal.figures()
            return Phrase(
                "admin.disk",
                [
                    "free": .count(figures.free >> 20),
                    "journal": .count((figures.journal + (1 << 19)) >> 20),
                    "files": .count(figures.files), "q": .count(Int(clamping: figures.mark.q)),
                    "n": .count(Int(clamping: figures.mark.n)),
                    "snapshot": .count(Int(clamping: figures.snapshot)),
                ])
        } catch {
            return Phrase("admin.disk.failed", ["why": .text(error.explanation)])
        }
    }

    private func mirror() -> Phrase? {
        guard let status = journal.mirrorStatus else { return nil }
        guard let why = status.why else {
            return Phrase("admin.mirror", ["path": .text(status.path)])
        }
        return Phrase(
            "admin.mirror.behind",
            [
                "lines": .count(Int(clamping: status.behind)), "path": .text(status.path),
                "why": .text(why),
            ])
    }

    private func version() -> Phrase {
        Phrase(
            "admin.version",
            [
                "release": .text(Release.version), "format": .count(Release.format),
                "zones": .text(zones), "directory": .text(String(journal.directory.prefix(8))),
                "epoch": .count(Int(clamping: journal.mark.epoch)),
            ])
    }

    /// Lines for Prometheus, looked up when they are asked for.
    func metrics() -> [UInt8] {
        guard let figures = try? journal.figures() else { return [] }
        var rows = [
            ("hundred_disk_free_bytes", figures.free), ("hundred_journal_bytes", figures.journal),
            ("hundred_journal_files", figures.files),
            ("hundred_journal_line", Int(clamping: figures.mark.q)),
            ("hundred_journal_commit", Int(clamping: figures.mark.n)),
            ("hundred_snapshot_commit", Int(clamping: figures.snapshot)),
            ("hundred_recovery_torn_bytes", journal.tornBytes),
            ("hundred_recovery_milliseconds", journal.openedIn),
        ]
        if let mirror = journal.mirrorStatus {
            rows.append(("hundred_mirror_behind_lines", Int(clamping: mirror.behind)))
        }
        return Array(rows.map { "# TYPE \($0.0) gauge\n\($0.0) \($0.1)\n" }.joined().utf8)
    }
}
