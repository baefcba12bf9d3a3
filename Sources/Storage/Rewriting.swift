internal import Accelerator
internal import JSON
internal import Language
internal import Platform
public import Runtime

/// Writes the journal of a directory anew without the names of those who asked to be forgotten.
///
/// 1. The directory is locked, read from the device, and heard as a whole: who is gone, by which names,
///    titles and channel ids they were known (``Pseudonyms``). Where nothing of that is left, nothing is done.
/// 2. Every line that holds any of it is written again without it, under the same number and time; every
///    line behind it names the new hash of the line before it. Numbers, times, figures, codes stay.
/// 3. At the end stands a `seal` with a note, `rewritten`: who did it, when, which numbers of former members,
///    how many lines, and the hash that the last line had before. It is part of the chain: it can't be
///    altered alone, and goes along into every copy. Whoever kept the old hash finds it there. With a key
///    it is signed (``Rewritten``): then nobody without the key can write lines anew and say it was them.
/// 4. The state is made again from the new lines, and must be that of the old ones, names apart; else
///    nothing was done. One snapshot of it replaces those that are there; a snapshot that stands for lines
///    taken out by ``Compaction`` is cleaned, too.
/// 5. All new files are written beside the old ones (`*.new`), then `rewriting.json` names them, in one
///    rename: from there on the new ones count, whatever happens (``Switch``). Until then the old ones do.
/// 6. Mirrors follow (``FollowingMirrors``): one that can't be reached is a reason to change nothing.
/// 7. Copies of damaged and torn files, and the note of work under way, are removed where they hold a name.
public struct Rewriting: Sendable {
    /// The numbers of those who are no longer named.
    public var people: [Int] = []
    /// How many lines were changed by more than the hash before them.
    public var lines = 0
    /// The mirrors that were made the same.
    public var mirrors: [String] = []
    /// The files that were removed: old snapshots, copies of damaged files.
    public var removed: [String] = []
    /// What the last line's hash was, and what that line's is now.
    public var before = ChainHash.zero
    public var after = ChainHash.zero

    /// - Parameters:
    ///   - by: who does it, for the note.
    ///   - key: signs the note.
    ///   - gone: a mirror that was destroyed, and is no longer waited for.
    ///   - called: what a former member of a number is called.
    public static func run(
        at path: String, by: String, key: SigningKey? = nil, mirrorGone gone: String? = nil,
        called: (Int) -> String
    ) throws(JournalError) -> Rewriting {
        try run(
            DiskDoors.opened(at: path, creating: false), by: by, key: key, mirrorGone: gone,
            called: called)
    }

    package static func run(
        _ doors: DiskDoors, by: String, key: SigningKey? = nil, mirrorGone gone: String? = nil,
        opening: (String) throws(JournalError) -> DiskDoors = { path throws(JournalError) in
            try DiskDoors.opened(at: path, creating: false)
        }, called: (Int) -> String
    ) throws(JournalError) -> Rewriting {
        let (meta, lock) = try DataDirectory.open(doors, allowsRemote: true)
        defer {
            try? lock.close()
            try? doors.close()
        }
        var mirrors = try FollowingMirrors(of: doors, meta, gone: gone, opening: opening)
        defer { mirrors.close() }
        try mirrors.begin()
        var result = try rewrite(doors, meta, by: by, key: key, called: called)
        result.mirrors = try mirrors.finish()
        return result
    }

    private static func rewrite(
        _ doors: DiskDoors, _ meta: DirectoryMeta, by: String, key: SigningKey?,
        called: (Int) -> String
    ) throws(JournalError) -> Rewriting {
        let reader = JournalReader(doors: doors, meta: meta)
        var names = Pseudonyms(origin: try reader.origin(upTo: .max))
        _ = try Recovery.run(doors, directory: meta.id, after: 0, fromDevice: true) {
            line throws(JournalError) in
            if line.frame.kind == .commit { names.hear(try JournalReader.commit(line)) }
        }
        var result = Rewriting()
        result.people = names.settle(called)
        guard !result.people.isEmpty else { return result }
        var writer = try LineRewriter(doors, meta, names, origin: reader)
        try writer.run()
        result.lines = writer.lines
        let traces = try leftovers(names, doors)
        guard writer.lines > 0 || writer.isOriginChanged else {
            // The lines are clean already; a copy of a damaged file may still be there.
            try remove(traces, doors)
            result.removed = traces
            return result
        }
        try compare(writer.state, with: try reader.recover(), names, called)
        result.before = writer.before
        result.after = writer.mark.hash
        result.removed = try writer.finish(
            by: by, people: result.people, key: key, removing: traces)
        try Switch.finish(doors)
        return result
    }

    /// What follows from the rest and is not compared: a title that went may have stood in a changed field,
    /// and an id that came back counts as another one than before.
    private static let apart = ["trail", "changed", "refused"].map { Array("{\"\($0)\":".utf8) }

    /// Whether two states are the same but for what goes.
    private static func compare(
        _ new: State, with old: State, _ names: Pseudonyms, _ called: (Int) -> String
    ) throws(JournalError) {
        guard lines(of: new, names, called) == lines(of: old, names, called) else {
            throw .unusable(
                "without the names the journal would come to another state: nothing was changed")
        }
    }

    private static func lines(
        of state: State, _ names: Pseudonyms, _ called: (Int) -> String
    ) -> [[UInt8]] {
        StateText.write(state).split(separator: 0x0A).compactMap { line in
            guard !apart.contains(where: { line.starts(with: $0) }) else { return nil }
            guard let value = try? JSONValue(parsing: Array(line), limits: .file) else {
                return Array(line)
            }
            return plain(names.without(value, in: nil) ?? value, called).encoded()
        }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// In what was still to be said a name became a phrase (`person.former`) with the number, and in the lines that
    /// are written anew the text of it: both are the same.
    private static func plain(_ value: JSONValue, _ called: (Int) -> String) -> JSONValue {
        if value["p"]?["k"]?.string == "person.former",
            let number = value["p"]?["v"]?["n"]?["i"]?.int.map(Int.init(clamping:))
        {
            return .object(JSONObject([.init(name: "t", value: .string(called(number)))]))
        }
        switch value {
        case .object(var object):
            for place in object.members.indices {
                object.members[place].value = plain(object.members[place].value, called)
            }
            return .object(object)
        case .array(let items): return .array(items.map { plain($0, called) })
        default: return value
        }
    }

    /// Copies of files as they were, and the note of work under way, that hold what goes.
    private static func leftovers(
        _ names: Pseudonyms, _ doors: DiskDoors
    ) throws(JournalError) -> [String] {
        let traces = names.traces
        return try translating { () throws(SystemError) in
            var found: [String] = []
            for name in try doors.names("")
            where name == FileNames.inflight
                || name.hasPrefix("journal-") && FileNames.firstLine(ofSegment: name) == nil
            {
                let bytes = try doors.contents(name)
                if traces.contains(where: { LineRewriter.holds(bytes[...], $0) }) {
                    found.append(name)
                }
            }
            return found.sorted()
        }
    }

    private static func remove(_ files: [String], _ doors: DiskDoors) throws(JournalError) {
        guard !files.isEmpty else { return }
        try translating { () throws(SystemError) in
            for name in files { try doors.remove(name) }
            try doors.syncDirectory("")
        }
    }
}
