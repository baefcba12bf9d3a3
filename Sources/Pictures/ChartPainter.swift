import Language

/// Draws one chart: head, body, legend.
struct ChartPainter {
    let chart: Chart
    let pen: Pen
    let hasTitle: Bool
    let words: (Say) -> String

    static let margin = 32.0
    /// What is free above the badge where the title is left out.
    static let titleHeight = 62.0
    static let plotHeight = 660.0
    static let rowHeight = 76.0
    static let headHeight = 124.0
    static let footHeight = 60.0

    static func height(_ chart: Chart) -> Double {
        switch chart.body {
        case .plot: plotHeight
        case .bars(let bars, _):
            headHeight + Double(min(bars.count, Chart.mostBars)) * rowHeight + footHeight
        }
    }

    var right: Double { Painter.width - Self.margin }

    func draw() {
        if hasTitle {
            pen.fill(.paper, x: 0, y: 0, width: Painter.width, height: Self.height(chart))
        }
        head()
        switch chart.body {
        case .plot(let plot): PlotPainter(plot: plot, pen: pen, words: words).draw()
        case .bars(let bars, let tick): rows(Array(bars.prefix(Chart.mostBars)), tick)
        }
    }

    /// The title; below it the badge and, behind it, the subtitle.
    private func head() {
        if hasTitle {
            pen.draw(title, x: Self.margin, baseline: 54)
        }
        var x = Self.margin
        if let badge = chart.badge {
            pen.symbol(badge.tone, x: x + 13, y: 88, radius: 12)
            let word = pen.set(
                words(badge.word), .init(size: 25, isBold: true, ink: badge.tone.word))
            pen.draw(word, x: x + 36, baseline: 97)
            x += 36 + (word?.width ?? 0) + 20
        }
        guard let subtitle = chart.subtitle else { return }
        let text = pen.set(
            words(subtitle), .init(size: 25, ink: .quiet), most: right - x,
            isOurs: chart.badge == nil)
        pen.draw(text, x: x, baseline: 97)
    }

    /// In letters as large as fit, down to a size; then cut.
    private var title: Pen.Text? {
        let text = words(chart.title), most = right - Self.margin
        for size in [31.0, 28] {
            let set = pen.set(text, .init(size: size, isBold: true), isOurs: false)
            if let set, set.width <= most { return set }
        }
        return pen.set(text, .init(size: 26, isBold: true), most: most, isOurs: false)
    }

    // MARK: Bars

    private func rows(_ bars: [Chart.Bar], _ tick: Say) {
        var y = Self.headHeight
        // Words stand in a column, and the figures before them in another.
        let words = bars.map { bar in
            pen.set(
                self.words(bar.badge.word), .init(size: 21, isBold: true, ink: bar.badge.tone.word))
        }
        let widest = words.map { $0?.width ?? 0 }.max() ?? 0
        for (bar, word) in zip(bars, words) {
            row(bar, word, widest, y)
            y += Self.rowHeight
        }
        pen.fill(.text, x: Self.margin + 10, y: y + 12, width: 4, height: 28)
        let text = pen.set(self.words(tick), .init(size: 23))
        pen.draw(text, x: Self.margin + 28, baseline: y + 34)
    }

    private func row(_ bar: Chart.Bar, _ word: Pen.Text?, _ wordWidth: Double, _ y: Double) {
        let start = Self.margin
        let baseline = y + 27
        pen.symbol(bar.badge.tone, x: start + 12, y: y + 18, radius: 11)
        pen.draw(word, x: right - wordWidth, baseline: baseline)
        var end = right - wordWidth - 20
        if let share = bar.share {
            let figure = pen.set(words(.share(share)), .init(size: 26, isBold: true))
            pen.draw(figure, x: end, baseline: baseline, .end)
            end -= (figure?.width ?? 0) + 16
        }
        let code = pen.set(words(bar.code), .init(size: 24, isBold: true), isOurs: false)
        pen.draw(code, x: start + 34, baseline: baseline)
        let from = start + 34 + (code?.width ?? 0) + 12
        let title = pen.set(
            words(bar.title), .init(size: 24), most: max(10, end - from), isOurs: false)
        pen.draw(title, x: from, baseline: baseline)
        let width = right - start
        pen.fill(.track, x: start, y: y + 40, width: width, height: 20, radius: 5)
        if let share = bar.share, share > 0 {
            let full = max(4, min(share, 1) * width)
            pen.fill(bar.badge.tone.ink, x: start, y: y + 40, width: full, height: 20, radius: 5)
        }
        if let expected = bar.expected {
            let place = start + min(max(expected, 0), 1) * width
            pen.fill(.paper, x: place - 4, y: y + 36, width: 8, height: 28)
            pen.fill(.text, x: place - 2, y: y + 36, width: 4, height: 28)
        }
    }
}
