import ArgumentParser
import Platform
import Storage

/// Takes old lines out of the archive.
struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract:
            "Takes forgotten people's names out of the journal; takes old lines out of the archive.",
        discussion: """
            --forgotten writes every line anew that names somebody who asked to be forgotten, and leaves a note \
            in the journal that says so; the hash that `backup` prints is another one afterwards. With --key \
            that note is signed, and `verify --key` shows that it is yours. Every mirror must be there and \
            follows at once. \
            --keep-days goes only over files of the archive whose lines both snapshots hold. What was there \
            before stays in the backup; what the lines came to stays in the archive as one snapshot.
            """)

    @OptionGroup var everywhere: Everywhere

    @Flag(help: "Take the names, titles and channel ids of forgotten people out of every line.")
    var forgotten = false

    @Option(help: "Who does it, for the note in the journal; with --forgotten.")
    var by: String?

    @Option(help: "A file of `hundred keys make` that signs the note; with --forgotten.")
    var key: String?

    @Option(help: "A mirror that was destroyed, which can't follow any more; with --forgotten.")
    var mirrorGone: String?

    @Option(help: "Lines younger than so many days stay (from 30); with --backup.")
    var keepDays: Int?

    @Option(help: "A backup that holds what goes; it is read and compared.")
    var backup: String?

    func run() throws {
        guard forgotten || keepDays != nil else {
            throw Exit.usage("--forgotten --by WHO, or --keep-days N --backup DIR, or both")
        }
        let by = by?.trimmed ?? ""
        guard forgotten == !by.isEmpty else {
            throw Exit.usage("--forgotten and --by WHO go together")
        }
        guard forgotten || (key == nil && mirrorGone == nil) else {
            throw Exit.usage("--key and --mirror-gone go with --forgotten")
        }
        let key = try key.map { try KeyFile.read($0, apartFrom: everywhere.dataPath) }
        if keepDays != nil || backup != nil {
            guard let keepDays, (30...36_500).contains(keepDays) else {
                throw Exit.usage("--keep-days: from 30 to 36500")
            }
            guard let backup else { throw Exit.usage("--keep-days wants --backup DIR") }
            try takeOut(keepDays, backup)
        }
        if forgotten { try rewrite(by, key) }
    }

    private func rewrite(_ by: String, _ key: SigningKey?) throws {
        let done = try Rewriting.run(
            at: everywhere.dataPath, by: by, key: key,
            mirrorGone: mirrorGone.map(Everywhere.absolute)
        ) { "former member \($0)" }
        for name in done.removed { Output.write("removed \(name)\n") }
        for path in done.mirrors { Output.write("the mirror \(path) is the same\n") }
        guard done.lines > 0 || done.before != done.after else {
            Output.write(
                done.people.isEmpty
                    ? "nobody asked to be forgotten\n" : "no line names them any more\n")
            return
        }
        let check = try JournalReader(at: everywhere.dataPath).verify()
        guard check.isGood else { throw Exit.data("what was written is not whole") }
        Output.write(
            "\(done.lines) lines written anew; forgotten so far: \(done.people.count)\n"
                + "hash \(done.before) is now \(done.after)\n"
                + (key.map { "The note of it is signed by the key \($0.verifying).\n" }
                    ?? "The note of it is NOT signed: anyone who may write there could have made it (--key FILE).\n")
                + "Backups still hold the names: run `hundred backup` again, let older ones go.\n")
    }

    private func takeOut(_ keepDays: Int, _ backup: String) throws {
        let limit = WallClock.now() - Int64(keepDays) * 86_400_000
        let done = try Compaction.run(at: everywhere.dataPath, before: limit, backup: backup)
        for name in done.removed { Output.write("removed \(name)\n") }
        Output.write(
            done.removed.isEmpty
                ? "nothing is old enough\n" : "the journal now begins after line \(done.lastLine)\n"
        )
    }
}
