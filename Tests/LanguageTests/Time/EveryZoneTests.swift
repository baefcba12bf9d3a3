import Glibc
import Language
import Testing

/// Every zone of this machine, 2020 to 2037, against another reader of the same files: Python's zoneinfo.
///
/// For each change of offset it tells the offsets around it, and for wall clocks around it the moment that it
/// takes them for: of two the first, and where there is none the one by the offset before.
@Suite("Every zone") struct EveryZoneTests {
    private static let script = """
        import datetime as d, os, sys, zoneinfo as z
        utc = d.timezone.utc
        epoch = d.datetime(1970, 1, 1)
        def offset(zone, t):
            return int(d.datetime.fromtimestamp(t, zone).utcoffset().total_seconds())
        def moment(zone, wall):
            return int((epoch + d.timedelta(seconds=wall)).replace(tzinfo=zone).timestamp())
        lines = []
        for name in sorted(z.available_timezones()):
            if not os.path.isfile('/usr/share/zoneinfo/' + name) or name[0].islower(): continue
            zone = z.ZoneInfo(name)
            t, end = 1577836800, 2145916800
            lines.append(f'{name} o {t} {offset(zone, t)}')
            while t < end:
                u = t + 7 * 86400
                a, b = offset(zone, t), offset(zone, u)
                if a != b:
                    low, high = t, u
                    while high - low > 1:
                        middle = (low + high) // 2
                        if offset(zone, middle) == a: low = middle
                        else: high = middle
                    lines.append(f'{name} o {high - 1} {a}')
                    lines.append(f'{name} o {high} {b}')
                    for side in (a, b):
                        for step in (-7200, -3600, -1800, -60, 0, 60, 1800, 3600, 7200):
                            wall = (high + side + step) // 60 * 60
                            lines.append(f'{name} w {wall} {moment(zone, wall)}')
                t = u
        sys.stdout.write('\\n'.join(lines))
        """

    /// What it tells; nothing where there is no Python.
    private static let told: [Substring] = {
        guard let pipe = popen("python3 - 2>/dev/null <<'END'\n\(script)\nEND\n", "r") else {
            return []
        }
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&part, 1, part.count, pipe), count > 0 {
            all += part.prefix(count)
        }
        guard pclose(pipe) == 0 else { return [] }
        return String(decoding: all, as: UTF8.self).split(separator: "\n")
    }()

    @Test("offsets and wall clocks, in gaps and overlaps too", .enabled(if: !told.isEmpty))
    func everyZone() throws {
        var zones = Zones()
        var name = Substring("")
        var offsets = 0, walls = 0, zonesMet = 0
        for line in Self.told {
            let words = line.split(separator: " ")
            guard words.count == 4, let first = Int64(words[2]), let second = Int64(words[3]) else {
                Issue.record("“\(line)” is not understood")
                return
            }
            if words[0] != name {
                name = words[0]
                zonesMet += 1
                guard let file = fopen("/usr/share/zoneinfo/\(name)", "rb") else { continue }
                var bytes = [UInt8](repeating: 0, count: 1 << 17)
                let count = fread(&bytes, 1, bytes.count, file)
                fclose(file)
                zones = Zones(files: [String(name): Array(bytes.prefix(count))])
                #expect(zones.faults.isEmpty, "\(name)")
            }
            if words[1] == "o" {
                offsets += 1
                let found = zones.offset(of: String(name), at: Instant(milliseconds: first * 1000))
                if found != Int(second) { Issue.record("\(line): \(found ?? -1)") }
            } else {
                walls += 1
                let local = Instant(milliseconds: first * 1000).local(offset: 0)
                let found = zones.instant(local, in: String(name))?.milliseconds
                if found != second * 1000 {
                    Issue.record("\(line): \(local) is \((found ?? -1) / 1000)")
                }
                // And back: itself, or later by the width of the gap.
                if let found,
                    let back = zones.local(Instant(milliseconds: found), in: String(name)),
                    back < local
                {
                    Issue.record("\(line): \(local) came back as \(back)")
                }
            }
        }
        #expect(
            zonesMet > 300 && offsets > 5_000 && walls > 50_000,
            "\(zonesMet) zones, \(offsets) offsets, \(walls) wall clocks")
    }
}
