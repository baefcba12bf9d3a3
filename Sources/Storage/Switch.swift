internal import JSON
internal import Platform
internal import Runtime

/// Several files of a directory replaced at once: all of them or none, whenever the machine stops.
///
/// 1. Each new file is written under its name and `.new`, and is on the device with that name.
/// 2. `rewriting.json` names the files that are replaced and those that go. Its own rename is the moment.
/// 3. The new files are renamed over the old ones, what goes is removed, and then the list is. Whoever opens
///    the directory for writing does this first, as often as it takes; who only reads it looks through the
///    list (``DiskDoors/settled()``).
struct Switch: Hashable, Sendable {
    static let name = "rewriting.json"
    static let suffix = ".new"

    var put: [String] = []
    var remove: [String] = []

    /// What the directory is being changed to; nil where it is not.
    static func read(_ doors: DiskDoors) throws(JournalError) -> Switch? {
        guard try translating({ () throws(SystemError) in try doors.status(name) }) != nil else {
            return nil
        }
        let bytes = try translating { () throws(SystemError) in
            try doors.contents(name, limit: 64 << 20)
        }
        guard let value = try? JSONValue(parsing: bytes, limits: .file),
            let list = value["files"], let crc = value["c"]?.string,
            Hexadecimal.text(UInt64(CRC32C.checksum(list.encoded()[...])), digits: 8) == crc
        else {
            throw .damaged(
                file: name, offset: 0, firstMissing: 1, lastMissing: 0,
                why: "it doesn't say which files were being replaced")
        }
        var found = Switch()
        found.put = (list["put"]?.array ?? []).compactMap(\.string)
        found.remove = (list["remove"]?.array ?? []).compactMap(\.string)
        return found
    }

    /// From here on the new files count.
    func begin(_ doors: DiskDoors) throws(JournalError) {
        let list = JSONValue.object(
            JSONObject([
                .init(name: "put", value: .array(put.map { .string($0) })),
                .init(name: "remove", value: .array(remove.map { .string($0) })),
            ]))
        let crc = Hexadecimal.text(UInt64(CRC32C.checksum(list.encoded()[...])), digits: 8)
        let whole = JSONValue.object(
            JSONObject([.init(name: "files", value: list), .init(name: "c", value: .string(crc))]))
        try translating { () throws(SystemError) in
            try doors.replace(Self.name, with: whole.encoded() + [0x0A])
        }
    }

    /// Does what is left to do of a change that was begun, if there is one.
    static func finish(_ doors: DiskDoors) throws(JournalError) {
        guard let change = try read(doors) else { return }
        try translating { () throws(SystemError) in
            for name in change.put where try doors.status(name + suffix) != nil {
                try doors.rename(name + suffix, name)
            }
            for name in change.remove where try doors.status(name) != nil { try doors.remove(name) }
            try doors.syncDirectory(FileNames.archive)
            try doors.syncDirectory("")
            try doors.remove(Self.name)
            try doors.syncDirectory("")
        }
    }
}

extension DiskDoors {
    /// The directory as it is after a change of several files that was begun, without doing it.
    func settled() throws(JournalError) -> DiskDoors {
        guard let change = try Switch.read(self) else { return self }
        let put = Set(change.put)
        let gone = Set(change.remove)
        let real = self
        var doors = self
        doors.names = { directory throws(SystemError) in
            let head = directory.isEmpty ? "" : "\(directory)/"
            var names = Set(try real.names(directory))
            for name in put where name.hasPrefix(head) {
                let rest = String(name.dropFirst(head.count))
                guard !rest.contains("/") else { continue }
                names.insert(rest)
                names.remove(rest + Switch.suffix)
            }
            return names.filter { !gone.contains(head + $0) && head + $0 != Switch.name }.sorted()
        }
        doors.status = { name throws(SystemError) in
            if gone.contains(name) { return nil }
            if put.contains(name), let new = try real.status(name + Switch.suffix) { return new }
            return try real.status(name)
        }
        doors.open = { name, access throws(SystemError) in
            if put.contains(name), try real.status(name + Switch.suffix) != nil {
                do throws(SystemError) {
                    return try real.open(name + Switch.suffix, access)
                } catch {
                    // Put in its place since.
                    guard error.code == SystemError.noSuchFile else { throw error }
                }
            }
            return try real.open(name, access)
        }
        return doors
    }
}
