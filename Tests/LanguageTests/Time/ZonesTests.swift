import Glibc
import Language
import Runtime
import TestKit
import Testing

/// What another implementation (Python's zoneinfo, tz 2025b) says of these instants; Morocco only up to
/// 2024, because its rules change often.
private let moments: [Int64] = [
    172065600, 946684799, 1325239200, 1709233199, 1709233200, 1710053999, 1710054000,
    1730613599, 1730613600, 1712415600, 1771588800, 1791041399, 1791041400, 2130019200,
    3788121600, 3803760000,
]
private let offsets: [(zone: String, seconds: [Int])] = [
    (
        "Asia/Almaty",
        [
            21600, 21600, 21600, 18000, 18000, 18000, 18000, 18000, 18000, 18000, 18000, 18000,
            18000, 18000, 18000, 18000,
        ]
    ),
    (
        "Asia/Dubai",
        [
            14400, 14400, 14400, 14400, 14400, 14400, 14400, 14400, 14400, 14400, 14400, 14400,
            14400, 14400, 14400, 14400,
        ]
    ),
    (
        "Asia/Bishkek",
        [
            21600, 18000, 21600, 21600, 21600, 21600, 21600, 21600, 21600, 21600, 21600, 21600,
            21600, 21600, 21600, 21600,
        ]
    ),
    (
        "Asia/Kathmandu",
        [
            19800, 20700, 20700, 20700, 20700, 20700, 20700, 20700, 20700, 20700, 20700, 20700,
            20700, 20700, 20700, 20700,
        ]
    ),
    (
        "America/New_York",
        [
            -14400, -18000, -18000, -18000, -18000, -18000, -14400, -14400, -18000, -14400, -18000,
            -14400, -14400, -14400, -18000, -14400,
        ]
    ),
    (
        "Africa/Casablanca",
        [
            0, 0, 0, 3600, 3600, 0, 0, 3600, 3600, 0,
        ]
    ),
    (
        "Australia/Lord_Howe",
        [
            36000, 39600, 39600, 39600, 39600, 39600, 39600, 39600, 39600, 37800, 39600, 37800,
            39600, 37800, 39600, 37800,
        ]
    ),
    (
        "Europe/London",
        [
            3600, 0, 0, 0, 0, 0, 0, 0, 0, 3600, 0, 3600, 3600, 3600, 0, 3600,
        ]
    ),
    (
        "Pacific/Chatham",
        [
            45900, 49500, 49500, 49500, 49500, 49500, 49500, 49500, 49500, 45900, 49500, 49500,
            49500, 45900, 49500, 45900,
        ]
    ),
    (
        "America/St_Johns",
        [
            -9000, -12600, -12600, -12600, -12600, -9000, -9000, -12600, -12600, -9000, -12600,
            -9000, -9000, -9000, -12600, -9000,
        ]
    ),
    (
        "Pacific/Apia",
        [
            -39600, -39600, 50400, 46800, 46800, 46800, 46800, 46800, 46800, 46800, 46800, 46800,
            46800, 46800, 46800, 46800,
        ]
    ),
    (
        "Asia/Tehran",
        [
            12600, 12600, 12600, 12600, 12600, 12600, 12600, 12600, 12600, 12600, 12600, 12600,
            12600, 12600, 12600, 12600,
        ]
    ),
]
/// Wall clock to instant, as zoneinfo has it with fold 0: gaps use the offset before, overlaps the first.
private let clocks: [(zone: String, local: String, instant: String)] = [
    ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30:00Z"),
    ("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z"),
    ("America/New_York", "2060-03-14T02:30", "2060-03-14T07:30:00Z"),
    ("America/New_York", "2060-11-07T01:30", "2060-11-07T05:30:00Z"),
    ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00Z"),
    ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z"),
    ("Asia/Almaty", "2024-02-29T23:30", "2024-02-29T17:30:00Z"),
    ("Asia/Almaty", "2024-03-01T00:00", "2024-02-29T19:00:00Z"),
    ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z"),
    ("Europe/London", "2026-03-29T01:00", "2026-03-29T01:00:00Z"),
    ("Asia/Kathmandu", "1985-12-31T23:50", "1985-12-31T18:20:00Z"),
    ("Asia/Kathmandu", "1986-01-01T00:05", "1985-12-31T18:35:00Z"),
]

private let directory = "/usr/share/zoneinfo"

/// The bytes of a file, nil where it can't be read.
private func bytes(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var all = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&all, 1, all.count, file)
    return Array(all.prefix(count))
}

private func systemZones(_ names: [String]) -> Zones {
    var files: [String: [UInt8]] = [:]
    for name in names { files[name] = bytes(of: "\(directory)/\(name)") }
    return Zones(files: files)
}

private let hasDatabase = bytes(of: "\(directory)/Europe/London") != nil

private func moment(_ text: String) -> LocalMoment? {
    let parts = text.split(separator: "T")
    guard parts.count == 2, let date = LocalDate(iso: parts[0]) else { return nil }
    let clock = parts[1].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 2 else { return nil }
    return LocalMoment(date, LocalTime(clock[0], clock[1]))
}

/// A TZif file: version 2 or later with an empty first block, or version 1.
private func file(
    version: UInt8 = UInt8(ascii: "2"), transitions: [(at: Int64, type: UInt8)] = [],
    types: [(offset: Int32, isDST: UInt8)], rule: String
) -> [UInt8] {
    func big(_ value: Int64, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> Int64(8 * (width - 1 - $0))) }
    }
    func header(_ times: Int, _ types: Int, _ characters: Int) -> [UInt8] {
        Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
            + [0, 0, 0, times, types, characters].flatMap { big(Int64($0), 4) }
    }
    func block(wide: Bool) -> [UInt8] {
        var all = transitions.flatMap { big($0.at, wide ? 8 : 4) }
        all += transitions.map(\.type)
        for type in types { all += big(Int64(type.offset), 4) + [type.isDST, 0] }
        return all + Array("ABC\0".utf8)
    }
    if version == 0 { return header(transitions.count, types.count, 4) + block(wide: false) }
    return header(0, 1, 1) + big(0, 4) + [0, 0] + [0]
        + header(transitions.count, types.count, 4) + block(wide: true) + [10] + Array(rule.utf8)
        + [10]
}

@Suite("Zones") struct ZonesTests {
    @Test("offsets are those of the tz database", .enabled(if: hasDatabase))
    func offsetsMatch() {
        let zones = systemZones(offsets.map(\.zone))
        #expect(zones.faults.isEmpty)
        for row in offsets {
            for (moment, expected) in zip(moments, row.seconds) {
                let found = zones.offset(
                    of: row.zone, at: Instant(milliseconds: moment * 1000 + 999))
                #expect(found == expected, "\(row.zone) at \(moment)")
            }
        }
    }

    @Test(
        "a wall clock becomes an instant: gaps forwards, overlaps first", .enabled(if: hasDatabase))
    func clocksMatch() throws {
        let zones = systemZones(clocks.map(\.zone))
        for row in clocks {
            let local = try #require(moment(row.local))
            #expect(
                zones.instant(local, in: row.zone)?.description == row.instant,
                "\(row.zone) \(row.local)")
        }
        let skipped = try #require(moment("2026-03-08T02:30"))
        let shown = zones.instant(skipped, in: "America/New_York")
            .flatMap { zones.local($0, in: "America/New_York") }
        #expect(shown?.description == "2026-03-08T03:30")
    }

    @Test("every hour of two years leads back to itself or to its twin", .enabled(if: hasDatabase))
    func roundTrip() throws {
        let zones = systemZones(offsets.map(\.zone))
        for zone in offsets.map(\.zone) {
            var at = Instant(milliseconds: 1_735_689_600_000)
            for _ in 0..<(2 * 365 * 24) {
                let local = try #require(zones.local(at, in: zone))
                let back = try #require(zones.instant(local, in: zone))
                #expect(zones.local(back, in: zone) == local, "\(zone) \(at)")
                #expect(back <= at, "the first of two: \(zone) \(at)")
                at = at.advanced(by: Instant.hour)
            }
        }
    }

    @Test("the whole database is understood", .enabled(if: hasDatabase))
    func wholeDatabase() throws {
        let table = try #require(bytes(of: "\(directory)/tzdata.zi"))
        var names: Set<String> = []
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "Z", words.count > 1 { names.insert(String(words[1])) }
            if words.first == "L", words.count > 2 { names.insert(String(words[2])) }
        }
        var files = [String: [UInt8]](minimumCapacity: 700)
        for name in names { files[name] = bytes(of: "\(directory)/\(name)") }
        files["tzdata.zi"] = table
        let zones = Zones(files: files)
        #expect(zones.faults.isEmpty)
        #expect(zones.count == files.count - 1)
        #expect(zones.count > 300)
        #expect(zones.version.hasPrefix("20"))
    }

    @Test("rules of every kind rule after the last transition")
    func rules() {
        // (rule, moment, offset)
        let rows: [(String, Int64, Int)] = [
            ("EST5EDT,M3.2.0,M11.1.0", 3_788_121_600, -18000),
            ("EST5EDT,M3.2.0,M11.1.0", 3_803_760_000, -14400),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 3_788_121_600, 39600),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 3_803_760_000, 37800),
            ("AAA-1BBB,J60,J300", 3_803_760_000, 7200),
            ("AAA-1BBB,J60,J300", 3_788_121_600, 3600),
            ("AAA-1BBB,59/0,299/3:30:15", 3_803_760_000, 7200),
            ("XXX3EDT4,0/0,J365/23", 3_788_121_600, -14400),
            ("XXX3EDT4,0/0,J365/23", 3_786_926_400 + 10800, -14400),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 3_803_760_000, -3600),
            ("UTC0", 3_788_121_600, 0),
            // 29 February 2088: day J60 is 1 March in a leap year too, day 59 is 29 February.
            ("AAA0BBB,J60/0,J300", 3_728_937_600 - 1, 0),
            ("AAA0BBB,J60/0,J300", 3_728_937_600, 3600),
            ("AAA0BBB,59/0,J300", 3_728_937_600 - 86400, 3600),
        ]
        for (rule, moment, expected) in rows {
            let zones = Zones(files: ["A/B": file(types: [(0, 0)], rule: rule)])
            #expect(zones.faults.isEmpty, "\(rule)")
            #expect(
                zones.offset(of: "A/B", at: Instant(milliseconds: moment * 1000)) == expected,
                "\(rule) \(moment)")
        }
    }

    @Test("what the format forbids is refused and listed")
    func refused() {
        let good = file(
            transitions: [(0, 0), (100, 1)], types: [(3600, 0), (7200, 1)], rule: "AAA-1")
        var leap = good
        leap[44 + 7 + 31] = 1
        let rows: [(String, [UInt8])] = [
            ("out of order", file(transitions: [(100, 0), (0, 0)], types: [(0, 0)], rule: "AAA0")),
            (
                "twice at once",
                file(transitions: [(100, 0), (100, 0)], types: [(0, 0)], rule: "AAA0")
            ),
            ("no such type", file(transitions: [(100, 7)], types: [(0, 0)], rule: "AAA0")),
            ("no types", file(types: [], rule: "AAA0")),
            ("offset of days", file(types: [(200_000, 0)], rule: "AAA0")),
            ("odd flag", file(types: [(0, 2)], rule: "AAA0")),
            ("leap seconds", leap),
            ("short name", file(types: [(0, 0)], rule: "AA0")),
            ("summer without rules", file(types: [(0, 0)], rule: "AAA0BBB")),
            ("month 13", file(types: [(0, 0)], rule: "AAA0BBB,M13.1.0,M11.1.0")),
            ("week 6", file(types: [(0, 0)], rule: "AAA0BBB,M1.6.0,M11.1.0")),
            ("day J0", file(types: [(0, 0)], rule: "AAA0BBB,J0,M11.1.0")),
            ("rest", file(types: [(0, 0)], rule: "AAA0BBB,J1,M11.1.0 ")),
            ("hour 168", file(types: [(0, 0)], rule: "AAA0BBB,J1/168,M11.1.0")),
            ("version 9", file(version: UInt8(ascii: "9"), types: [(0, 0)], rule: "AAA0")),
            ("trailing bytes", good + [0]),
            ("empty", []),
        ]
        for (name, bytes) in rows {
            let zones = Zones(files: ["A/B": bytes, "A/Good": good])
            #expect(zones.faults == ["A/B"], "\(name)")
            #expect(!zones.knows("A/B") && zones.knows("A/Good"), "\(name)")
        }
        let odd = Zones(files: ["../etc/passwd": good, "A B": good, "Ä": good])
        #expect(odd.faults.count == 3)
    }

    @Test("version 1 and a file without a rule keep the last offset")
    func lastOffset() {
        let transitions: [(at: Int64, type: UInt8)] = [(0, 1), (100, 0)]
        for bytes in [
            file(version: 0, transitions: transitions, types: [(3600, 0), (7200, 1)], rule: ""),
            file(transitions: transitions, types: [(3600, 0), (7200, 1)], rule: ""),
        ] {
            let zones = Zones(files: ["A/B": bytes])
            let found = [-1, 0, 99, 100, 1 << 40].map {
                zones.offset(of: "A/B", at: Instant(milliseconds: $0 * 1000))
            }
            #expect(found == [3600, 7200, 7200, 3600, 3600])
        }
    }

    @Test("cut and damaged files never trap, at no instant")
    func hostile() {
        var samples = [
            file(
                transitions: [(-5_000_000_000, 0), (0, 1), (100, 0)],
                types: [(3600, 0), (7200, 1)],
                rule: "<+01>-1<+02>,M3.5.0/2,M10.5.0/3")
        ]
        for name in ["Australia/Lord_Howe", "Africa/Casablanca"] {
            if let real = bytes(of: "\(directory)/\(name)") { samples.append(real) }
        }
        let instants: [Int64] = [.min, -1 << 50, -1, 0, 1_791_041_400_000, 1 << 50, .max]
        func ask(_ bytes: [UInt8]) {
            let zones = Zones(files: ["A/B": bytes])
            for instant in instants {
                let at = Instant(milliseconds: instant)
                guard let local = zones.local(at, in: "A/B") else { continue }
                _ = zones.instant(local, in: "A/B")
            }
        }
        let seed: UInt64 = 20_260_320
        print("zone flips: seed \(seed)")
        var random = Seeded(seed)
        for sample in samples {
            ask(sample)
            for length in 0..<sample.count {
                #expect(Zones(files: ["A/B": Array(sample.prefix(length))]).faults == ["A/B"])
            }
            for _ in 0..<3000 {
                var bytes = sample
                for _ in 0...Int.random(in: 0..<4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
                ask(bytes)
            }
        }
    }

    @Test("an unknown zone is nil, UTC is always there, the release is read")
    func unknown() {
        let zones = Zones(files: ["+VERSION": Array("2026b\n".utf8)])
        let now = Instant(milliseconds: 1_774_000_000_000)
        #expect(zones.version == "2026b")
        #expect(
            Zones(files: ["tzdata.zi": Array("# version 2025b-rearguard\n".utf8)]).version
                == "2025b-rearguard")
        #expect(zones.offset(of: "Asia/Nowhere", at: now) == nil)
        #expect(zones.local(now, in: "Asia/Nowhere") == nil)
        #expect(zones.instant(now.local(offset: 0), in: "Asia/Nowhere") == nil)
        #expect(zones.offset(of: "UTC", at: now) == 0)
        #expect(zones.local(now, in: "UTC") == now.local(offset: 0))
        #expect(zones.knows("UTC") && !zones.knows("Asia/Nowhere"))
    }
}
