import Language

/// Draws lines over an axis of days.
///
/// 1. The labels at the side are set first: the widest says where the plot begins.
/// 2. Drawn from the back to the front: band, grid, levels, expected, today, projected, measured, words.
/// 3. Words at lines stand on the side where the lines don't go: a level's on its inner side at the
///    beginning, the last value as ``lastValue(_:_:)`` says.
struct PlotPainter {
    let plot: Chart.Plot
    let pen: Pen
    let words: (Say) -> String

    private static let top = 156.0
    private static let bottom = 516.0
    private static let legend = 628.0

    private struct Frame {
        let left: Double
        let right: Double
        let x: ClosedRange<Double>
        let y: ClosedRange<Double>

        func place(_ point: Chart.Point) -> (x: Double, y: Double) {
            (across(point.x), down(point.y))
        }
        func across(_ value: Double) -> Double {
            left + share(value, x) * (right - left)
        }
        func down(_ value: Double) -> Double {
            PlotPainter.bottom - share(value, y) * (PlotPainter.bottom - PlotPainter.top)
        }
        private func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
            let size = range.upperBound - range.lowerBound
            guard size > 0, value.isFinite else { return 0 }
            return min(max((value - range.lowerBound) / size, 0), 1)
        }
    }

    func draw() {
        let marks = plot.yMarks.prefix(12).map {
            ($0.at, pen.set(words($0.label), .init(size: 23, ink: .quiet)))
        }
        let widest = marks.map { $0.1?.width ?? 0 }.max() ?? 0
        let frame = Frame(
            left: ChartPainter.margin + widest + 14,
            right: Painter.width - ChartPainter.margin - 22,
            x: plot.x, y: plot.y)
        if let band = plot.band {
            let low = frame.down(band.lowerBound), high = frame.down(band.upperBound)
            pen.fill(
                .band, x: frame.left, y: high, width: frame.right - frame.left,
                height: max(0, low - high))
        }
        for (at, label) in marks {
            let y = frame.down(at)
            pen.line([(frame.left, y), (frame.right, y)], .grid, width: 1.5)
            pen.draw(label, x: frame.left - 12, baseline: y + 8, .end)
        }
        days(frame)
        for line in plot.lines where line.kind == .former { level(line, frame) }
        for line in plot.lines where line.kind == .level { level(line, frame) }
        for line in plot.lines where line.kind == .expected {
            pen.line(line.points.map(frame.place), .expected, width: 3)
        }
        if let now = plot.now { self.now(now, frame) }
        for line in plot.lines where line.kind == .projected { projected(line, frame) }
        for line in plot.lines where line.kind == .measured { measured(line, frame) }
        levelWords(frame)
        for line in plot.lines where line.kind == .measured { lastValue(line, frame) }
        if let empty = plot.empty { self.empty(empty, frame) }
        legend(frame)
    }

    // MARK: Axis of days

    private func days(_ frame: Frame) {
        pen.line([(frame.left, Self.bottom), (frame.right, Self.bottom)], .quiet, width: 2)
        var free = 0.0
        for mark in plot.xMarks.prefix(12) {
            let x = frame.across(mark.at)
            pen.line([(x, Self.bottom), (x, Self.bottom + 8)], .quiet, width: 2)
            let label = pen.set(words(mark.label), .init(size: 23))
            let below = mark.below.flatMap { pen.set(words($0), .init(size: 21, ink: .quiet)) }
            let half = max(label?.width ?? 0, below?.width ?? 0) / 2
            let middle = min(max(x, half + 6), Painter.width - half - 6)
            // A mark whose words would run into those before it keeps its stroke alone.
            guard middle - half >= free else { continue }
            free = middle + half + 10
            pen.draw(label, x: middle, baseline: Self.bottom + 37, .middle)
            pen.draw(below, x: middle, baseline: Self.bottom + 68, .middle)
        }
    }

    private func now(_ now: Chart.Mark, _ frame: Frame) {
        let x = frame.across(now.at)
        pen.line([(x, Self.top - 6), (x, Self.bottom)], .now, width: 2.5, dash: [3, 5])
        let text = pen.set(words(now.label), .init(size: 23, isBold: true, ink: .now))
        let half = (text?.width ?? 0) / 2
        let middle = min(max(x, frame.left + half - 6), Painter.width - half - 6)
        pen.draw(text, x: middle, baseline: Self.top - 16, .middle)
    }

    // MARK: Lines

    private func level(_ line: Chart.Line, _ frame: Frame) {
        let isFormer = line.kind == .former
        pen.line(
            line.points.map(frame.place), isFormer ? .former : .level, width: isFormer ? 2 : 3,
            dash: [16, 6, 4, 6])
    }

    private func projected(_ line: Chart.Line, _ frame: Frame) {
        pen.line(line.points.map(frame.place), .measured, width: 4, dash: [11, 8])
        if let end = line.points.last.map(frame.place) {
            pen.dot(x: end.x, y: end.y, radius: 6, .measured, isHollow: true)
        }
    }

    private func measured(_ line: Chart.Line, _ frame: Frame) {
        let places = line.points.map(frame.place)
        pen.line(places, .measured, width: 5)
        let radius = places.count > 45 ? 3.5 : 6
        for place in places { pen.dot(x: place.x, y: place.y, radius: radius, .measured) }
        if let last = places.last { pen.dot(x: last.x, y: last.y, radius: 9, .measured) }
    }

    // MARK: Words at lines

    /// Where the measured line begins, else the expected one: the side on which levels have room.
    private var origin: Double? {
        (plot.lines.first { $0.kind == .expected } ?? plot.lines.first { $0.kind == .measured })?
            .points.first?.y
    }

    private func levelWords(_ frame: Frame) {
        var taken: [ClosedRange<Double>] = []
        for line in plot.lines where line.kind == .level || line.kind == .former {
            guard let end = line.end, let first = line.points.first else { continue }
            let isFormer = line.kind == .former
            let text = pen.set(
                words(end), .init(size: 23, isBold: !isFormer, ink: isFormer ? .quiet : .text),
                most: (frame.right - frame.left) * 0.6)
            let height = text?.height ?? 0
            let y = frame.down(first.y)
            let isOriginBelow = (origin ?? plot.y.lowerBound) <= first.y
            let inner = isOriginBelow ? y + 5 : y - 5 - height
            let outer = isOriginBelow ? y - 5 - height : y + 5
            let fits = [inner, outer].first { top in
                top >= Self.top - 2 && top + height <= Self.bottom + 2
                    && !taken.contains { $0.overlaps(top...(top + height)) }
            }
            let top = fits ?? inner
            taken.append(top...(top + height))
            pen.draw(text, x: frame.left + 10, y: top, halo: true)
        }
    }

    /// 1. Where the line is ahead of what was expected, its last value stands behind the last point, on the
    ///    outer side: above a line that rises.
    /// 2. Where it is behind, the expected line lies there: it stands before the point, on the inner side.
    /// 3. At the right edge it stands at the edge, at the left edge before the point.
    private func lastValue(_ line: Chart.Line, _ frame: Frame) {
        guard let end = line.end, let last = line.points.last, let first = line.points.first else {
            return
        }
        let text = pen.set(
            words(end), .init(size: 27, isBold: true, ink: .measured), most: 380, isOurs: false)
        let width = text?.width ?? 0, height = text?.height ?? 0
        let place = frame.place(last)
        let isRising = last.y >= first.y
        let expected = plot.lines.first { $0.kind == .expected }.flatMap {
            Self.value($0.points, at: last.x)
        }
        let isBehind = expected.map { isRising ? last.y < $0 : last.y > $0 } ?? false
        let isBefore = isBehind && place.x + 16 + width <= frame.right
        let isAbove = isRising != isBehind
        let clearance = isBefore ? 6.0 : isBehind ? 20 : 14
        var top = isAbove ? place.y - clearance - height : place.y + clearance
        top = min(max(top, Self.top - 4), Self.bottom - height)
        if !isBehind, place.x - 6 - width >= frame.left + 4 {
            pen.draw(text, x: place.x - 6, y: top, .end, halo: true)
        } else {
            pen.draw(text, x: min(place.x + 16, frame.right - width), y: top, halo: true)
        }
    }

    /// What joined points say at a place.
    private static func value(_ points: [Chart.Point], at x: Double) -> Double? {
        guard let next = points.firstIndex(where: { $0.x >= x }) else { return points.last?.y }
        guard next > 0 else { return points[next].y }
        let a = points[next - 1], b = points[next]
        return b.x > a.x ? a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) : b.y
    }

    /// Beside the expected line, where it leaves most room.
    private func empty(_ words: Say, _ frame: Frame) {
        let line = plot.lines.first { $0.kind == .expected }?.points
        let isRising = (line?.first?.y ?? 0) <= (line?.last?.y ?? 0)
        let text = pen.set(self.words(words), .init(size: 28, isBold: true, ink: .quiet))
        let y = isRising ? Self.bottom - 110 : Self.top + 110
        pen.draw(
            text, x: frame.left + 0.68 * (frame.right - frame.left), baseline: y, .middle,
            halo: true)
    }

    // MARK: Legend

    private func legend(_ frame: Frame) {
        let kinds: [Chart.Line.Kind] = [.measured, .expected, .projected]
        let shown = kinds.compactMap { kind in plot.lines.first { $0.kind == kind } }
        let texts = shown.map { pen.set(words($0.label), .init(size: 23)) }
        let sample = 46.0, gap = 34.0
        let whole =
            texts.reduce(0) { $0 + sample + 10 + ($1?.width ?? 0) } + gap
            * Double(max(0, texts.count - 1))
        var x = max(ChartPainter.margin, (Painter.width - whole) / 2)
        for (line, text) in zip(shown, texts) {
            let y = Self.legend
            switch line.kind {
            case .measured:
                pen.line([(x, y), (x + sample, y)], .measured, width: 5)
                pen.dot(x: x + sample / 2, y: y, radius: 7, .measured)
            case .projected:
                pen.line([(x, y), (x + sample, y)], .measured, width: 4, dash: [11, 8])
            default: pen.line([(x, y), (x + sample, y)], .expected, width: 3)
            }
            pen.draw(text, x: x + sample + 10, baseline: y + 8)
            x += sample + 10 + (text?.width ?? 0) + gap
        }
    }
}
