import Glibc
import JSON

/// What a figure should be.
enum Aim {
    case below(Double)
    case above(Double)

    func isMet(by figure: Double) -> Bool {
        switch self {
        case .below(let limit): figure < limit
        case .above(let limit): figure >= limit
        }
    }
}

/// One line of the table.
struct Row {
    var name: String
    var figure: Double
    var unit: String
    var aim: Aim?
    /// What the figure was measured against, or what else is worth knowing.
    var note = ""
}

/// Prints the rows as they come, and keeps them for `--json`.
struct Table {
    private(set) var rows: [Row] = []
    let isJSON: Bool

    init(isJSON: Bool) {
        self.isJSON = isJSON
        if !isJSON { write(Self.line("name", "figure", "unit", "aim", "", "")) }
    }

    mutating func add(_ row: Row) {
        rows.append(row)
        guard !isJSON else { return }
        var aim = ""
        var verdict = ""
        if let wanted = row.aim {
            switch wanted {
            case .below(let limit): aim = "< " + Self.shown(limit)
            case .above(let limit): aim = "≥ " + Self.shown(limit)
            }
            verdict = wanted.isMet(by: row.figure) ? "yes" : "NO"
        }
        write(Self.line(row.name, Self.shown(row.figure), row.unit, aim, verdict, row.note))
    }

    mutating func add(
        _ name: String, _ figure: Double, _ unit: String, _ aim: Aim? = nil, _ note: String = ""
    ) {
        add(Row(name: name, figure: figure, unit: unit, aim: aim, note: note))
    }

    /// What can't be measured here, and why.
    func skip(_ name: String, _ why: String) {
        if !isJSON { write(Self.line(name, "–", "", "", "", why)) }
    }

    func finish() {
        guard isJSON else { return }
        var json = JSONWriter()
        json.beginArray()
        for row in rows {
            json.beginObject()
            json.key("name")
            json.string(row.name)
            json.key("figure")
            json.number(row.figure)
            json.key("unit")
            json.string(row.unit)
            if let aim = row.aim {
                switch aim {
                case .below(let limit):
                    json.key("below")
                    json.number(limit)
                case .above(let limit):
                    json.key("above")
                    json.number(limit)
                }
                json.key("met")
                json.bool(aim.isMet(by: row.figure))
            }
            if !row.note.isEmpty {
                json.key("note")
                json.string(row.note)
            }
            json.endObject()
        }
        json.endArray()
        write(String(decoding: json.bytes, as: UTF8.self))
    }

    private func write(_ line: String) {
        print(line)
        fflush(nil)
    }

    private static func line(
        _ name: String, _ figure: String, _ unit: String, _ aim: String, _ verdict: String,
        _ note: String
    ) -> String {
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.unicodeScalars.count)) + text
        }
        func left(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
        }
        return left(name, 44) + right(figure, 10) + " " + left(unit, 11) + left(aim, 10)
            + left(verdict, 4) + note
    }

    /// Three digits that mean something; whole numbers from a hundred on.
    private static func shown(_ figure: Double) -> String {
        guard figure.isFinite else { return "–" }
        if abs(figure) >= 100 { return String(Int(figure.rounded())) }
        let places: Double = abs(figure) >= 10 ? 10 : abs(figure) >= 1 ? 100 : 1000
        let rounded = (figure * places).rounded() / places
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}

/// Seconds on a clock.
enum Clock {
    static func now(_ clock: clockid_t = CLOCK_MONOTONIC) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    /// What this thread has used of a processor: others on the machine don't show in it.
    static var used: Double { now(CLOCK_THREAD_CPUTIME_ID) }
}

/// Where results go so that nothing is computed in vain, and the optimiser knows.
nonisolated(unsafe) var kept = 0

/// The processor time of one call of `body`, in seconds: the median of many rounds.
///
/// 1. A round is as many calls as take about a fortieth of `seconds`, found by doubling.
/// 2. Rounds are made until the time is up, five at least.
func cost(_ seconds: Double, _ body: () -> Int) -> Double {
    func round(_ count: Int) -> Double {
        let start = Clock.used
        for _ in 0..<count { kept &+= body() }
        return Clock.used - start
    }
    var count = 1
    while round(count) < seconds / 40, count < 1 << 30 { count *= 2 }
    var rounds: [Double] = []
    let end = Clock.now() + seconds
    while rounds.count < 5 || Clock.now() < end { rounds.append(round(count) / Double(count)) }
    precondition(kept != .min)
    return median(rounds)
}

func median(_ figures: [Double]) -> Double {
    guard !figures.isEmpty else { return .nan }
    let sorted = figures.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// A benchmark that can't go on, and why.
struct Trouble: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
