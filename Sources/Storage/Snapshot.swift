internal import JSON
internal import Platform
internal import Runtime

/// The last line of a snapshot: what it stands for, and the proof that it is whole.
///
/// ```
/// {"v":1,"dir":"<32 hex>","n":4500,"q":4711,"t":1795321000123,"hash":"<32 hex>","epoch":3,
///  "state":"<hex>","c":"9f3a12bc"}
/// ```
///
/// in one line, after the state and a line feed, and followed by a line feed. `c` is the CRC-32C
/// of every byte of the file before `,"c":"`, the state included.
struct SnapshotFooter: Hashable, Sendable {
    var mark: JournalMark
    /// The directory that the snapshot was taken in.
    var directory: String
    /// The hash of the state, as whoever keeps the state reckons it.
    var stateHash: String
    /// How many bytes of the file are the state.
    var stateCount: Int
}

/// The snapshot that was read and checked last, kept from opening a directory until its state is made, so
/// that a large one is read once. Only for whoever holds the directory's lock.
final class SnapshotCache: Sendable {
    struct Read: Sendable {
        var name: String
        var footer: SnapshotFooter
        var bytes: [UInt8]
    }
    private let inside = Lock<(last: Read?, isOver: Bool)>((nil, false))

    func read(_ name: String) -> Read? { inside.withLock { $0.last?.name == name ? $0.last : nil } }
    func keep(_ read: Read) { inside.withLock { if !$0.isOver { $0.last = read } } }
    /// Lets go of the bytes for good.
    func end() { inside.withLock { $0 = (nil, true) } }
}

enum SnapshotFile {
    static let longest = 1 << 30
    private static let footerLimit = 4096

    /// The whole file.
    static func encode(
        state: [UInt8], mark: JournalMark, directory: String, stateHash: String
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.beginObject()
        for (name, number) in [("v", 1), ("n", mark.n), ("q", mark.q), ("epoch", mark.epoch)] {
            writer.key(name)
            writer.integer(Int64(clamping: number))
        }
        writer.key("t")
        writer.integer(mark.t)
        writer.key("dir")
        writer.string(directory)
        writer.key("hash")
        writer.string(mark.hash.description)
        writer.key("state")
        writer.string(stateHash)
        var bytes = state
        if bytes.last != 0x0A { bytes.append(0x0A) }
        bytes.append(contentsOf: writer.bytes)
        let crc = CRC32C.checksum(bytes[...])
        bytes.append(contentsOf: ",\"c\":\"\(Hexadecimal.text(UInt64(crc), digits: 8))\"}\n".utf8)
        return bytes
    }

    /// The footer of a file that is whole; nil for one that is not.
    static func footer(
        of bytes: [UInt8], comparesChecksum: Bool = true
    ) -> SnapshotFooter? {
        guard bytes.count > Frame.suffixLength + 2, bytes.last == 0x0A else { return nil }
        let checked = bytes.count - 1 - Frame.suffixLength
        let start = bytes[..<checked].suffix(footerLimit).lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let crc = Hexadecimal.text(UInt64(CRC32C.checksum(bytes[..<checked])), digits: 8)
        guard
            !comparesChecksum || bytes[checked...].elementsEqual(",\"c\":\"\(crc)\"}\n".utf8),
            let value = try? JSONValue(parsing: Array(bytes[start...])),
            value["v"]?.int == 1,
            let n = value["n"]?.int, let q = value["q"]?.int, let epoch = value["epoch"]?.int,
            let t = value["t"]?.int, n >= 0, q >= 0, epoch >= 0,
            let directory = value["dir"]?.string, let stateHash = value["state"]?.string,
            let hash = value["hash"]?.string.flatMap({ ChainHash($0) })
        else { return nil }
        var mark = JournalMark()
        mark.n = UInt64(n)
        mark.q = UInt64(q)
        mark.t = t
        mark.hash = hash
        mark.epoch = UInt64(epoch)
        return SnapshotFooter(
            mark: mark, directory: directory, stateHash: stateHash, stateCount: start)
    }

    /// The names of all snapshots, the newest first.
    static func names(in doors: DiskDoors) throws(JournalError) -> [String] {
        try translating { () throws(SystemError) in try doors.names("") }
            .filter { FileNames.lastCommit(ofSnapshot: $0) != nil }
            .sorted().reversed()
    }

    /// The footer of the newest snapshot that is whole and stands for commit `n` at the latest,
    /// and a word about every newer one that is not whole.
    ///
    /// - Throws: a damage, when a snapshot was taken in another directory.
    static func newest(
        in doors: DiskDoors, directory: String, upTo n: UInt64 = .max,
        _ safeguards: Safeguards = Safeguards(), cache: SnapshotCache? = nil
    ) throws(JournalError) -> (SnapshotFooter?, warnings: [String]) {
        var warnings: [String] = []
        for name in try names(in: doors)
        where FileNames.lastCommit(ofSnapshot: name) ?? 0 <= n {
            if let known = cache?.read(name) { return (known.footer, warnings) }
            let bytes = try translating { () throws(SystemError) in
                // One that was replaced by a newer one since it was listed is none.
                try doors.status(name) == nil ? [] : doors.contents(name, limit: longest)
            }
            guard !bytes.isEmpty else {
                warnings.append("\(name) is empty and is passed over")
                continue
            }
            guard
                let footer = footer(of: bytes, comparesChecksum: safeguards.comparesSnapshots),
                footer.mark.n == FileNames.lastCommit(ofSnapshot: name)
            else {
                warnings.append("\(name) is not whole and is passed over")
                continue
            }
            guard footer.directory == directory else {
                throw .damaged(
                    file: name, offset: footer.stateCount, firstMissing: 1,
                    lastMissing: footer.mark.q,
                    why: "this snapshot belongs to another data directory")
            }
            cache?.keep(.init(name: name, footer: footer, bytes: bytes))
            return (footer, warnings)
        }
        return (nil, warnings)
    }

    /// Writes a snapshot and tidies up behind it.
    ///
    /// 1. The file is written beside its place, synced, read back from the device, renamed; the
    ///    directory is synced.
    /// 2. Of the snapshots that are whole the two newest stay.
    /// 3. Segments whose every line is before the snapshot move to the archive; both directories
    ///    are synced. The last segment is being written and stays.
    static func write(
        _ bytes: [UInt8], mark: JournalMark, in doors: DiskDoors
    ) throws(JournalError) {
        let name = FileNames.snapshot(last: mark.n)
        try translating { () throws(SystemError) in try doors.replace(name, with: bytes) }
        try prune(in: doors)
        try archiveSegments(before: mark.q, in: doors)
    }

    private static func prune(in doors: DiskDoors) throws(JournalError) {
        var kept = 0
        for name in try names(in: doors) {
            if kept == 2 {
                try translating { () throws(SystemError) in try doors.remove(name) }
            } else {
                let bytes = try translating { () throws(SystemError) in
                    try doors.contents(name, limit: longest)
                }
                if footer(of: bytes) != nil { kept += 1 }
            }
        }
        try translating { () throws(SystemError) in try doors.syncDirectory("") }
    }

    private static func archiveSegments(
        before q: UInt64, in doors: DiskDoors
    ) throws(JournalError) {
        let segments = try Segment.all(in: doors)
        var moved = false
        for (segment, next) in zip(segments, segments.dropFirst())
        where !segment.isArchived && next.first <= q + 1 {
            moved = true
            try translating { () throws(SystemError) in
                try doors.rename(
                    segment.name, Segment(first: segment.first, isArchived: true).name)
            }
        }
        guard moved else { return }
        try translating { () throws(SystemError) in
            try doors.syncDirectory(FileNames.archive)
            try doors.syncDirectory("")
        }
    }
}
