internal import Accelerator
internal import Glibc
internal import JSON
internal import Platform
internal import Runtime

/// Writes all lines of a directory again, file by file, beside the old ones. See ``Rewriting``.
struct LineRewriter {
    private let doors: DiskDoors
    private let meta: DirectoryMeta
    private let names: Pseudonyms
    private let anchor: Anchor?
    /// The journal's own end as the new lines have it.
    private(set) var mark = JournalMark()
    /// The hash of the last line as it was.
    private(set) var before = ChainHash.zero
    /// The state that the new lines come to.
    private(set) var state = State()
    private(set) var lines = 0
    private(set) var isOriginChanged = false
    private var originText: [UInt8]?
    private var switching = Switch()
    /// New hashes of lines that a snapshot in the archive names.
    private var hashes: [UInt64: ChainHash] = [:]

    private var segment: Segment?
    private var bytes: [UInt8] = []
    private var epoch: UInt64 = 0

    init(
        _ doors: DiskDoors, _ meta: DirectoryMeta, _ names: Pseudonyms, origin reader: JournalReader
    ) throws(JournalError) {
        self.doors = doors
        self.meta = meta
        self.names = names
        anchor = try Anchor.read(doors)
        mark = anchor?.mark ?? JournalMark()
        state = try reader.origin(upTo: .max)
        guard anchor != nil else { return }
        let (text, isChanged) = clean(StateText.write(state))
        isOriginChanged = isChanged
        do throws(CodingFault) {
            state = try StateText.read(text[...])
        } catch {
            throw .unusable(
                "the state that compaction left can't be written without the names: \(error)")
        }
        originText = StateText.write(state)
    }

    private func clean(_ text: [UInt8]) -> ([UInt8], isChanged: Bool) {
        var result: [UInt8] = []
        var isChanged = false
        for line in text.split(separator: 0x0A) {
            if let value = try? JSONValue(parsing: Array(line), limits: .file),
                let cleaned = names.without(value, in: anchor?.snapshot)
            {
                result.append(contentsOf: cleaned.encoded())
                isChanged = true
            } else {
                result.append(contentsOf: line)
            }
            result.append(0x0A)
        }
        return (result, isChanged)
    }

    /// Reads all lines; writes those files beside their places that change.
    mutating func run() throws(JournalError) {
        var copy = self
        let found = try Recovery.run(doors, directory: meta.id, after: 0, fromDevice: false) {
            line throws(JournalError) in
            try copy.take(line)
        }
        try copy.flush()
        copy.before = found.mark.hash
        copy.mark.epoch = found.mark.epoch
        self = copy
    }

    private mutating func take(_ line: Scan.Line) throws(JournalError) {
        if segment != line.segment {
            try flush()
            segment = line.segment
        }
        let loss = line.frame.kind == .loss ? Loss(line.bytes) : nil
        let new = try rewritten(line)
        if line.frame.first == line.frame.q { bytes.append(0x0A) }
        bytes.append(contentsOf: new)
        bytes.append(0x0A)
        mark.q = line.frame.q
        mark.n = line.frame.n
        mark.t = line.frame.t
        mark.hash = loss?.next ?? new.withUnsafeBytes { ChainHash(of: $0) }
        hashes[line.frame.q] = anchor.map { line.frame.n == $0.snapshot } == true ? mark.hash : nil
    }

    /// The line with the new hash of the line before it, and without the names.
    private mutating func rewritten(_ line: Scan.Line) throws(JournalError) -> [UInt8] {
        let end = line.bytes.count - Frame.suffixLength
        guard let place = Self.place(of: Array(",\"p\":\"".utf8), in: line.bytes).map({ $0 + 6 }),
            place + 32 <= end
        else { throw .unusable("line \(line.frame.q) is not laid out as a line") }
        var new = Array(line.bytes[..<place])
        new.append(contentsOf: mark.hash.description.utf8)
        let body = body(line)
        if let body = body ?? note(line) {
            lines += line.frame.kind == .commit ? 1 : 0
            // From `{` of the body on, the brace as a comma.
            new.append(contentsOf: "\",".utf8)
            new.append(contentsOf: body.encoded().dropFirst().dropLast())
        } else {
            new.append(contentsOf: line.bytes[(place + 32)..<end])
        }
        let crc = CRC32C.checksum(new[...])
        new.append(contentsOf: ",\"c\":\"\(Hexadecimal.text(UInt64(crc), digits: 8))\"}".utf8)
        // The state that compaction left has some of the first lines in it.
        if line.frame.kind == .commit, line.frame.n > state.n {
            state.evolve(try commit(new, line))
        }
        return new
    }

    private func commit(_ new: [UInt8], _ line: Scan.Line) throws(JournalError) -> Commit {
        var changed = line
        return try new.withUnsafeBufferPointer { bytes throws(JournalError) in
            changed.bytes = UnsafeRawBufferPointer(bytes)
            return try JournalReader.commit(changed)
        }
    }

    /// The members of a commit's line from `k` on without the names; nil where it stays as it is.
    private func body(_ line: Scan.Line) -> JSONValue? {
        guard line.frame.kind == .commit, let body = Self.members(line) else { return nil }
        return names.without(.object(body), in: line.frame.n)
    }

    /// A seal with an earlier note of this kind, whose line before has another hash now.
    private func note(_ line: Scan.Line) -> JSONValue? {
        guard line.frame.kind == .seal, line.frame.chain != mark.hash,
            var body = Self.members(line), var note = body["rewritten"]?.object
        else { return nil }
        note["then"] = note["then"] ?? note["after"]
        note["after"] = .string(mark.hash.description)
        body["rewritten"] = .object(note)
        return .object(body)
    }

    /// What a line says from `k` on.
    private static func members(_ line: Scan.Line) -> JSONObject? {
        let head: Set<String> = ["v", "q", "f", "n", "t", "p", "c"]
        return (try? JSONValue(parsing: line.bytes, limits: .file).object)
            .map { JSONObject($0.members.filter { !head.contains($0.name) }) }
    }

    private mutating func flush() throws(JournalError) {
        defer { bytes.removeAll(keepingCapacity: true) }
        guard let segment, !bytes.isEmpty else { return }
        try stage(segment.name, bytes)
    }

    private mutating func stage(_ name: String, _ new: [UInt8]) throws(JournalError) {
        let isSame = try translating { () throws(SystemError) in
            if try doors.status(name)?.size == new.count, try doors.contents(name) == new {
                return true
            }
            try doors.replace(name + Switch.suffix, with: new)
            return false
        }
        if !isSame { switching.put.append(name) }
    }

    /// Adds the note to the last file, the snapshots and the note of the end, and lets the new files count.
    ///
    /// - Returns: the files that go.
    mutating func finish(
        by: String, people: [Int], key: SigningKey?, removing: [String]
    ) throws(JournalError) -> [String] {
        guard let segment else { throw .unusable("there is no line") }
        try stageOrigin()
        var batch = BatchWriter(after: mark)
        var note = Rewritten(
            mark.q, by: String(by.unicodeScalars.prefix(100)), at: doors.now(), people: people,
            lines: lines, before: before, after: mark.hash)
        if let key { try note.sign(key) }
        batch.own("seal") { writer in
            writer.key("clean")
            writer.bool(true)
            writer.key("wall")
            writer.integer(note.at)
            note.write(&writer)
        }
        let name = segment.name
        let last = try translating { () throws(SystemError) in
            try doors.contents(switching.put.contains(name) ? name + Switch.suffix : name)
        }
        switching.put.removeAll { $0 == name }
        try stage(name, last.prefix(Self.end(of: last)) + batch.bytes)
        mark = batch.mark
        let text = StateText.write(state)
        let snapshot = FileNames.snapshot(last: mark.n)
        try stage(
            snapshot,
            SnapshotFile.encode(
                state: text, mark: mark, directory: meta.id, stateHash: StateText.hash(text)))
        try stage(FileNames.checkpoint, Checkpoint(mark).bytes)
        switching.remove = try SnapshotFile.names(in: doors).filter { $0 != snapshot } + removing
        try switching.begin(doors)
        return switching.remove
    }

    /// The end of the last line in a file whose tail may be blank or torn.
    private static func end(of bytes: [UInt8]) -> Int {
        bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    }

    /// The state that stands for lines that were taken out, without the names.
    private mutating func stageOrigin() throws(JournalError) {
        guard let anchor, let originText else { return }
        let name = "\(FileNames.archive)/\(FileNames.snapshot(last: anchor.snapshot))"
        let old = try translating { () throws(SystemError) in
            try doors.contents(name, limit: SnapshotFile.longest)
        }
        guard var footer = SnapshotFile.footer(of: old) else { return }
        if let hash = hashes[footer.mark.q] { footer.mark.hash = hash }
        try stage(
            name,
            SnapshotFile.encode(
                state: originText, mark: footer.mark, directory: footer.directory,
                stateHash: StateText.hash(originText)))
    }

    // MARK: Bytes

    private static func place(of wanted: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let first = wanted.first, let base = bytes.baseAddress else { return nil }
        var start = 0
        while bytes.count - start >= wanted.count {
            guard
                let found = memchr(
                    base + start, Int32(first), bytes.count - start - wanted.count + 1)
            else { return nil }
            let place = UnsafeRawPointer(found) - base
            if bytes[place..<place + wanted.count].elementsEqual(wanted) { return place }
            start = place + 1
        }
        return nil
    }

    /// Whether a text stands anywhere in the bytes.
    static func holds(_ bytes: ArraySlice<UInt8>, _ wanted: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { place(of: wanted, in: $0) != nil }
    }
}
