import Metrics
import Platform

/// Keeps what is counted and shows it as Prometheus reads it (text format 0.0.4).
final class Prometheus: MetricsFactory {
    private struct Key: Hashable, Comparable, Sendable {
        var label: String
        var dimensions: String
        static func < (a: Key, b: Key) -> Bool {
            a.label == b.label ? a.dimensions < b.dimensions : a.label < b.label
        }
    }
    private struct Inside: Sendable {
        var counters: [Key: PrometheusCounter] = [:]
        var gauges: [Key: PrometheusGauge] = [:]
        var histograms: [Key: PrometheusHistogram] = [:]
    }
    private let inside = Lock(Inside())
    /// Lines that are always there.
    private let head: String

    init(head: String) { self.head = head }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = Self.key(label, dimensions)
        return inside.withLock { inside in
            if let known = inside.counters[key] { return known }
            let made = PrometheusCounter()
            inside.counters[key] = made
            return made
        }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool)
        -> any RecorderHandler
    {
        let key = Self.key(label, dimensions)
        return inside.withLock { inside -> any RecorderHandler in
            if aggregate {
                if let known = inside.histograms[key] { return known }
                let made = PrometheusHistogram()
                inside.histograms[key] = made
                return made
            }
            if let known = inside.gauges[key] { return known }
            let made = PrometheusGauge()
            inside.gauges[key] = made
            return made
        }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let key = Self.key(label, dimensions)
        return inside.withLock { inside in
            if let known = inside.histograms[key] { return known }
            let made = PrometheusHistogram()
            inside.histograms[key] = made
            return made
        }
    }

    // Counted for the life of the process.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private static func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
        let pairs = dimensions.map { "\(name($0.0))=\"\(escaped($0.1))\"" }.joined(separator: ",")
        return Key(label: name(label), dimensions: pairs)
    }

    /// Letters, digits and `_` only.
    private static func name(_ text: String) -> String {
        String(
            decoding: text.utf8.map { byte in
                switch byte {
                case 48...57, 65...90, 97...122: byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
    }

    private static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": out.append(contentsOf: ["\\", scalar])
            case "\n": out.append(contentsOf: ["\\", "n"])
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    // MARK: Showing

    func text() -> [UInt8] {
        let (counters, gauges, histograms) = inside.withLock {
            ($0.counters, $0.gauges, $0.histograms)
        }
        var out = head
        var typed: Set<String> = []
        func type(_ label: String, _ type: String) {
            if typed.insert(label).inserted { out += "# TYPE \(label) \(type)\n" }
        }
        for (key, counter) in counters.sorted(by: { $0.key < $1.key }) {
            type(key.label, "counter")
            out += "\(key.label)\(Self.braces(key.dimensions)) \(counter.value)\n"
        }
        for (key, gauge) in gauges.sorted(by: { $0.key < $1.key }) {
            type(key.label, "gauge")
            out += "\(key.label)\(Self.braces(key.dimensions)) \(gauge.value)\n"
        }
        for (key, histogram) in histograms.sorted(by: { $0.key < $1.key }) {
            type(key.label, "histogram")
            let (counts, sum) = histogram.values
            var total: UInt64 = 0
            for (i, count) in counts.enumerated() {
                total += count
                let limit =
                    i < PrometheusHistogram.limits.count
                    ? "\(PrometheusHistogram.limits[i])" : "+Inf"
                let comma = key.dimensions.isEmpty ? "" : ","
                out += "\(key.label)_bucket{\(key.dimensions)\(comma)le=\"\(limit)\"} \(total)\n"
            }
            out += "\(key.label)_sum\(Self.braces(key.dimensions)) \(sum)\n"
            out += "\(key.label)_count\(Self.braces(key.dimensions)) \(total)\n"
        }
        return Array(out.utf8)
    }

    private static func braces(_ dimensions: String) -> String {
        dimensions.isEmpty ? "" : "{\(dimensions)}"
    }
}

final class PrometheusCounter: CounterHandler {
    private let inside = Lock<Int64>(0)
    var value: Int64 { inside.withLock { $0 } }
    func increment(by amount: Int64) { inside.withLock { $0 &+= amount } }
    func reset() { inside.withLock { $0 = 0 } }
}

final class PrometheusGauge: RecorderHandler {
    private let inside = Lock<Double>(0)
    var value: Double { inside.withLock { $0 } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { inside.withLock { $0 = value } }
}

/// Counts by size, three steps a decade from one to a thousand million: good for batches and for nanoseconds.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
    static let limits: [Int64] = {
        var limits: [Int64] = []
        var decade: Int64 = 1
        while decade <= 1_000_000_000 {
            limits += [decade, decade * 2, decade * 5]
            decade *= 10
        }
        return limits
    }()

    private struct Inside: Sendable {
        var counts = [UInt64](repeating: 0, count: PrometheusHistogram.limits.count + 1)
        var sum = 0.0
    }
    private let inside = Lock(Inside())
    var values: (counts: [UInt64], sum: Double) { inside.withLock { ($0.counts, $0.sum) } }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration)) }
    func record(_ value: Double) {
        var low = 0, high = Self.limits.count
        while low < high {
            let middle = (low + high) / 2
            if value <= Double(Self.limits[middle]) { high = middle } else { low = middle + 1 }
        }
        inside.withLock { inside in
            inside.counts[low] += 1
            inside.sum += value
        }
    }
}
