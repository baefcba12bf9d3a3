import Accelerator
import JSON
import Language
import Runtime
import TestKit
import Testing

/// What is drawn, as values: pixels are looked at by people, the numbers behind them here.
@Suite("Charts") struct ChartTests {
    private static func encoded(_ chart: Chart) -> [UInt8] {
        var json = JSONWriter()
        chart.write(into: &json)
        return json.bytes
    }

    /// A challenge on a day, and what is drawn of it: falling and rising, first days and last, stopped, a
    /// target that was changed, one that is met.
    struct Course: Sendable {
        var what: String
        var day: String
        var tone: Chart.Tone
        var y: ClosedRange<Double>
        /// The baseline's among them; none where nothing was measured.
        var points: Int
        var last: Chart.Point?
        var target: Double
        var former: Double?
        /// Where the forecast ends, within half a unit.
        var forecast: Chart.Point?
        var now: Double?
    }
    static let courses = [
        Course(
            what: "CH-01", day: "2026-03-20", tone: .warning, y: 15...45, points: 16,
            last: .init(47, 31.8),
            target: 15, forecast: .init(100, 16.1), now: 47),
        Course(
            what: "CH-03", day: "2026-03-20", tone: .good, y: 60...100, points: 16,
            last: .init(45, 77.3),
            target: 98, forecast: .init(92, 98), now: 47),
        Course(
            what: "CH-03", day: "2026-02-03", tone: .good, y: 60...100, points: 0, target: 98,
            now: 2),
        Course(
            what: "CH-03", day: "2026-02-10", tone: .good, y: 60...100, points: 4,
            last: .init(9, 61.9), target: 98,
            now: 9),
        Course(
            what: "CH-05", day: "2026-03-20", tone: .ended, y: 20...100, points: 14,
            last: .init(41, 90.7),
            target: 30, now: 41),
        Course(
            what: "CH-07", day: "2026-04-15", tone: .bad, y: 0...150, points: 18,
            last: .init(71, 75), target: 120,
            former: 150, forecast: .init(100, 117.9), now: 73),
        Course(
            what: "CH-08", day: "2026-05-01", tone: .done, y: 0...2000, points: 29,
            last: .init(88, 1656),
            target: 1500, now: 89),
    ]

    private static func chart(_ what: String, _ goal: String?, _ date: LocalDate, _ state: State)
        -> Chart?
    {
        if let challenge = state.challenges[what] {
            let known = state.known(of: challenge, endOf: date, zones: Sample.zones)
            return ChallengeView(challenge, state, known: known).chart(of: goal)
        }
        return state.cohorts[what].flatMap {
            CohortView($0, state, endOf: date, zones: Sample.zones).chart
        }
    }

    @Test(arguments: courses) func values(_ course: Course) throws {
        let state = Sample.state(try Sample.cohort())
        let date = try #require(LocalDate(iso: course.day))
        let chart = try #require(Self.chart(course.what, nil, date, state))
        guard case .plot(let plot) = chart.body else {
            Issue.record("no lines are drawn")
            return
        }
        func line(_ kind: Chart.Line.Kind) -> Chart.Line? { plot.lines.first { $0.kind == kind } }
        #expect(chart.badge?.tone == course.tone)
        #expect(plot.y == course.y)
        #expect(line(.measured)?.points.count ?? 0 == course.points)
        #expect(line(.measured)?.points.last == course.last)
        #expect(line(.level)?.points.map(\.y) == [course.target, course.target])
        #expect(line(.former)?.points.last?.y == course.former)
        #expect(line(.expected)?.points.count == 25)
        #expect(line(.expected)?.points.last?.y == course.target)
        #expect((line(.projected) == nil) == (course.forecast == nil))
        if let end = line(.projected)?.points.last, let wanted = course.forecast {
            #expect(end.x == wanted.x && abs(end.y - wanted.y) < 0.6, "\(end)")
            #expect(line(.projected)?.points.first == course.last)
        }
        #expect(plot.now?.at == course.now)
        #expect(try Chart(JSONValue(parsing: Self.encoded(chart))) == chart)
    }

    /// The worst first, with the way each has gone and what was expected of it.
    @Test func bars() throws {
        let state = Sample.state(try Sample.cohort())
        let date = try #require(LocalDate(iso: "2026-03-20"))
        let chart = try #require(Self.chart("NA-1", nil, date, state))
        guard case .bars(let bars, _) = chart.body else {
            Issue.record("no bars are drawn")
            return
        }
        let codes = bars.map(\.code)
        #expect(
            codes
                == ["CH-06", "CH-07", "CH-04", "CH-02", "CH-01", "CH-03", "CH-08", "CH-05"].map {
                    Say.code($0)
                })
        #expect(
            bars.map { $0.share.map { Int(($0 * 100).rounded()) } } == [
                11, 24, 33, 37, 38, 44, 50, nil,
            ])
        #expect(
            bars.map { $0.expected.map { Int(($0 * 100).rounded()) } } == [
                46, 44, 43, 46, 46, 43, 53, nil,
            ])
        #expect(
            bars.map(\.badge.tone) == [
                .bad, .bad, .warning, .warning, .warning, .good, .good, .ended,
            ])
        #expect(try Chart(JSONValue(parsing: Self.encoded(chart))) == chart)
    }

    /// On every day everything lies within its ranges, points run forward, and the last reading drawn is the
    /// one that is judged.
    @Test func everyDay() throws {
        let state = Sample.state(try Sample.cohort())
        let first = try #require(LocalDate(iso: "2026-01-20"))
        var drawn = 0
        for offset in stride(from: 0, through: 150, by: 4) {
            for challenge in state.challenges.values {
                for goal in challenge.goals {
                    let date = first + offset, place = "\(challenge.code)-\(goal.code) on \(date)"
                    guard
                        case .plot(let plot)? = Self.chart(challenge.code, goal.code, date, state)?
                            .body
                    else {
                        Issue.record("nothing is drawn: \(place)")
                        continue
                    }
                    drawn += 1
                    for line in plot.lines {
                        #expect(line.points.count <= 130, "\(place)")
                        #expect(
                            line.points.allSatisfy {
                                plot.x.contains($0.x) && plot.y.contains($0.y)
                            }, "\(place) \(line.kind)")
                        #expect(
                            zip(line.points, line.points.dropFirst()).allSatisfy { $0.x <= $1.x },
                            "\(place) \(line.kind)")
                    }
                    #expect(plot.xMarks.allSatisfy { plot.x.contains($0.at) }, "\(place)")
                    #expect(
                        plot.yMarks.first?.at == plot.y.lowerBound
                            && plot.yMarks.last?.at == plot.y.upperBound, "\(place)")
                    let known = state.known(of: challenge, endOf: date, zones: Sample.zones)
                    let judged = ChallengeAssessment.of(challenge, known: known).goals.first {
                        $0.code == goal.code
                    }
                    let measured = plot.lines.first { $0.kind == .measured }
                    #expect((measured == nil) == (plot.empty != nil), "\(place)")
                    if let last = judged?.last, goal.mode != .yesNo {
                        #expect(
                            measured?.points.last == Chart.Point(Double(last.day), last.value),
                            "\(place)")
                    }
                }
            }
        }
        #expect(drawn > 300)
    }

    /// A trajectory that was agreed is drawn as it is; a goal that is held has a band and no curve; a yes/no
    /// goal has steps.
    @Test func otherGoals() throws {
        let state = Sample.state(try Sample.cohort())
        let date = try #require(LocalDate(iso: "2026-03-20"))
        var challenge = try #require(state.challenges["CH-03"])
        func plot(_ change: (inout Goal) -> Void) throws -> Chart.Plot {
            var changed = challenge
            change(&changed.goals[0])
            let known = state.known(of: changed, endOf: date, zones: Sample.zones)
            guard case .plot(let plot)? = ChallengeView(changed, state, known: known).chart()?.body
            else {
                throw CodingFault(path: "chart", why: "none")
            }
            return plot
        }
        let agreed = try plot { goal in
            var point = TrajectoryPoint()
            point.day = 50
            point.share = 0.25
            goal.versions[goal.versions.count - 1].trajectory = [point]
        }
        #expect(
            agreed.lines.first { $0.kind == .expected }?.points == [
                .init(0, 61), .init(50, 61 + 0.25 * 37), .init(100, 98),
            ])
        let held = try plot { $0.direction = .hold }
        #expect(
            held.band == 61...135
                && !held.lines.contains { $0.kind == .expected || $0.kind == .projected })
        let steps = try plot { $0.mode = .yesNo }
        let critical = challenge.milestones.filter(\.isCritical)
        let done = critical.filter { $0.state == .done && ($0.movedOn.map { $0 <= date } ?? false) }
            .count
        #expect(steps.lines.first { $0.kind == .measured }?.points.last?.y ?? 0 == Double(done))
        #expect(steps.lines.first { $0.kind == .level }?.points.last?.y == Double(critical.count))
        challenge.head.dayOne = nil
        let known = state.known(of: challenge, endOf: date, zones: Sample.zones)
        #expect(ChallengeView(challenge, state, known: known).chart() == nil)
    }

    /// What stands for a picture stands where it belongs, else at the end; never beside the picture.
    @Test func lines() {
        let spark = Phrase("chart.spark"), here = Phrase("chart.here"), a = Phrase("a"),
            b = Phrase("b")
        let chart = Chart(
            title: .text(""), body: .bars([], tick: .text("")), alt: Phrase("alt"), instead: [spark]
        )
        func lines(_ phrases: [Phrase], _ chart: Chart?, _ withPicture: Bool) -> [String] {
            var out = Outgoing(to: .principal("x"), phrases)
            out.chart = chart
            return out.lines(withPicture: withPicture).map(\.key)
        }
        #expect(lines([a, here, b], chart, false) == ["a", "chart.spark", "b"])
        #expect(lines([a, here, b], chart, true) == ["a", "b"])
        #expect(lines([a, b], chart, false) == ["a", "b", "chart.spark"])
        #expect(lines([a, here, b], nil, false) == ["a", "b"])
    }

    /// An outgoing message keeps its chart through the journal, and nothing that is no chart is read as one.
    @Test func inTheJournal() throws {
        let state = Sample.state(try Sample.cohort())
        let date = try #require(LocalDate(iso: "2026-03-20"))
        var commit = Commit()
        commit.n = 1
        for what in ["CH-01", "NA-1"] {
            var out = Outgoing(to: .person("p"), kind: .digest, [Phrase("a")])
            out.chart = Self.chart(what, nil, date, state)
            #expect(out.chart != nil)
            commit.out.append(out)
        }
        commit.out.append(Outgoing(to: .person("p"), [Phrase("a")]))
        var json = JSONWriter()
        json.beginObject()
        commit.writeBody(into: &json)
        json.endObject()
        let body = try #require(JSONValue(parsing: json.bytes).object)
        #expect(try Commit(n: 1, at: commit.at, body: body).out == commit.out)
        for wrong in [
            #"{}"#, #"[]"#, #"{"t":{"t":"x"},"a":{"k":"a"}}"#,
            #"{"t":{"t":"x"},"a":{"k":"a"},"p":{"x":[1,0],"y":[0,1],"m":[],"n":[],"l":[]}}"#,
            #"{"t":{"t":"x"},"a":{"k":"a"},"b":[{"c":{"c":"x"},"t":{"t":"x"},"g":["pink",{"t":"x"}]}],"k":{"t":"x"}}"#,
        ] {
            #expect(throws: CodingFault.self, "\(wrong)") {
                try Chart(JSONValue(parsing: Array(wrong.utf8)))
            }
        }
    }
}

@Suite("Scales of axes") struct ScaleTests {
    @Test func roundValues() {
        #expect(Chart.scale(61, 98) == [60, 70, 80, 90, 100])
        #expect(Chart.scale(0.1, 0.34) == [0.1, 0.15, 0.2, 0.25, 0.3, 0.35])
        #expect(Chart.scale(15, 42) == [15, 20, 25, 30, 35, 40, 45])
        #expect(Chart.scale(-3, 4) == [-4, -2, 0, 2, 4])
        #expect(Chart.scale(5, 5) == [4, 4.5, 5, 5.5, 6])
        #expect(Chart.scale(.nan, 1) == [0, 1])
    }

    /// Two to seven values, rising, around the range, whatever the range is.
    @Test(arguments: [1, 2, 3] as [UInt64]) func aroundAnyRange(seed: UInt64) {
        var random = Seeded(seed)
        let sizes: [Double] = [1e-9, 1e-3, 1, 100, 1e6, 1e12, 1e14]
        for _ in 0..<2000 {
            let size: Double = sizes.randomElement(using: &random) ?? 1
            let low = Double.random(in: -size...size, using: &random)
            let high: Double = low + Double.random(in: 0...size, using: &random)
            let marks = Chart.scale(low, high)
            #expect((2...7).contains(marks.count), "seed \(seed): \(low) \(high)")
            #expect(
                zip(marks, marks.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed): \(low) \(high)"
            )
            let slack = max(1e-8, (high - low) * 1e-6)
            #expect(
                (marks.first ?? 0) <= low + slack && (marks.last ?? 0) >= high - slack,
                "seed \(seed): \(low) \(high)")
        }
    }
}
