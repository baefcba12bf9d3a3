internal import CPango
import Language

/// Sets a page on A4, in points of 1/72 inch: text flows, what does not fit goes on the next sheet, and
/// every sheet has its foot.
final class PagePainter {
    static let width = 595.28
    static let height = 841.89
    private static let margin = 50.0
    private static let mostSheets = 60

    private let page: Page
    private let book: Phrasebook
    private let language: String
    private let cairo: OpaquePointer
    private let pen: Pen
    /// Of the sizes of letters and of the chart.
    private let scale: Double
    private var y = PagePainter.margin
    private var sheet = 1

    init?(
        _ page: Page, _ book: Phrasebook, language: String, on cairo: OpaquePointer,
        scale: Double = 1
    ) {
        let isRightToLeft = book.direction(of: language) == .rightToLeft
        guard let pen = Pen(cairo, width: Self.width, isRightToLeft: isRightToLeft) else {
            return nil
        }
        self.page = page
        self.book = book
        self.language = language
        self.cairo = cairo
        self.pen = pen
        self.scale = scale
    }

    /// The scale at which a page stands on one sheet: the largest that does, down to letters of 8.4 points;
    /// 1 where none does.
    static func fittingScale(_ page: Page, _ book: Phrasebook, language: String) -> Double {
        guard page.isOneSheet, let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 8, 8)
        else { return 1 }
        defer { cairo_surface_destroy(surface) }
        guard let cairo = cairo_create(surface) else { return 1 }
        defer { cairo_destroy(cairo) }
        return [1, 0.94, 0.88, 0.82, 0.76].first { scale in
            let trial = PagePainter(page, book, language: language, on: cairo, scale: scale)
            _ = trial?.draw()
            return trial?.sheet == 1
        } ?? 1
    }

    /// False where a word of it has no font.
    func draw() -> Bool {
        let across = Self.width - 2 * Self.margin
        let title = pen.set(
            book.text(page.title, language: language), .init(size: 21 * scale, isBold: true),
            most: across, lines: 60,
            isOurs: false)
        put(title, size: 21 * scale, after: 4)
        lines(page.lead, size: 11.5 * scale)
        var isGood = true
        if let chart = page.chart { isGood = picture(chart, across) }
        for section in page.sections where sheet <= Self.mostSheets {
            self.section(section, across)
        }
        foot()
        cairo_show_page(cairo)
        return isGood && pen.unknown == 0
    }

    private func section(_ section: Page.Section, _ across: Double) {
        let heading = pen.set(
            book.text(section.heading, language: language),
            .init(size: 13.5 * scale, isBold: true, ink: Ink(0x0072B2)), most: across, lines: 60,
            isOurs: false)
        y += 9 * scale
        // A heading never stands alone at the end of a sheet.
        turn(for: 50)
        put(heading, size: 13.5 * scale, after: 0)
        lines(section.lines, size: 11 * scale)
    }

    private func lines(_ phrases: [Phrase], size: Double) {
        let message = book.render(phrases, language: language, width: 72)
        for line in message.lines {
            if line.spans.isEmpty {
                y += size * 0.5
                continue
            }
            let text = pen.set(
                line.spans, .init(size: size), most: Self.width - 2 * Self.margin, lines: 60,
                isOurs: false)
            put(text, size: size, after: 1.5)
        }
    }

    private func put(_ text: Pen.Text?, size: Double, after: Double) {
        guard let text, sheet <= Self.mostSheets else { return }
        let tall = Double(max(1, text.lines)) * size * Pen.pitch
        turn(for: tall)
        pen.draw(text, x: Self.margin, baseline: y + size * 1.07)
        y += tall + after
    }

    /// The chart, nearly as wide as the text, without the title that the page has.
    private func picture(_ chart: Chart, _ across: Double) -> Bool {
        let title = ChartPainter.titleHeight
        let height = ChartPainter.height(chart) - title
        let scale = min(across / Painter.width, 290 * self.scale / height)
        let tall = height * scale
        y += 4
        turn(for: tall)
        cairo_save(cairo)
        cairo_translate(cairo, (Self.width - Painter.width * scale) / 2, y - title * scale)
        cairo_scale(cairo, scale, scale)
        let isGood = Painter.draw(chart, on: cairo, book, language, hasTitle: false)
        cairo_restore(cairo)
        y += tall + 2
        return isGood
    }

    /// Begins another sheet where this much does not fit.
    private func turn(for height: Double) {
        guard y + height > Self.height - Self.margin - 14, y > Self.margin else { return }
        foot()
        cairo_show_page(cairo)
        sheet += 1
        y = Self.margin
    }

    private func foot() {
        let text = pen.set(
            book.text(page.foot, language: language), .init(size: 9, ink: .quiet),
            most: Self.width - 2 * Self.margin - 40, isOurs: false)
        let line = Self.height - Self.margin + 16
        pen.draw(text, x: Self.margin, baseline: line)
        let number = pen.set(
            book.text(.count(sheet), language: language), .init(size: 9, ink: .quiet))
        pen.draw(number, x: Self.width - Self.margin, baseline: line, .end)
    }
}
