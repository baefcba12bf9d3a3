internal import CPango
import Language

/// Draws on one surface, for readers of one direction.
///
/// Places are given as for a language written from left to right; for the other direction everything is
/// mirrored here and nowhere else: what is at `x` comes to `width − x`, and a text that starts there ends
/// there. Text itself is never mirrored: Pango orders it.
final class Pen {
    enum Anchor { case start, middle, end }

    struct Style {
        var size: Double
        var isBold = false
        var ink = Ink.text
    }

    let cairo: OpaquePointer
    let width: Double
    let isRightToLeft: Bool
    /// Letters of the bot's own words for which the machine has no font.
    private(set) var unknown = 0
    private let context: OpaquePointer

    static let families = "Noto Sans, Noto Sans Arabic, DejaVu Sans, sans-serif"
    static let fixed = "Noto Sans Mono, DejaVu Sans Mono, monospace"

    /// - Returns: nil where Pango makes nothing, as without any font.
    init?(_ cairo: OpaquePointer, width: Double, isRightToLeft: Bool) {
        guard Self.hasFonts, let context = pango_cairo_create_context(cairo) else { return nil }
        self.cairo = cairo
        self.width = width
        self.isRightToLeft = isRightToLeft
        self.context = context
        pango_context_set_base_dir(
            context, isRightToLeft ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR)
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(context)) }

    /// Whether the machine has any font.
    private static let hasFonts: Bool = {
        guard let map = pango_cairo_font_map_get_default() else { return false }
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(map, &families, &count)
        g_free(UnsafeMutableRawPointer(families))
        return count > 0
    }()

    // MARK: Places and inks

    func x(_ x: Double) -> Double { isRightToLeft ? width - x : x }

    private func use(_ ink: Ink) {
        cairo_set_source_rgba(cairo, ink.red, ink.green, ink.blue, ink.alpha)
    }

    func fill(
        _ ink: Ink, x left: Double, y: Double, width: Double, height: Double, radius: Double = 0
    ) {
        use(ink)
        let left = isRightToLeft ? self.width - left - width : left
        if radius > 0, width > 2 * radius, height >= 2 * radius {
            let right = left + width, bottom = y + height
            cairo_new_sub_path(cairo)
            cairo_arc(cairo, right - radius, y + radius, radius, -.pi / 2, 0)
            cairo_arc(cairo, right - radius, bottom - radius, radius, 0, .pi / 2)
            cairo_arc(cairo, left + radius, bottom - radius, radius, .pi / 2, .pi)
            cairo_arc(cairo, left + radius, y + radius, radius, .pi, 3 * .pi / 2)
            cairo_close_path(cairo)
        } else {
            cairo_rectangle(cairo, left, y, width, height)
        }
        cairo_fill(cairo)
    }

    /// Joins points; `dash` are lengths of strokes and gaps.
    func line(_ points: [(x: Double, y: Double)], _ ink: Ink, width: Double, dash: [Double] = []) {
        guard let first = points.first, points.count > 1 else { return }
        use(ink)
        cairo_set_line_width(cairo, width)
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_cap(cairo, dash.isEmpty ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
        dash.withUnsafeBufferPointer { cairo_set_dash(cairo, $0.baseAddress, Int32($0.count), 0) }
        cairo_move_to(cairo, x(first.x), first.y)
        for point in points.dropFirst() { cairo_line_to(cairo, x(point.x), point.y) }
        cairo_stroke(cairo)
        cairo_set_dash(cairo, nil, 0, 0)
    }

    func dot(x: Double, y: Double, radius: Double, _ ink: Ink, isHollow: Bool = false) {
        cairo_new_sub_path(cairo)
        cairo_arc(cairo, self.x(x), y, radius, 0, 2 * .pi)
        use(isHollow ? .paper : ink)
        guard isHollow else {
            cairo_fill(cairo)
            return
        }
        cairo_fill_preserve(cairo)
        use(ink)
        cairo_set_line_width(cairo, 3)
        cairo_stroke(cairo)
    }

    func shape(_ corners: [(x: Double, y: Double)], _ ink: Ink) {
        guard let first = corners.first else { return }
        use(ink)
        cairo_move_to(cairo, x(first.x), first.y)
        for corner in corners.dropFirst() { cairo_line_to(cairo, x(corner.x), corner.y) }
        cairo_close_path(cairo)
        cairo_fill(cairo)
    }

    // MARK: Text

    /// A text set on one line or several, ready to be drawn.
    final class Text {
        let layout: OpaquePointer
        let width: Double
        let height: Double
        let baseline: Double
        let lines: Int
        private let left: Double
        fileprivate let ink: Ink

        fileprivate init(_ layout: OpaquePointer, _ ink: Ink) {
            self.layout = layout
            self.ink = ink
            var extents = PangoRectangle()
            pango_layout_get_extents(layout, nil, &extents)
            let scale = Double(PANGO_SCALE)
            left = Double(extents.x) / scale
            width = Double(extents.width) / scale
            height = Double(extents.height) / scale
            baseline = Double(pango_layout_get_baseline(layout)) / scale
            lines = Int(pango_layout_get_line_count(layout))
        }
        deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

        fileprivate func show(_ cairo: OpaquePointer, x: Double, y: Double) {
            cairo_move_to(cairo, x - left, y)
            pango_cairo_show_layout(cairo, layout)
        }
    }

    /// Sets a text. What is wider than `most` is cut with an ellipsis, or wrapped into several lines.
    ///
    /// - Parameter isOurs: whether a letter without a font counts as unknown: people may write what they like.
    func set(
        _ text: String, _ style: Style, most: Double? = nil, lines: Int = 1, isOurs: Bool = true
    ) -> Text? {
        set([Message.Span(text)], style, most: most, lines: lines, isOurs: isOurs)
    }

    func set(
        _ spans: [Message.Span], _ style: Style, most: Double? = nil, lines: Int = 1,
        isOurs: Bool = true
    ) -> Text? {
        // Fonts of some scripts ask for half a line more: here all lines are as far apart as these.
        guard let layout = pango_layout_new(context), let font = pango_font_description_new() else {
            return nil
        }
        defer { pango_font_description_free(font) }
        pango_font_description_set_family(font, Self.families)
        pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
        pango_font_description_set_weight(
            font, style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_layout_set_font_description(layout, font)
        pango_layout_set_auto_dir(layout, 0)
        put(spans, into: layout)
        if let most {
            var width: Int32 = 0
            pango_layout_get_size(layout, &width, nil)
            if Double(width) > most * Double(PANGO_SCALE) {
                pango_layout_set_width(layout, Int32(max(1, most) * Double(PANGO_SCALE)))
                pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
                if lines < 50 {
                    pango_layout_set_height(layout, Int32(-lines))
                    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
                }
                if isRightToLeft { pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT) }
                level(layout, style.size * Self.pitch)
            }
        }
        if isOurs { unknown += Int(pango_layout_get_unknown_glyphs_count(layout)) }
        return Text(layout, style.ink)
    }

    /// From baseline to baseline, in sizes of the letters.
    static let pitch = 1.42

    private func level(_ layout: OpaquePointer, _ pitch: Double) {
        let lines = Double(pango_layout_get_line_count(layout))
        guard lines > 1 else { return }
        var height: Int32 = 0
        pango_layout_get_size(layout, nil, &height)
        let each = Double(height) / Double(PANGO_SCALE) / lines
        if each > 0 { pango_layout_set_line_spacing(layout, Float(pitch / each)) }
    }

    private func put(_ spans: [Message.Span], into layout: OpaquePointer) {
        var whole = ""
        let attributes = pango_attr_list_new()
        defer { pango_attr_list_unref(attributes) }
        for span in spans {
            let start = whole.utf8.count
            whole += Self.drawable(span.text)
            let attribute: UnsafeMutablePointer<PangoAttribute>? =
                switch span.style {
                case .plain: nil
                case .strong: pango_attr_weight_new(PANGO_WEIGHT_BOLD)
                case .code, .link: pango_attr_family_new(Self.fixed)
                }
            guard let attribute else { continue }
            attribute.pointee.start_index = UInt32(clamping: start)
            attribute.pointee.end_index = UInt32(clamping: whole.utf8.count)
            pango_attr_list_insert(attributes, attribute)
        }
        pango_layout_set_text(layout, whole, Int32(clamping: whole.utf8.count))
        if !spans.allSatisfy({ $0.style == .plain }) {
            pango_layout_set_attributes(layout, attributes)
        }
    }

    /// Without emoji, for which few machines have a font; what they say stands beside them in words.
    static func drawable(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var isAfterEmoji = false
        for scalar in text.unicodeScalars {
            let isEmoji =
                scalar.properties.isEmojiPresentation || scalar.value == 0xFE0F || scalar.value == 0
            if isEmoji || (isAfterEmoji && scalar == " ") {
                isAfterEmoji = isEmoji
                continue
            }
            isAfterEmoji = false
            out.append(scalar)
        }
        return String(out)
    }

    /// Draws one line by its baseline: scripts need more or less room above it, and all stand on one line.
    func draw(
        _ text: Text?, x: Double, baseline: Double, _ anchor: Anchor = .start, halo: Bool = false
    ) {
        draw(text, x: x, y: baseline - (text?.baseline ?? 0), anchor, halo: halo)
    }

    /// Draws a text by one of its ends, in the reader's direction; `y` is its top.
    func draw(_ text: Text?, x: Double, y: Double, _ anchor: Anchor = .start, halo: Bool = false) {
        guard let text else { return }
        let place = self.x(x)
        let left =
            switch (anchor, isRightToLeft) {
            case (.middle, _): place - text.width / 2
            case (.start, false), (.end, true): place
            case (.end, false), (.start, true): place - text.width
            }
        if halo {
            use(Ink(0xFFFFFF, alpha: 0.85))
            cairo_rectangle(cairo, left - 4, y, text.width + 8, text.height)
            cairo_fill(cairo)
        }
        use(text.ink)
        text.show(cairo, x: left, y: y)
    }
}
