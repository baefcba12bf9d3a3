import Accelerator
import ArgumentParser
import Language
import Platform
import Runtime
import Storage

/// A copy of the data directory, made while the bot goes on.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the data directory, checked line by line; the bot may go on beside it.",
        discussion: """
            Into a directory that holds an earlier backup goes what it lacks. At the end the copy is checked as \
            `verify` does. The hash that is printed, kept elsewhere, shows later whether the end was removed.
            """)

    @OptionGroup var everywhere: Everywhere

    @Argument(help: "The directory of the backup; made if it is not there.")
    var target: String

    func run() throws {
        let result = try JournalReader(at: everywhere.dataPath).backUp(to: target)
        for finding in result.findings where finding.weight != .note {
            Output.complain("\(finding)")
        }
        guard result.isGood else { throw Exit.data("the copy in \(target) is not whole") }
        Output.write(
            "\(target): \(result.lines) lines, \(result.commits) commits, \(result.hash)\n")
    }
}

/// A new data directory of what another one held at a point.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a new data directory of a backup, or of damaged data, up to a point.",
        discussion: """
            The new directory gets an id of its own. What was owed to people at that point is held back, and no \
            reminder from before now rings: they were sent long ago.
            """)

    @OptionGroup var everywhere: Everywhere

    @Option(help: "The directory to restore from; it is not changed.")
    var from: String

    @Option(help: "The last line (q) to take over.")
    var toSeq: UInt64?

    @Option(help: "The last commit (n) to take over.")
    var toCommit: UInt64?

    @Option(help: "The time (RFC 3339) of the last commit to take over.")
    var toTime: String?

    func run() throws {
        guard [toSeq != nil, toCommit != nil, toTime != nil].count(where: { $0 }) <= 1 else {
            throw Exit.usage("one of --to-seq, --to-commit and --to-time")
        }
        let point: JournalReader.Point
        if let toSeq {
            point = .line(toSeq)
        } else if let toCommit {
            point = .commit(toCommit)
        } else if let toTime {
            point = .time(try Times.instant(toTime, option: "--to-time"))
        } else {
            point = .everything
        }
        let target = everywhere.dataPath
        _ = try JournalReader(at: from).restore(to: target, upTo: point, version: Release.version)
        var settings = FileJournal.Settings()
        settings.version = Release.version
        let journal = try FileJournal(at: target, settings: settings)
        let state = try journal.recover()
        let held = state.held(at: Times.now)
        try journal.reserve()
        try journal.append([held])
        try journal.close()
        let check = try JournalReader(at: target).verify()
        guard check.isGood else { throw Exit.data("what was restored to \(target) is not whole") }
        Output.write(
            "\(target): up to commit \(state.n) of \(state.at), \(state.owed.count) messages held back\n"
        )
    }
}

/// Mends a damaged journal, as far as that can be had.
struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Mends a journal that is refused: from a copy, or by giving lines up.",
        discussion: """
            The files are kept as they were, under names that end in .damaged-<time>. Lines that are given up \
            leave a line loss.accepted in the journal, for good.
            """)

    @OptionGroup var everywhere: Everywhere

    @Option(
        help: """
            A directory with the lost lines: a mirror or a backup. An empty --data is filled from \
            a mirror.
            """)
    var fromMirror: String?

    @Option(help: "The lines to give up, as verify names them: FIRST..LAST.")
    var acceptLoss: String?

    func run() throws {
        let means: Repair.Means
        switch (fromMirror, acceptLoss) {
        case (let path?, nil): means = .copy(path)
        case (nil, let text?): means = .acceptLoss(try Self.lines(text))
        default: throw Exit.usage("one of --from-mirror DIR and --accept-loss FIRST..LAST")
        }
        let done = try Repair.run(at: everywhere.dataPath, means)
        let what = acceptLoss == nil ? "brought back" : "given up"
        for lines in done.lines {
            Output.write("lines \(lines.lowerBound) to \(lines.upperBound) \(what)\n")
        }
        for name in done.kept { Output.write("as it was: \(name)\n") }
        let check = try JournalReader(at: everywhere.dataPath).verify()
        for finding in check.findings { Output.write("\(finding)\n") }
        guard check.isGood else { throw Exit.data("there is more to repair") }
    }

    static func lines(_ text: String) throws -> ClosedRange<UInt64> {
        let parts = text.split(separator: ".", omittingEmptySubsequences: true)
        guard text.utf8.filter({ $0 == UInt8(ascii: ".") }).count == 2 || parts.count == 1,
            let first = parts.first.flatMap({ UInt64($0) }),
            let last = parts.last.flatMap({ UInt64($0) }), parts.count <= 2, first > 0,
            first <= last
        else { throw Exit.usage("--accept-loss: “\(text)” is not like 120..124") }
        return first...last
    }
}

/// Raises the format of the data.
struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Raises the data to this release's format; an older release can't read it then.")

    @OptionGroup var everywhere: Everywhere

    func run() throws {
        let (before, after) = try Upgrade.run(at: everywhere.dataPath)
        Output.write(
            before == after ? "format \(after), nothing to do\n" : "format \(before) -> \(after)\n")
    }
}
