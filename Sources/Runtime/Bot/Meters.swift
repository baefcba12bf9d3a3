internal import CoreMetrics

/// What is counted (Prometheus names). Units stand in the names.
struct Meters: Sendable {
    /// From the start of an append until it is durable.
    let commit = Timer(label: "hundred_commit_nanoseconds")
    /// Commits of one batch.
    let batch = Recorder(label: "hundred_batch_commits")
    let commits = Counter(label: "hundred_commits_total")
    let depth = Gauge(label: "hundred_queue_depth")
    let turnedAway = Counter(label: "hundred_turned_away_total")
    let inFlight = Gauge(label: "hundred_sends_in_flight")
    let owed = ["1m", "10m", "1h", "older"].map {
        Gauge(label: "hundred_owed", dimensions: [("age", $0)])
    }
    let sent = Counter(label: "hundred_sends_total")
    let ambiguous = Counter(label: "hundred_sends_ambiguous_total")
    let dead = Counter(label: "hundred_dead_letters_total")
    let dropped = Counter(label: "hundred_answers_dropped_total")
    /// How late alarms rang.
    let late = Recorder(label: "hundred_ring_late_milliseconds")
    let jumps = Counter(label: "hundred_clock_jumps_total")
}
