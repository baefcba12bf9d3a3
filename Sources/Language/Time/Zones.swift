/// The time zones of a machine, read from the files of its tz database, so that an update of that
/// database is followed without a new release.
///
/// Reading the directory is the caller's work; this is only bytes and look-up. Whoever asks for a zone
/// that isn't here gets nil and falls back to UTC.
public struct Zones: Hashable, Sendable {
    private var zones: [String: ZoneFile] = [:]
    /// The names whose files were not understood, sorted. They are as if absent.
    public private(set) var faults: [String] = []
    /// The release of the database (`2026b`); empty where nothing told it.
    public var version = ""

    /// No zones but `UTC`.
    public init() {}

    /// Zones by their names (`Asia/Almaty`), each with the bytes of its TZif file; links are copies.
    /// The release is taken from `+VERSION` or the first line of `tzdata.zi`, where one of them is
    /// among the files.
    public init(files: [String: [UInt8]]) {
        zones.reserveCapacity(files.count)
        for (name, bytes) in files {
            if name == "+VERSION" || name == "tzdata.zi" {
                if version.isEmpty { version = Self.release(bytes) }
            } else if Self.isName(name), let zone = ZoneFile(bytes) {
                zones[name] = zone
            } else {
                faults.append(name)
            }
        }
        faults.sort()
    }

    /// These zones, and of others those that are missing here: a zone that a release dropped keeps the rules
    /// it last had.
    public func keeping(_ others: Zones) -> Zones {
        var all = self
        for (name, zone) in others.zones where all.zones[name] == nil { all.zones[name] = zone }
        return all
    }

    /// How many zones there are.
    public var count: Int { zones.count }

    /// Whether the zone can be asked for.
    public func knows(_ zone: String) -> Bool { zone == "UTC" || zones[zone] != nil }

    /// The names of all zones, sorted.
    public var names: [String] { zones.keys.sorted() }

    /// Seconds east of Greenwich in a zone at an instant; nil for an unknown zone.
    public func offset(of zone: String, at instant: Instant) -> Int? {
        if let file = zones[zone] {
            return file.offset(at: Instant.floorDivide(instant.milliseconds, 1000))
        }
        return zone == "UTC" ? 0 : nil
    }

    /// The date and the wall clock in a zone at an instant; nil for an unknown zone.
    public func local(_ instant: Instant, in zone: String) -> LocalMoment? {
        offset(of: zone, at: instant).map { instant.local(offset: $0) }
    }

    /// When a wall clock shows a moment; nil for an unknown zone.
    ///
    /// 1. Of all offsets in force within 26 hours of it, those are tried that lead back to the moment.
    /// 2. Where two do (clocks were set back, 01:30 comes twice) the first time counts.
    /// 3. Where none does (clocks were set forward, 02:30 is left out) the offset before the change is
    ///    used: 02:30 becomes 03:30 of the same day.
    public func instant(_ local: LocalMoment, in zone: String) -> Instant? {
        let clock = Int64(local.date.days) * 86400 + Int64(local.time.minutes) * 60
        guard let file = zones[zone] else {
            return zone == "UTC" ? Instant(milliseconds: clock * 1000) : nil
        }
        let reach: Int64 = 26 * 3600
        var before = file.offset(at: clock - reach)
        var found: Int64?
        func attempt(_ offset: Int) {
            let moment = clock - Int64(offset)
            guard file.offset(at: moment) == offset else { return }
            found = found.map { min($0, moment) } ?? moment
        }
        attempt(before)
        var skipped: Int64?
        for change in file.changes(after: clock - reach, upTo: clock + reach) {
            attempt(change.to)
            if clock >= change.at + Int64(before), clock < change.at + Int64(change.to) {
                skipped = clock - Int64(before)
            }
            before = change.to
        }
        return Instant(milliseconds: (found ?? skipped ?? clock - Int64(before)) * 1000)
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0)
                    || $0 == 0x2F || $0 == 0x5F || $0 == 0x2D || $0 == 0x2B
            }
    }

    /// `2026b` out of `2026b\n` or `# version 2026b\n…`.
    private static func release(_ bytes: [UInt8]) -> String {
        let line = bytes.prefix(64).prefix { $0 != 10 && $0 != 13 }
        let word = line.split(separator: 0x20).last ?? []
        guard word.count >= 5, word.count <= 16,
            word.allSatisfy({
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            })
        else { return "" }
        return String(decoding: word, as: UTF8.self)
    }
}
