/// One zone of the tz database: the content of a TZif file (RFC 9636), versions 1 to 4.
///
/// How the bytes are read:
/// 1. A header of 44 bytes, then a block of 32-bit data. Version 1 ends there.
/// 2. From version 2 the first block is skipped, a second header and a block of 64-bit data follow,
///    then a footer: a POSIX TZ text between two line feeds, which rules after the last transition.
/// 3. Every count is checked against what is left of the bytes before anything of that size is read.
/// 4. What the RFC forbids is refused: transitions out of order, a type that isn't there, an offset
///    beyond a day or so. Files with leap seconds are refused too: an `Instant` has none.
struct ZoneFile: Hashable, Sendable {
    /// When the offset changes, seconds since 1970, ascending.
    private var moments: [Int64] = []
    /// The offset from each of those moments on, seconds east.
    private var offsets: [Int] = []
    /// Before the first of them.
    private var first = 0
    /// After the last of them.
    private var rule: ZoneRule?

    /// The largest file that is looked at; the largest of the tz database has some 4,000 bytes.
    static let largest = 256 << 10

    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.largest else { return nil }
        var cursor = Cursor(bytes: bytes)
        guard let header = Header(&cursor) else { return nil }
        if header.version < 2 {
            guard readBlock(header, &cursor, wide: false), cursor.left == 0 else { return nil }
            return
        }
        guard cursor.skip(header.length(wide: false)), let second = Header(&cursor),
            second.version == header.version, readBlock(second, &cursor, wide: true),
            cursor.byte() == 10
        else { return nil }
        var footer: [UInt8] = []
        var isClosed = false
        while !isClosed, let byte = cursor.byte() {
            if byte == 10 { isClosed = true } else { footer.append(byte) }
        }
        guard isClosed, cursor.left == 0 else { return nil }
        guard !footer.isEmpty else { return }
        guard let rule = ZoneRule(footer) else { return nil }
        self.rule = rule
    }

    /// Seconds east of Greenwich at a moment given in seconds since 1970.
    func offset(at moment: Int64) -> Int {
        guard let last = moments.last else { return rule?.offset(at: moment) ?? first }
        if moment >= last, let rule { return rule.offset(at: moment) }
        let place = count(upTo: moment)
        return place == 0 ? first : offsets[place - 1]
    }

    /// The changes of offset after `low` and up to `high`, oldest first.
    func changes(after low: Int64, upTo high: Int64) -> [(at: Int64, to: Int)] {
        var found: [(at: Int64, to: Int)] = []
        for place in count(upTo: low)..<max(count(upTo: low), count(upTo: high)) {
            found.append((moments[place], offsets[place]))
        }
        if let rule {
            for change in rule.changes(around: high) where change.at > low && change.at <= high {
                if let last = moments.last, change.at <= last { continue }
                found.append(change)
            }
        }
        return found
    }

    /// How many transitions lie at or before a moment.
    private func count(upTo moment: Int64) -> Int {
        var low = 0
        var high = moments.count
        while low < high {
            let middle = (low + high) / 2
            if moments[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func readBlock(_ header: Header, _ cursor: inout Cursor, wide: Bool) -> Bool {
        guard cursor.left >= header.length(wide: wide) else { return false }
        var times: [Int64] = []
        for _ in 0..<header.times {
            guard let time = wide ? cursor.int64() : cursor.int32() else { return false }
            if let last = times.last, last >= time { return false }
            times.append(time)
        }
        var kinds: [Int] = []
        for _ in 0..<header.times {
            guard let kind = cursor.byte(), Int(kind) < header.types else { return false }
            kinds.append(Int(kind))
        }
        var types: [Int] = []
        for _ in 0..<header.types {
            guard let offset = cursor.int32(), let isDST = cursor.byte(), let name = cursor.byte(),
                offset > -90_000, offset < 93_600, isDST <= 1, Int(name) < header.characters
            else { return false }
            types.append(Int(offset))
        }
        guard let initial = types.first,
            cursor.skip(header.characters + header.standards + header.universals)
        else { return false }
        moments = times
        offsets = kinds.map { types[$0] }
        first = initial
        return true
    }

    /// The counts that stand before a block of data.
    private struct Header {
        var version = 1
        var universals = 0, standards = 0, times = 0, types = 0, characters = 0

        init?(_ cursor: inout Cursor) {
            for magic in [0x54, 0x5A, 0x69, 0x66] as [UInt8] {
                guard cursor.byte() == magic else { return nil }
            }
            switch cursor.byte() {
            case 0: version = 1
            case 0x32: version = 2
            case 0x33: version = 3
            case 0x34: version = 4
            default: return nil
            }
            guard cursor.skip(15) else { return nil }
            guard let universals = cursor.count(), let standards = cursor.count(),
                let leaps = cursor.count(), let times = cursor.count(), let types = cursor.count(),
                let characters = cursor.count()
            else { return nil }
            guard leaps == 0, (1...256).contains(types), characters >= 1,
                universals == 0 || universals == types, standards == 0 || standards == types
            else { return nil }
            self.universals = universals
            self.standards = standards
            self.times = times
            self.types = types
            self.characters = characters
        }

        /// Bytes of the block. The counts are at most `largest`, so nothing overflows.
        func length(wide: Bool) -> Int {
            times * (wide ? 9 : 5) + types * 6 + characters + standards + universals
        }
    }

    /// Reads forward and never past the end.
    private struct Cursor {
        let bytes: [UInt8]
        var place = 0
        init(bytes: [UInt8]) { self.bytes = bytes }
        var left: Int { bytes.count - place }

        mutating func byte() -> UInt8? {
            guard place < bytes.count else { return nil }
            defer { place += 1 }
            return bytes[place]
        }
        mutating func skip(_ count: Int) -> Bool {
            guard count >= 0, count <= left else { return false }
            place += count
            return true
        }
        private mutating func unsigned(_ width: Int) -> UInt64? {
            guard left >= width else { return nil }
            var value: UInt64 = 0
            for byte in bytes[place..<place + width] { value = value << 8 | UInt64(byte) }
            place += width
            return value
        }
        mutating func int64() -> Int64? { unsigned(8).map { Int64(bitPattern: $0) } }
        mutating func int32() -> Int64? {
            unsigned(4).map { Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: $0))) }
        }
        mutating func count() -> Int? {
            guard let value = unsigned(4), value <= UInt64(ZoneFile.largest) else { return nil }
            return Int(value)
        }
    }
}
