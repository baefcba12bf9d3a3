internal import Platform
internal import Runtime

/// Makes a mirror what its directory is, one file at a time.
///
/// 1. What stands for lines that ``Compaction`` took out comes first, then every file of lines in its order, under
///    its name in the directory, archived or not; then the files go that the directory doesn't have.
/// 2. A file of the same length is taken for the same up to `compares`; from there on it is read from the mirror's
///    device and compared byte by byte. One that differs is written anew as a whole (``DiskDoors/replace``).
/// 3. A file in the mirror that is no front part of the directory's is asked first what it holds: a line with a
///    right checksum that is another than the directory's line of that number means another history; one that the
///    directory lacks has been lost there, where the start didn't look. Then nothing is changed. What else is wrong
///    with the file is the mirror's own damage. Lines that were given up or compacted away are not asked for.
/// 4. What is copied is checked line by line on the way.
struct MirrorSettling: Sendable {
    let main: DiskDoors
    let mirror: DiskDoors
    let meta: DirectoryMeta
    /// Files whose first line is this one or later are compared byte by byte.
    let compares: UInt64
    /// Whether the mirror is asked what it holds before it is overwritten.
    let asks: Bool
    /// The next file to look at, by its first line.
    private var next: UInt64 = 0
    private var hasBegun = false

    init(
        main: DiskDoors, mirror: DiskDoors, meta: DirectoryMeta, compares: UInt64, asks: Bool = true
    ) throws(JournalError) {
        self.main = main
        self.mirror = mirror
        self.meta = meta
        self.asks = asks
        // The last file there may end in the middle, however long it is.
        let last = try Segment.all(in: mirror).last?.first ?? 0
        self.compares = min(compares, last)
    }

    /// The files in the archive that a journal without its first lines begins with.
    static func origin(_ anchor: Anchor?) -> [String] {
        guard let anchor else { return [] }
        return ["\(FileNames.archive)/\(FileNames.snapshot(last: anchor.snapshot))", Anchor.name]
    }

    /// Goes on until a file was written or nothing is left to do.
    ///
    /// - Parameter end: where the last file ends.
    /// - Returns: whether the mirror is what the directory is.
    mutating func step(_ last: Segment, _ end: Int) throws(JournalError) -> Bool {
        if !hasBegun {
            try begin()
            hasBegun = true
        }
        for segment in try Segment.all(in: main)
        where segment.first >= next && segment.first <= last.first {
            let isWritten = try look(at: segment, end: segment.first == last.first ? end : nil)
            // The last one may grow until the next step.
            if segment.first < last.first { next = segment.first + 1 }
            if isWritten { return false }
        }
        try finish(last, end)
        return true
    }

    mutating func all(_ last: Segment, _ end: Int) throws(JournalError) {
        while try !step(last, end) {}
    }

    private func begin() throws(JournalError) {
        if let there = try DirectoryMeta.read(mirror), there.format != meta.format {
            try Mirror.marked(meta).write(mirror)
        }
        let anchor = try Anchor.read(main)
        try translating { () throws(SystemError) in
            for name in Self.origin(anchor) {
                let bytes = try main.contents(name, limit: SnapshotFile.longest)
                if try mirror.status(name)?.size == bytes.count,
                    try mirror.contents(name, limit: SnapshotFile.longest) == bytes
                {
                    continue
                }
                try mirror.replace(name, with: bytes)
            }
        }
    }

    /// Whether the file had to be written.
    private func look(at segment: Segment, end: Int?) throws(JournalError) -> Bool {
        let name = FileNames.segment(first: segment.first)
        let size = try translating { () throws(SystemError) in try mirror.status(name)?.size }
        if end == nil, segment.first < compares {
            let length = try translating { () throws(SystemError) in
                try main.status(segment.name)?.size
            }
            if size != nil, size == length { return false }
        }
        let (bytes, there) = try translating { () throws(SystemError) in
            var bytes = try main.contents(of: segment)
            if let end { bytes.removeLast(max(0, bytes.count - end)) }
            return (bytes, size == nil ? nil : try settled(name))
        }
        if bytes == there { return false }
        if asks, let there, !bytes.starts(with: there) { try ask(name, there) }
        // What rots here must not become what stands there.
        if let place = bytes.withUnsafeBytes({ FrameLines.firstDamage(in: $0) }) {
            throw .damaged(
                file: segment.name, offset: place, firstMissing: 1, lastMissing: 0,
                why: "unreadable bytes in a file that the mirror lacks")
        }
        try translating { () throws(SystemError) in try mirror.replace(name, with: bytes) }
        return true
    }

    /// The bytes of a file of the mirror as its device has them.
    private func settled(_ name: String) throws(SystemError) -> [UInt8] {
        let file = try mirror.open(name, .write)
        try file.sync()
        try file.dropCache()
        try file.close()
        return try mirror.contents(name)
    }

    private func finish(_ last: Segment, _ end: Int) throws(JournalError) {
        let ours = Set(try Segment.all(in: main).map(\.first))
        for segment in try Segment.all(in: mirror) where !ours.contains(segment.first) {
            let bytes = try translating { () throws(SystemError) in
                try mirror.contents(of: segment)
            }
            if asks { try ask(segment.name, bytes) }
            try translating { () throws(SystemError) in try mirror.remove(segment.name) }
        }
        // Also names that were there: an earlier attempt may have ended before they were on the device.
        try translating { () throws(SystemError) in
            try mirror.syncDirectory(FileNames.archive)
            try mirror.syncDirectory("")
        }
    }

    /// Refuses what contradicts the directory.
    private func ask(_ name: String, _ there: [UInt8]) throws(JournalError) {
        var claims: [UInt64: (hash: ChainHash, offset: Int)] = [:]
        there.withUnsafeBytes { all in
            FrameLines.each(in: all) { line, frame, offset in
                claims[frame.q] = (ChainHash(of: line), offset)
            }
        }
        guard let lowest = claims.keys.min() else { return }
        var isOther: UInt64?
        var spared = [0...(try Anchor.read(main)?.mark.q ?? 0)]
        var held: Set<UInt64> = []
        let segments = try Segment.all(in: main)
        let start = segments.lastIndex { $0.first <= lowest } ?? 0
        for segment in segments[min(start, segments.count)...] {
            let bytes = try translating { () throws(SystemError) in
                try main.contents(of: segment)
            }
            bytes.withUnsafeBytes { all in
                FrameLines.each(in: all) { line, frame, _ in
                    if frame.kind == .loss {
                        if let loss = Loss(line) { spared.append(loss.lines) }
                    } else if let claim = claims[frame.q] {
                        held.insert(frame.q)
                        if claim.hash != ChainHash(of: line) {
                            isOther = min(isOther ?? .max, frame.q)
                        }
                    }
                }
            }
        }
        let lacking = claims.keys.filter { q in
            !held.contains(q) && !spared.contains { $0.contains(q) }
        }
        guard let wrong = isOther ?? lacking.min(), let claim = claims[wrong] else { return }
        let file = "\(mirror.path)/\(name)"
        guard isOther == nil else {
            throw .damaged(
                file: file, offset: claim.offset, firstMissing: 1, lastMissing: 0,
                why: "the mirror holds another line \(wrong) than the directory: another history. "
                    + "Nothing was changed; see which is right with `hundred verify`, "
                    + "and empty the wrong one")
        }
        throw .damaged(
            file: file, offset: claim.offset, firstMissing: wrong,
            lastMissing: lacking.max() ?? wrong,
            why: "the mirror holds a line that the directory lacks")
    }
}
