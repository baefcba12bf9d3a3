/// A picture of figures, as values: what is drawn, never how. Words are chosen for its reader when it
/// is drawn, and a channel without pictures shows ``instead``.
public struct Chart: Hashable, Sendable {
    /// What something means for whoever looks: a colour, a shape and a word together, so that no
    /// colour has to be told from another.
    public enum Tone: String, CaseIterable, Hashable, Sendable {
        case good, warning, bad, done, ended, unknown
    }

    public struct Badge: Hashable, Sendable {
        public var word: Say
        public var tone: Tone
        public init(_ word: Say, _ tone: Tone) {
            self.word = word
            self.tone = tone
        }
    }

    /// A place on an axis, its words, and more words below them.
    public struct Mark: Hashable, Sendable {
        public var at: Double
        public var label: Say
        public var below: Say?
        public init(_ at: Double, _ label: Say, below: Say? = nil) {
            self.at = at
            self.label = label
            self.below = below
        }
    }

    public struct Point: Hashable, Sendable {
        public var x: Double
        public var y: Double
        public init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// Points that are joined.
    public struct Line: Hashable, Sendable {
        public enum Kind: String, CaseIterable, Hashable, Sendable {
            /// What was measured: thick, a dot a point, the last one named.
            case measured
            /// What was expected: thin.
            case expected
            /// Where it goes if it goes on like this: dashed.
            case projected
            /// What is aimed at, straight across.
            case level
            /// What was aimed at before.
            case former
        }
        public var kind: Kind
        public var label: Say
        /// From left to right, in a language written from left to right.
        public var points: [Point]
        /// Words at its last point.
        public var end: Say?
        public init(_ kind: Kind, _ label: Say, _ points: [Point], end: Say? = nil) {
            self.kind = kind
            self.label = label
            self.points = points
            self.end = end
        }
    }

    /// Lines over an axis of days. Everything lies within the two ranges.
    public struct Plot: Hashable, Sendable {
        public var x: ClosedRange<Double>
        public var y: ClosedRange<Double>
        public var xMarks: [Mark]
        public var yMarks: [Mark]
        public var lines: [Line]
        /// Where values may stay.
        public var band: ClosedRange<Double>?
        /// The day that it is, or on which it ended.
        public var now: Mark?
        /// What is said in the middle where nothing was measured.
        public var empty: Say?
        public init(
            x: ClosedRange<Double>, y: ClosedRange<Double>, xMarks: [Mark], yMarks: [Mark],
            lines: [Line], band: ClosedRange<Double>? = nil, now: Mark? = nil, empty: Say? = nil
        ) {
            self.x = x
            self.y = y
            self.xMarks = xMarks
            self.yMarks = yMarks
            self.lines = lines
            self.band = band
            self.now = now
            self.empty = empty
        }
    }

    /// A row: how much of the way, and a tick where it was expected to be; both shares.
    public struct Bar: Hashable, Sendable {
        public var code: Say
        public var title: Say
        public var badge: Badge
        /// Nil where nothing is known; drawn within 0 … 1, whatever it is.
        public var share: Double?
        public var expected: Double?
        public init(code: Say, title: Say, badge: Badge, share: Double?, expected: Double?) {
            self.code = code
            self.title = title
            self.badge = badge
            self.share = share
            self.expected = expected
        }
    }

    public enum Body: Hashable, Sendable {
        case plot(Plot)
        /// At most ``Chart/mostBars``, and what stands for the tick in the legend.
        case bars([Bar], tick: Say)
    }

    public static let mostBars = 20

    public var title: Say
    public var subtitle: Say?
    public var badge: Badge?
    public var body: Body
    /// The same in words, for those who don't see it: one line.
    public var alt: Phrase
    /// Lines where no picture can be shown.
    public var instead: [Phrase]
    public init(
        title: Say, subtitle: Say? = nil, badge: Badge? = nil, body: Body, alt: Phrase,
        instead: [Phrase] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.badge = badge
        self.body = body
        self.alt = alt
        self.instead = instead
    }
}

extension Chart {
    /// Round values that hold a range between the first and the last, four to seven of them.
    ///
    /// 1. The step is 1, 2 or 5 times a power of ten, the smallest with which at most six steps do.
    /// 2. Each value is an integer times that power, so that 0.3 is 0.3.
    /// 3. A range that is none, or too small beside its values to be told apart, gets one around it.
    public static func scale(_ low: Double, _ high: Double) -> [Double] {
        guard low.isFinite, high.isFinite, low.magnitude < 1e15, high.magnitude < 1e15 else {
            return [0, 1]
        }
        var (low, high) = (min(low, high), max(low, high))
        let least = max(low.magnitude, high.magnitude) * 1e-6
        if high - low <= max(least, 1e-9) {
            let room = max(1, max(low.magnitude, high.magnitude) * 0.1)
            (low, high) = (low - room, high + room)
        }
        var exponent = -9
        while exponent < 16 {
            for factor in [1.0, 2, 5] {
                let step = scaled(factor, exponent)
                let first = (low / step + 1e-9).rounded(.down)
                let last = (high / step - 1e-9).rounded(.up)
                guard last - first <= 6 else { continue }
                return (0...Int(last - first)).map {
                    scaled((first + Double($0)) * factor, exponent) + 0
                }
            }
            exponent += 1
        }
        return [low, high]
    }

    private static func scaled(_ value: Double, _ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<exponent.magnitude { power *= 10 }
        return exponent < 0 ? value / power : value * power
    }
}

/// A picture that has been drawn.
public struct Picture: Hashable, Sendable {
    /// A PNG.
    public var bytes: [UInt8]
    /// The same in words.
    public var alt: String
    public init(bytes: [UInt8], alt: String) {
        self.bytes = bytes
        self.alt = alt
    }
}
