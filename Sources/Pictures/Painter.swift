internal import CPango
public import Language

/// Draws charts and pages. What is drawn is the chart's; how, is decided here: sizes that can be read on a
/// phone, colours with shapes and words beside them, everything mirrored for languages written from right
/// to left.
public enum Painter {
    /// Pixels across: a phone shows them on some seven centimetres.
    static let width = 900.0

    /// A chart as a PNG in one language; nil where the machine has no font for its words.
    public static func png(_ chart: Chart, _ book: Phrasebook, language: String) -> [UInt8]? {
        let height = ChartPainter.height(chart)
        guard
            let surface = cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32(width), Int32(height.rounded(.up)))
        else { return nil }
        defer { cairo_surface_destroy(surface) }
        guard let cairo = cairo_create(surface) else { return nil }
        defer { cairo_destroy(cairo) }
        guard draw(chart, on: cairo, book, language), cairo_status(cairo) == CAIRO_STATUS_SUCCESS
        else {
            return nil
        }
        cairo_surface_flush(surface)
        guard let pixels = cairo_image_surface_get_data(surface) else { return nil }
        return PNG.encode(
            pixels, width: Int(cairo_image_surface_get_width(surface)),
            height: Int(cairo_image_surface_get_height(surface)),
            stride: Int(cairo_image_surface_get_stride(surface)))
    }

    /// A page, or as many as it takes, of A4 as a PDF; nil where the machine has no font for its words.
    public static func pdf(_ page: Page, _ book: Phrasebook, language: String) -> [UInt8]? {
        let sink = Sink()
        guard
            let surface = cairo_pdf_surface_create_for_stream(
                Sink.take, Unmanaged.passUnretained(sink).toOpaque(), PagePainter.width,
                PagePainter.height)
        else { return nil }
        defer { cairo_surface_destroy(surface) }
        cairo_pdf_surface_set_metadata(
            surface, CAIRO_PDF_METADATA_TITLE,
            Pen.drawable(book.text(page.title, language: language)))
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Hundred")
        guard let cairo = cairo_create(surface) else { return nil }
        let scale = PagePainter.fittingScale(page, book, language: language)
        let isGood =
            PagePainter(page, book, language: language, on: cairo, scale: scale)?.draw() ?? false
        let status = cairo_status(cairo)
        cairo_destroy(cairo)
        cairo_surface_finish(surface)
        guard isGood, status == CAIRO_STATUS_SUCCESS,
            cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS
        else {
            return nil
        }
        return sink.bytes
    }

    /// Draws a chart, 900 wide; false where a word of it has no font.
    static func draw(
        _ chart: Chart, on cairo: OpaquePointer, _ book: Phrasebook, _ language: String,
        hasTitle: Bool = true
    ) -> Bool {
        let isRightToLeft = book.direction(of: language) == .rightToLeft
        guard let pen = Pen(cairo, width: width, isRightToLeft: isRightToLeft) else { return false }
        ChartPainter(chart: chart, pen: pen, hasTitle: hasTitle) {
            book.text($0, language: language)
        }.draw()
        return pen.unknown == 0
    }
}

/// Takes what Cairo writes.
private final class Sink {
    var bytes: [UInt8] = []

    static let take: cairo_write_func_t = { closure, data, length in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
        return CAIRO_STATUS_SUCCESS
    }
}
