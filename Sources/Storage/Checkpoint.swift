internal import JSON
internal import Platform

/// The end of the journal, noted in a file of its own after every batch: `checkpoint`.
///
/// The journal alone can't show that its end was taken off: what is left is a journal too. So the
/// last line that became durable, and its hash, stand here as well.
///
/// 1. It is written when the batch is durable, in place, one sector, and not synced: it can be
///    older than the journal, and then it only proves less. It never claims what was not durable.
/// 2. A torn or damaged one has a wrong checksum and counts as none.
/// 3. Whoever reads the journal reads it first: the journal that is read then is as long at least.
/// 4. A journal that ends before it, or has another line there, is refused: it was cut off, or an
///    older copy was put in its place.
struct Checkpoint: Hashable, Sendable {
    static let length = 256

    var q: UInt64
    var hash: ChainHash

    init(_ mark: JournalMark) {
        q = mark.q
        hash = mark.hash
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("q")
        writer.integer(Int64(clamping: q))
        writer.key("hash")
        writer.string(hash.description)
        let crc = CRC32C.checksum(writer.bytes[...])
        writer.key("c")
        writer.hexadecimal(UInt64(crc), digits: 8)
        writer.endObject()
        let text = writer.bytes
        return text + [UInt8](repeating: 0x20, count: max(0, Self.length - 1 - text.count)) + [0x0A]
    }

    /// What the directory's checkpoint says; nil where there is none that is whole.
    static func read(_ doors: DiskDoors) -> Checkpoint? {
        guard let bytes = try? doors.contents(FileNames.checkpoint, limit: 4096),
            let end = bytes.lastIndex(of: UInt8(ascii: "}")),
            let value = try? JSONValue(parsing: Array(bytes[...end])), let q = value["q"]?.int,
            q > 0,
            let hash = value["hash"]?.string.flatMap({ ChainHash($0) })
        else { return nil }
        var mark = JournalMark()
        mark.q = UInt64(q)
        mark.hash = hash
        let found = Checkpoint(mark)
        return found.bytes == bytes ? found : nil
    }
}
